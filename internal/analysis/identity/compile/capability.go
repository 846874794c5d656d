package compile

import (
	_ "embed"
	"strings"
)

//go:embed capability.txt
var capabilityText string

// Capability is an action that gives a principal a hold on a resource worth an edge in
// a graph.
type Capability struct {
	// Class is what it amounts to: assume, pass, policy, credential, run, read, write,
	// key, guard.
	Class string
	// Kind is the type of the resource, by Stance's name.
	Kind   string
	Action string
	// Suffix follows the resource's ARN in the ARN that the action is about.
	Suffix string
}

// Capabilities returns the capabilities that Stance knows, in the order of its list.
func Capabilities() []Capability {
	var list []Capability
	for line := range strings.Lines(capabilityText) {
		const least = 3
		parts := strings.Fields(line)
		if len(parts) < least || strings.HasPrefix(line, "#") {
			continue
		}
		c := Capability{Class: parts[0], Kind: parts[1], Action: parts[2]}
		if len(parts) > least {
			c.Suffix = parts[least]
		}
		list = append(list, c)
	}
	return list
}
