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
func (n *Network) classOf(at key, account string, groups []string, four, six bool) *class {
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
	var start network.Set
	if k.four {
		start = start.Union(internet.V4())
	}
	if k.six {
		start = start.Union(internet.V6())
	}
	p := k.path
	in, out := p.acl.stages(p.aclGaps)
	stages := []stage{p.block, p.way, p.edge, in, k.guard.guard(), out}
	cells, blocked := survey(stages, k.guard.protocols(), bound{start, start})
	if blocked >= 0 {
		return &class{blocked: []Hop{stages[blocked].hop}}
	}
	c := &class{}
	for _, protocol := range k.guard.protocols() {
		for _, f := range []struct {
			name string
			cut  func(network.Set) network.Set
		}{{"ipv4", network.Set.V4}, {"ipv6", network.Set.V6}} {
			g := grouping{stages: stages, family: f.name, protocol: protocol}
			for _, one := range cells[protocol] {
				one.bound = bound{f.cut(one.sure), f.cut(one.all)}
				g.add(one)
			}
			c.openings = append(c.openings, g.openings()...)
		}
	}
	return c
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
