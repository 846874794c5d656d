package reach

import (
	"slices"

	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
)

// Between two spots the question is not who but whether. The layers are the same as
// those from the internet, so a single address, the token, stands for the connection:
// it comes through a layer or it does not.
var tokens = map[string]network.Set{"ipv4": setOf([]string{"0.0.0.1"}), "ipv6": setOf([]string{"::1"})}

// connect returns what one spot reaches of another, family by family.
func (n *Network) connect(from, to spot) *class {
	if to.outward {
		return &class{blocked: []Hop{{ID: to.hop.ID, Kind: to.hop.Kind, Why: "it only opens connections of its own"}}}
	}
	whole := &class{}
	for _, f := range []struct {
		name string
		cut  func(network.Set) network.Set
	}{{"ipv4", network.Set.V4}, {"ipv6", network.Set.V6}} {
		source, target := f.cut(from.addresses), f.cut(to.addresses)
		known := !from.addresses.Empty() && !to.addresses.Empty()
		if known && (source.Empty() || target.Empty()) {
			continue
		}
		if !known && f.name == "ipv6" {
			continue
		}
		c := n.connectOver(from, to, source, target, f.name)
		whole.openings = append(whole.openings, c.openings...)
		whole.blocked = append(whole.blocked, c.blocked...)
	}
	switch {
	case len(whole.openings) > 0:
		whole.blocked = nil
	case len(whole.blocked) == 0:
		whole.blocked = []Hop{{Kind: "address", Why: "they share no IP version"}}
	}
	return whole
}

func (n *Network) connectOver(from, to spot, source, target network.Set, family string) *class {
	token := tokens[family]
	there, back := n.wayFrom(from, to, target), n.wayFrom(to, from, source)
	n.mu.Lock()
	out, in := n.tupleOf(from.at.region, from.account, from.groups), n.tupleOf(to.at.region, to.account, to.groups)
	n.mu.Unlock()
	named := there.groups.And(back.groups)
	stages := []stage{
		out.side(&out.out, target, in.peers(named), token, "no rule lets it out"),
		there.asStage(token, false),
		{}, {},
		in.side(&in.in, source, out.peers(named), token, "no rule lets it in"),
		back.asStage(token, true),
		{},
	}
	filters := []*network.Filter{in.in.filter, out.out.filter}
	if from.at != to.at {
		near, far := n.edgeOf(from), n.edgeOf(to)
		stages[2], stages[3], stages[6] = near.request(false, target, token), far.request(true, source, token), answered(near, far, source, target, token)
		filters = append(append(filters, near.acl.filters()...), far.acl.filters()...)
	}
	protocols := protocols(filters...)
	c := &class{}
	for _, protocol := range protocols {
		cells := []cell{{ports: allPorts, bound: startOf(protocol, bound{token, token})}}
		for i := range stages {
			if stages[i].flow != nil {
				cells = pass(cells, stages[i].flow(protocol), i)
			}
		}
		g := grouping{stages: stages, family: family, protocol: protocol, first: from.hop}
		for _, one := range cells {
			g.add(one)
		}
		c.openings = append(c.openings, g.openings()...)
	}
	for i := range c.openings {
		if o := &c.openings[i]; o.verdict == estate.Maybe && len(o.unknown) == 0 {
			o.unknown = []estate.Unknown{{Path: to.hop.ID + "#address", Reason: estate.Uncollected, Detail: "which addresses of their subnets they have"}}
		}
	}
	if len(c.openings) == 0 {
		c.blocked = []Hop{stages[max(survey(stages, protocols, bound{token, token}), 0)].hop}
	}
	return c
}

// tokenFlows asks flows about one peer, who has one of the addresses: which is not
// known when there are several, so that all must pass for certainty.
func tokenFlows(flows []network.Flow, peers, token network.Set) []network.Flow {
	var list []network.Flow
	for _, f := range flows {
		one := network.Flow{Ports: f.Ports, Rules: f.Rules}
		if !peers.Empty() && f.Sure.Covers(peers) {
			one.Sure = token
		}
		if !peers.Empty() && f.All.Intersect(peers).Empty() {
			continue
		}
		one.All = token
		list = append(list, one)
	}
	return list
}

// peers are the groups by which rules of the other side may name a tuple.
type peers struct {
	names []string
	named estate.Tri
}

func (t *tuple) peers(named estate.Tri) peers { return peers{t.names, named} }

// side is the layer of a tuple in one direction for a peer.
func (t *tuple) side(s *side, addresses network.Set, other peers, token network.Set, why string) stage {
	if t.unguarded {
		return stage{}
	}
	filter := network.NewFilter(other.resolve(s.rules))
	st := stage{hop: Hop{ID: t.first(), Kind: "security-group", Why: why}, gaps: t.allGaps(), through: s.hops}
	st.flow = func(protocol string) []network.Flow {
		flows := filter.Flows(protocol)
		if len(t.gaps) > 0 {
			flows = loosen(flows)
		}
		return tokenFlows(flows, addresses, token)
	}
	return st
}

// resolve turns rules that name a group of the peer into rules for its addresses.
// Where it is not known whether such names count, a list that was not read stands for
// them.
func (p peers) resolve(rules []facet.Rule) []facet.Rule {
	list := slices.Clone(rules)
	for i := range list {
		r := &list[i]
		if !slices.ContainsFunc(r.Groups, func(id string) bool { return slices.Contains(p.names, id) }) {
			continue
		}
		switch p.named {
		case estate.Yes:
			r.CIDRs = append(slices.Clone(r.CIDRs), "0.0.0.0/0", "::/0")
		case estate.Maybe:
			r.PrefixLists = append(slices.Clone(r.PrefixLists), facet.PrefixList{ID: "group"})
		}
	}
	return list
}
