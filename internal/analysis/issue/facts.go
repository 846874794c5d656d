package issue

import (
	"strings"

	"github.com/stance-sec/stance/internal/estate"
)

// Facts are what grouping needs to know of a resource. The zero value is a resource of
// which nothing is known.
type Facts struct {
	// LaunchTemplate and ScalingGroup are what a machine was started by.
	LaunchTemplate, ScalingGroup string
	// Stack is the infrastructure code that made it, such as a CloudFormation stack.
	Stack string
	// SharedPolicy is the policy or security group, in use by others too, that decides.
	SharedPolicy string
	// ProviderManaged is whether the provider made it and only the provider changes it.
	ProviderManaged bool
	// Ephemeral is whether it is gone before anyone can act.
	Ephemeral bool
	// Reachable is whether anything an attacker holds can send it packets.
	Reachable estate.Tri
	// Owner and Environment are empty when nothing says.
	Owner, Environment string
}

// Source answers for a resource. It is asked once for each failing finding.
type Source interface {
	// Facts returns what is known of the resource, the zero value for nothing.
	Facts(ref estate.Ref) Facts
}

// FactsOf reads the facts that a resource itself tells: from tags and paths that only
// the provider can set, never from names that anyone can choose. Context may be nil.
func FactsOf(r *estate.Resource, c *estate.Context) Facts {
	f := Facts{
		LaunchTemplate: r.Tags["aws:ec2launchtemplate:id"], ScalingGroup: r.Tags["aws:autoscaling:groupName"],
		Stack:           r.Tags["aws:cloudformation:stack-name"],
		ProviderManaged: reserved(r.ID), Ephemeral: r.Tags["aws:elasticmapreduce:job-flow-id"] != "",
	}
	if c != nil {
		f.Owner, f.Environment = c.Owner, c.Environment
	}
	return f
}

// reserved reports whether an id is one that only the provider can make.
func reserved(id string) bool {
	_, resource, _ := strings.Cut(id, ":iam::")
	_, name, _ := strings.Cut(resource, ":")
	return strings.HasPrefix(resource, "aws:policy/") || strings.HasPrefix(name, "role/aws-service-role/") ||
		strings.HasPrefix(name, "role/aws-reserved/")
}

// Index is a Source that remembers the resources of which there is something to know.
// It belongs to one goroutine while it is filled; then it may be shared.
type Index struct {
	facts map[string]Facts
	words map[string]string
}

// NewIndex returns an empty index.
func NewIndex() *Index { return &Index{facts: map[string]Facts{}, words: map[string]string{}} }

// Observe takes a resource. The context may be nil, and reachable is Maybe when nobody
// computed it.
func (x *Index) Observe(r *estate.Resource, c *estate.Context, reachable estate.Tri) {
	f := FactsOf(r, c)
	f.Reachable = reachable
	if f == (Facts{}) {
		return
	}
	for _, s := range []*string{&f.LaunchTemplate, &f.ScalingGroup, &f.Stack, &f.Owner, &f.Environment} {
		*s = x.word(*s)
	}
	x.facts[strings.Clone(r.ID)] = f
}

// word returns the one copy of a text.
func (x *Index) word(s string) string {
	if s == "" {
		return ""
	}
	if w, ok := x.words[s]; ok {
		return w
	}
	s = strings.Clone(s)
	x.words[s] = s
	return s
}

// Facts returns what was observed of the resource.
func (x *Index) Facts(ref estate.Ref) Facts { return x.facts[ref.ID] }
