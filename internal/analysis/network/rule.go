package network

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
)

const lastPort = 65535

// effect is what a rule does, in the order in which rules of equal priority win.
type effect uint8

const (
	deny effect = iota
	unknownEffect
	allow
)

// rule is a facet.Rule made ready for questions.
type rule struct {
	index    int
	effect   effect
	priority int
	protocol protocol
	ports    PortRange
	badPorts bool
	// sure holds the peers that are known to match. possible tells that others
	// may match as well.
	sure     Set
	possible bool
	doubts   []string
}

// everyone is every address.
var everyone = mustParse("0.0.0.0/0", "::/0")

// compile puts rules into the order in which they decide.
func compile(rules []facet.Rule) []rule {
	list := make([]rule, 0, len(rules))
	for i := range rules {
		list = append(list, compileRule(i, &rules[i]))
	}
	slices.SortStableFunc(list, func(a, b rule) int {
		return cmp.Or(cmp.Compare(a.priority, b.priority), cmp.Compare(a.effect, b.effect))
	})
	return list
}

func compileRule(index int, from *facet.Rule) rule {
	r := rule{index: index, priority: from.Priority, protocol: parseProtocol(from.Protocol)}
	switch from.Action {
	case "allow":
		r.effect = allow
	case "deny":
		r.effect = deny
	default:
		r.effect = unknownEffect
		r.doubt("action " + quote(from.Action))
	}
	if r.protocol == unknownProtocol {
		r.doubt("protocol " + quote(from.Protocol))
	}
	r.setPorts(from)
	r.setPeers(from)
	return r
}

func (r *rule) doubt(text string) {
	r.doubts = append(r.doubts, fmt.Sprintf("rule %d: %s", r.index, text))
}

func (r *rule) setPorts(from *facet.Rule) {
	r.ports = PortRange{from.FromPort, from.ToPort}
	unset := r.ports == PortRange{} || r.ports == PortRange{-1, -1}
	if r.protocol == everyProtocol && unset {
		r.ports = PortRange{0, lastPort}
	}
	r.badPorts = r.protocol.hasPorts() && (r.ports.From < 0 || r.ports.To > lastPort || r.ports.From > r.ports.To)
	if r.badPorts {
		r.doubt(fmt.Sprintf("ports %d to %d", from.FromPort, from.ToPort))
	}
}

func (r *rule) setPeers(from *facet.Rule) {
	ranges := slices.Clone(from.CIDRs)
	for _, list := range from.PrefixLists {
		if list.CIDRs == nil {
			r.possible = true
			r.doubt("content of prefix list " + quote(list.ID))
		}
		ranges = append(ranges, list.CIDRs...)
	}
	set, err := ParseSet(ranges)
	if err != nil {
		r.possible = true
		r.doubt(err.Error())
	}
	r.sure = set
}

// matches tells whether the rule is about this protocol and port.
func (r *rule) matches(asked protocol, port int) estate.Tri {
	about := r.protocol.matches(asked)
	if !asked.hasPorts() || !r.protocol.hasPorts() {
		return about
	}
	if r.badPorts {
		return about.And(estate.Maybe)
	}
	return about.And(estate.TriOf(r.ports.From <= port && port <= r.ports.To))
}

// Allows tells whether the rule, taken alone, lets some peer reach a port. It looks
// at action, protocol and port and not at who the peers are. The port is ignored
// for protocols without ports.
func Allows(r facet.Rule, protocol string, port int) estate.Tri {
	compiled := compileRule(0, &r)
	about := compiled.matches(parseProtocol(protocol), port)
	switch compiled.effect {
	case allow:
		return about
	case deny:
		return estate.No
	default:
		return about.And(estate.Maybe)
	}
}
