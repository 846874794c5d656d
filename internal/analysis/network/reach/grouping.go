package reach

import (
	"slices"

	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate"
)

// grouping gathers the cells of one protocol and family into openings: ports that the
// same peers reach belong together.
type grouping struct {
	stages   []stage
	family   string
	protocol string
	// first is where the way begins; empty for the internet.
	first  Hop
	groups []group
}

type group struct {
	bound
	ports []network.PortRange
	rules [mostStages][]int
}

func (g *grouping) add(c cell) {
	if c.all.Empty() {
		return
	}
	i := slices.IndexFunc(g.groups, func(o group) bool { return o.sure.Equal(c.sure) && o.all.Equal(c.all) })
	if i < 0 {
		g.groups = append(g.groups, group{bound: c.bound})
		i = len(g.groups) - 1
	}
	o := &g.groups[i]
	o.ports = joined(o.ports, c.ports)
	for s, rules := range c.rules {
		o.rules[s] = merged(o.rules[s], rules)
	}
}

// joined adds ports that do not begin before the last ones.
func joined(list []network.PortRange, next network.PortRange) []network.PortRange {
	if n := len(list); n > 0 && next.From <= list[n-1].To+1 {
		list[n-1].To = max(list[n-1].To, next.To)
		return list
	}
	return append(list, next)
}

// merged unites two rising lists.
func merged(a, b []int) []int {
	if len(b) == 0 || slices.Equal(a, b) {
		return a
	}
	both := append(slices.Clone(a), b...)
	slices.Sort(both)
	return slices.Compact(both)
}

// openings returns what the groups open: for certain, and beyond that perhaps.
func (g *grouping) openings() []opening {
	var list []opening
	for _, o := range g.groups {
		common := opening{family: g.family, protocol: g.protocol, ports: o.ports, path: g.path(o)}
		if !hasPorts(g.protocol) {
			common.ports = nil
		}
		if !o.sure.Empty() {
			yes := common
			yes.verdict, yes.sources = estate.Yes, sourcesOf(o.sure)
			list = append(list, yes)
		}
		if rest := o.all.Subtract(o.sure); !rest.Empty() {
			perhaps := common
			perhaps.verdict, perhaps.sources = estate.Maybe, sourcesOf(rest)
			perhaps.unknown, perhaps.filtered = g.doubts(rest)
			list = append(list, perhaps)
		}
	}
	return list
}

func hasPorts(protocol string) bool { return protocol == "tcp" || protocol == "udp" }

// path tells the way of a group: the internet, then each layer that let it through.
func (g *grouping) path(o group) []Hop {
	hops := []Hop{fromInternet}
	if g.first.Kind != "" {
		hops[0] = g.first
	}
	for i, s := range g.stages {
		if s.gateway.Kind != "" {
			hops = append(hops, s.gateway)
		}
		switch {
		case s.through != nil && len(o.rules[i]) > 0:
			hops = append(hops, s.through(o.rules[i])...)
		case s.gateway.Kind != "":
			hops = append(hops, Hop{ID: s.hop.ID, Kind: s.hop.Kind, Why: "answers leave through the gateway", Rules: o.rules[i]})
		}
	}
	return hops
}

// fromInternet begins the ways from the internet.
var fromInternet = Hop{Kind: "internet", Why: "any client whose address is among the sources"}

// doubts tells why it is not certain that peers get through.
func (g *grouping) doubts(rest network.Set) (unknown []estate.Unknown, devices []Hop) {
	for _, s := range g.stages {
		for _, u := range s.gaps {
			if !slices.Contains(unknown, u) {
				unknown = append(unknown, u)
			}
		}
		if s.inspected.Intersect(rest).Empty() {
			continue
		}
		for _, d := range s.devices {
			devices = append(devices, d)
			unknown = append(unknown, estate.Unknown{Path: d.ID + "#rules", Reason: estate.Uncollected, Detail: "traffic passes it, and its rules are not judged here"})
		}
	}
	return unknown, devices
}
