package reach

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate"
)

// classKey is what interfaces have in common that are reached alike.
type classKey struct {
	path  *path
	guard *tuple
	four  bool
	six   bool
}

// class is the answer for such interfaces. It is never changed once made.
type class struct {
	openings []opening
	// blocked is the first layer that lets nothing through; empty when there are
	// openings.
	blocked []Hop
}

// opening is an Exposure that names no target yet.
type opening struct {
	verdict  estate.Tri
	family   string
	protocol string
	ports    []network.PortRange
	sources  Sources
	path     []Hop
	filtered []Hop
	unknown  []estate.Unknown
}

// classOf returns the class of what stands in a subnet behind groups, with addresses
// on the internet of the families given.
func (n *Network) classOf(at key, account string, groups guards, four, six bool) *class {
	if !four && !six {
		return &class{blocked: []Hop{{Kind: "address", Why: "it has no address on the internet"}}}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	k := classKey{path: n.pathOf(at, account), guard: n.tupleOf(at.region, account, groups), four: four, six: six}
	c := n.cached.classes[k]
	if c == nil {
		if c = n.before.classes[k]; c == nil {
			c = k.compute()
		}
		n.cached.classes[k] = c
	}
	return c
}

// internet is every routable address.
var internet = network.Everyone().Internet()

func (k classKey) compute() *class {
	protocols := protocols(append(k.path.filters, k.guard.in.filter)...)
	cells, stopped := k.path.survey(protocols)
	if stopped >= 0 && k.four && k.six {
		return &class{blocked: []Hop{k.path.stages[stopped].hop}}
	}
	stages := slices.Clone(k.path.stages)
	stages[guardStage] = k.guard.guard()
	if stopped >= 0 { // a layer before may stop the one family that the interface has
		return &class{blocked: []Hop{k.blocker(stages, protocols)}}
	}
	c := &class{}
	for _, protocol := range protocols {
		left := k.cut(cells[protocol])
		if stages[guardStage].flow != nil && len(left) > 0 {
			left = pass(left, stages[guardStage].flow(protocol), guardStage)
		}
		c.openings = append(c.openings, families(stages, protocol, left)...)
	}
	if len(c.openings) == 0 {
		c.blocked = []Hop{k.blocker(stages, protocols)}
	}
	return c
}

// blocker finds the first layer behind which nothing is left, when something comes
// through the path and something through the guard, but not the same.
func (k classKey) blocker(stages []stage, protocols []string) Hop {
	at := survey(stages, protocols, bound{k.families(), k.families()})
	return stages[max(at, 0)].hop
}

// families is everyone on the internet who speaks a family of the interface.
func (k classKey) families() network.Set {
	switch {
	case !k.six:
		return internet.V4()
	case !k.four:
		return internet.V6()
	}
	return internet
}

// cut leaves out the families in which the interface has no address.
func (k classKey) cut(cells []cell) []cell {
	if k.four && k.six {
		return cells
	}
	var left []cell
	for _, c := range cells {
		if k.four {
			c.bound = bound{c.sure.V4(), c.all.V4()}
		} else {
			c.bound = bound{c.sure.V6(), c.all.V6()}
		}
		if !c.all.Empty() {
			left = append(left, c)
		}
	}
	return left
}

// families turns what comes out of the stages into openings, family by family.
func families(stages []stage, protocol string, cells []cell) []opening {
	var list []opening
	for _, f := range []struct {
		name string
		cut  func(network.Set) network.Set
	}{{"ipv4", network.Set.V4}, {"ipv6", network.Set.V6}} {
		g := grouping{stages: stages, family: f.name, protocol: protocol}
		for _, one := range cells {
			one.bound = bound{f.cut(one.sure), f.cut(one.all)}
			g.add(one)
		}
		list = append(list, g.openings()...)
	}
	return list
}

// clientPorts are the ports that clients call from, by RFC 6056 and what network
// ACLs are commonly written for.
var clientPorts = network.PortRange{From: 1024, To: lastPort}

// stages are the layers of an ACL: requests in, and answers out.
func (f *aclFilter) stages(gaps []estate.Unknown) (in, out stage) {
	if f == nil {
		in = stage{flow: uniform(anything(), nil), hop: Hop{Kind: "network-acl", Why: "the network ACL is not known"}, gaps: gaps}
		return in, stage{}
	}
	hop := Hop{ID: f.acl.ref.ID, Kind: "network-acl", Why: "no rule lets it in"}
	in = stage{flow: f.in.Flows, hop: hop, gaps: doubts(f.acl.ref.ID+"#ingress", f.in), through: func(rules []int) []Hop {
		return []Hop{{ID: hop.ID, Kind: hop.Kind, Why: "in: " + f.acl.describeIn(rules), Rules: rules}}
	}}
	hop.Why = "no rule lets answers out to client ports"
	out = stage{flow: answers(f.out), hop: hop, gaps: doubts(f.acl.ref.ID+"#egress", f.out), through: func(rules []int) []Hop {
		return []Hop{{ID: hop.ID, Kind: hop.Kind, Why: "answers out: " + f.acl.describeOut(rules), Rules: rules}}
	}}
	return in, out
}

// filters are those of both directions; none of an ACL that is not known.
func (f *aclFilter) filters() []*network.Filter {
	if f == nil {
		return nil
	}
	return []*network.Filter{f.in, f.out}
}

func doubts(path string, f *network.Filter) []estate.Unknown {
	var gaps []estate.Unknown
	for _, doubt := range f.Doubts() {
		gaps = append(gaps, estate.Unknown{Path: path, Reason: estate.Malformed, Detail: doubt})
	}
	return gaps
}

// answers lets through the peers to whom a filter lets answers out: for protocols
// with ports, at some port that a client may call from.
func answers(f *network.Filter) func(string) []network.Flow {
	return func(protocol string) []network.Flow {
		var b bound
		var rules []int
		for _, flow := range f.Flows(protocol) {
			if (protocol == "tcp" || protocol == "udp") && flow.Ports.To < clientPorts.From {
				continue
			}
			b = b.union(bound{flow.Sure, flow.All})
			rules = append(rules, flow.Rules...)
		}
		slices.Sort(rules)
		return uniform(b, slices.Compact(rules))(protocol)
	}
}

func (a *aclFact) describeIn(rules []int) string {
	return numbered(rules, func(i int) int { return a.in[i].Priority })
}
func (a *aclFact) describeOut(rules []int) string {
	return numbered(rules, func(i int) int { return a.out[i].Priority })
}

// numbered names ACL rules by their numbers.
func numbered(rules []int, number func(int) int) string {
	var list []string
	for _, i := range rules {
		list = append(list, fmt.Sprint(number(i)))
	}
	return "rule " + strings.Join(list, ", ")
}
