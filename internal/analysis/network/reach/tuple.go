package reach

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
)

// tuple is a set of security groups that guard something together: what any of them
// allows is allowed.
type tuple struct {
	// groups are those that were read.
	groups []*groupFact
	// unguarded is whether there are no groups at all, which lets everything through.
	unguarded bool
	// gaps are why rules are not known; any of them may let everything through.
	gaps    []estate.Unknown
	in, out side
	names   []string
}

// side is one direction of a tuple.
type side struct {
	filter *network.Filter
	rules  []facet.Rule
	from   []origin
}

// origin is where a rule of a tuple stands.
type origin struct {
	group *groupFact
	index int
}

// tupleKey names a tuple.
type tupleKey struct {
	region string
	groups guards
}

// tupleOf returns the tuple of groups. The caller holds the lock.
func (n *Network) tupleOf(region, account string, groups guards) *tuple {
	k := tupleKey{region, groups}
	if t := n.cached.tuples[k]; t != nil {
		return t
	}
	names := groups.ids()
	t := &tuple{unguarded: len(names) == 0, names: names}
	for _, id := range names {
		g := n.groupByID[key{region, id}]
		if g == nil {
			t.gaps = append(t.gaps, n.absent(account, region, "aws_security_group", id)...)
			continue
		}
		t.groups, t.gaps = append(t.groups, g), append(t.gaps, g.gaps...)
	}
	if old := n.before.tuples[k]; old != nil && slices.Equal(old.groups, t.groups) && slices.Equal(old.gaps, t.gaps) {
		t = old
	} else {
		t.ready()
	}
	n.cached.tuples[k] = t
	return t
}

func (t *tuple) ready() {
	for _, g := range t.groups {
		for i := range g.in {
			t.in.rules, t.in.from = append(t.in.rules, g.in[i]), append(t.in.from, origin{g, i})
		}
		for i := range g.out {
			t.out.rules, t.out.from = append(t.out.rules, g.out[i]), append(t.out.from, origin{g, i})
		}
	}
	t.in.filter, t.out.filter = network.NewFilter(t.in.rules), network.NewFilter(t.out.rules)
}

// protocols are those worth asking about: the common ones, those that a rule of any of
// the filters names, and all others.
func protocols(filters ...*network.Filter) []string {
	list := []string{"tcp", "udp", "icmp", "icmpv6"}
	for _, f := range filters {
		for _, p := range f.Protocols() {
			if name := protocolName(p); !slices.Contains(list, name) {
				list = append(list, name)
			}
		}
	}
	return append(list, network.Every)
}

func protocolName(p int) string {
	switch p {
	case 1:
		return "icmp"
	case 6:
		return "tcp"
	case 17:
		return "udp"
	case 58:
		return "icmpv6"
	}
	return strconv.Itoa(p)
}

// guard is the stage of the groups for what comes in from addresses.
func (t *tuple) guard() stage {
	if t.unguarded {
		return stage{}
	}
	s := stage{hop: Hop{ID: t.first(), Kind: "security-group", Why: "no rule lets it in"}, gaps: t.allGaps(), through: t.in.hops}
	s.flow = func(protocol string) []network.Flow {
		flows := t.in.filter.Flows(protocol)
		if len(t.gaps) == 0 {
			return flows
		}
		return loosen(flows)
	}
	return s
}

// loosen adds to flows that everyone may pass at any port.
func loosen(flows []network.Flow) []network.Flow {
	var list []network.Flow
	next := 0
	for _, f := range flows {
		if f.Ports.From > next {
			list = append(list, network.Flow{Ports: network.PortRange{From: next, To: f.Ports.From - 1}, All: network.Everyone()})
		}
		f.All = network.Everyone()
		list, next = append(list, f), f.Ports.To+1
	}
	if next <= lastPort {
		list = append(list, network.Flow{Ports: network.PortRange{From: next, To: lastPort}, All: network.Everyone()})
	}
	return list
}

// first names the tuple by its first group.
func (t *tuple) first() string {
	if len(t.groups) > 0 {
		return t.groups[0].ref.ID
	}
	return strings.Join(t.names, " ")
}

// allGaps adds what single rules leave open.
func (t *tuple) allGaps() []estate.Unknown {
	gaps := slices.Clone(t.gaps)
	for _, g := range t.groups {
		for _, doubt := range network.NewFilter(g.in).Doubts() {
			gaps = append(gaps, estate.Unknown{Path: g.ref.ID + "#ingress", Reason: estate.Uncollected, Detail: doubt})
		}
	}
	return gaps
}

// hops names the groups and rules behind positions in the tuple, group by group.
func (s side) hops(rules []int) []Hop {
	var list []Hop
	for _, i := range rules {
		o := s.from[i]
		text := describe(o.index, s.rules[i])
		if n := len(list); n > 0 && list[n-1].ID == o.group.ref.ID {
			list[n-1].Rules = append(list[n-1].Rules, o.index)
			list[n-1].Why += "; " + text
			continue
		}
		list = append(list, Hop{ID: o.group.ref.ID, Kind: "security-group", Why: text, Rules: []int{o.index}})
	}
	return list
}

// describe says what a rule lets through, in one short line.
func describe(index int, r facet.Rule) string {
	const most = 3
	var peers []string
	peers = append(peers, r.CIDRs...)
	peers = append(peers, r.Groups...)
	for _, l := range r.PrefixLists {
		peers = append(peers, l.ID)
	}
	more := ""
	if len(peers) > most {
		more = fmt.Sprintf(" and %d more", len(peers)-most)
		peers = peers[:most]
	}
	return fmt.Sprintf("rule %d allows %s %s for %.200q%s", index, r.Protocol, portText(r), strings.Join(peers, " "), more)
}

func portText(r facet.Rule) string {
	switch {
	case r.Protocol != "tcp" && r.Protocol != "udp":
		return "all ports"
	case r.FromPort == r.ToPort:
		return strconv.Itoa(r.FromPort)
	}
	return fmt.Sprintf("%d-%d", r.FromPort, r.ToPort)
}
