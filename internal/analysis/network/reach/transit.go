package reach

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate"
)

const transitTable = "aws_ec2_transit_gateway_route_table"

// transitTableFact is a route table of a transit gateway.
type transitTableFact struct {
	ref    estate.Ref
	routes []transitRoute
	gaps   []estate.Unknown
}

type transitRoute struct {
	destination string
	attachments []string
	active      bool
	propagated  bool
}

func readTransitTable(l line, f *facts) func() {
	ref := l.ref()
	t := &transitTableFact{ref: ref, gaps: l.gaps(ref.ID, "routes")}
	for _, r := range l.config.GetArray("routes") {
		t.routes = append(t.routes, transitRoute{
			destination: l.b.own(r.GetStringBytes("destination")), attachments: l.b.texts(r.GetArray("attachments")),
			active: r.GetBool("active"), propagated: r.GetBool("propagated"),
		})
	}
	return keep(f.transitTables, ref.ID, t)
}

// overTransit leads to any network attached to the same gateway that the table of the
// network it comes from leads to.
func (n *Network) overTransit(l leg, from, to spot, addresses network.Set) way {
	w := way{hops: []Hop{{ID: l.target, Kind: "transit-gateway"}}, groups: estate.No}
	if g := n.transitByID[l.target]; g != nil && g.sharesGroups {
		w.groups = estate.Yes
	}
	source, joined := n.attachmentOf(l.target, from)
	_, target := n.attachmentOf(l.target, to)
	_, lost := n.missed(to.account, to.at.region, "aws_ec2_transit_gateway_attachment")
	switch {
	case joined && source.table == "" && source.owner == source.ref.Account:
		w.answer, w.hops[0].Why = estate.No, "the network it comes from is in none of its route tables"
	case !target && !n.leadsBeyond(l.target) && !lost:
		w.answer, w.hops[0].Why = estate.No, "the network it goes to is not attached"
	default:
		n.byTransitTable(&w, n.transitTableByID[key{source.ref.Region, source.table}], to, addresses)
	}
	return w
}

// byTransitTable decides where a table sends traffic to addresses: each goes by the most
// specific route, and by one set by hand before one that was propagated ("How transit
// gateways work", Route evaluation order).
func (n *Network) byTransitTable(w *way, t *transitTableFact, to spot, addresses network.Set) {
	if t == nil || len(t.gaps) > 0 {
		w.hops[0].Why = "its route tables are not judged"
		w.gaps = []estate.Unknown{{Path: w.hops[0].ID + "#route_tables", Reason: estate.Uncollected, Detail: "route tables of transit gateways are not read"}}
		if t != nil {
			w.gaps = t.gaps
		}
		return
	}
	rest, first := addresses, true
	join := func(answer estate.Tri, why string, rules []int, gaps ...estate.Unknown) {
		hop := Hop{ID: t.ref.ID, Kind: "transit-gateway", Why: why, Rules: rules}
		switch {
		case first:
			w.answer, w.hops[0], first = answer, hop, false
		case w.answer != answer:
			w.answer = estate.Maybe
			w.hops = append(w.hops, hop)
		}
		w.gaps = append(w.gaps, gaps...)
	}
	for _, p := range n.transitPrefixes(t) {
		r := &t.routes[p.leg]
		part := rest.Intersect(p.ranges)
		if p.bits < 0 {
			join(estate.Maybe, fmt.Sprintf("which addresses %.40q holds is not known", r.destination), []int{p.leg},
				n.absent(t.ref.Account, t.ref.Region, "aws_ec2_managed_prefix_list", r.destination)...)
			continue
		}
		if part.Empty() {
			continue
		}
		rest = rest.Subtract(part)
		answer, why, gaps := n.leadsTo(t, r, to)
		join(answer, why, []int{p.leg}, gaps...)
	}
	if !rest.Empty() || first {
		join(estate.No, "no route of its table leads there", nil)
	}
}

// transitPrefixes are the ranges of a table's routes in the order in which they decide;
// first those that are not known, with fewer than no bits.
func (n *Network) transitPrefixes(t *transitTableFact) []prefix {
	var list []prefix
	for i := range t.routes {
		ranges := []string{t.routes[i].destination}
		if strings.HasPrefix(ranges[0], "pl-") {
			l := n.listByID[key{t.ref.Region, ranges[0]}]
			if l == nil || len(l.gaps) > 0 {
				list = append(list, prefix{leg: i, bits: -1})
				continue
			}
			ranges = l.ranges
		}
		for _, text := range ranges {
			if set, err := network.ParseSet([]string{text}); err == nil {
				list = append(list, prefix{i, bitsOf(text), set})
			} else {
				list = append(list, prefix{leg: i, bits: -1})
			}
		}
	}
	order := func(p prefix) int {
		if p.bits < 0 {
			return -1 << 16
		}
		return -p.bits
	}
	slices.SortStableFunc(list, func(a, b prefix) int {
		if c := cmp.Compare(order(a), order(b)); c != 0 {
			return c
		}
		return cmp.Compare(byHand(&t.routes[a.leg]), byHand(&t.routes[b.leg]))
	})
	return list
}

func byHand(r *transitRoute) int {
	if r.propagated {
		return 1
	}
	return 0
}

// leadsTo tells whether a route leads to the network of a spot. What is done with traffic
// in another network, or beyond the gateway, is not known here: appliances may send it on.
// The appliance mode of attachments, which keeps both directions in one zone, is not
// looked at.
func (n *Network) leadsTo(t *transitTableFact, r *transitRoute, to spot) (estate.Tri, string, []estate.Unknown) {
	if !r.active {
		return estate.No, fmt.Sprintf("%s is dropped by a blackhole of its table", r.destination), nil
	}
	answer := estate.No
	var gaps []estate.Unknown
	for i, id := range r.attachments {
		one, a := estate.Maybe, n.attachmentByID[key{t.ref.Region, id}]
		switch {
		case a == nil:
			gaps = append(gaps, n.absent(t.ref.Account, t.ref.Region, "aws_ec2_transit_gateway_attachment", id)...)
		case a.kind == "vpc" && a.attached == to.vpc:
			one = estate.TriOf(a.state == "available")
		default:
			gaps = append(gaps, estate.Unknown{Path: a.ref.ID + "#attached", Reason: estate.Uncollected, Detail: fmt.Sprintf("whether %s %.60s sends on what its routes do not keep is not known", a.kind, a.attached)})
		}
		if i == 0 {
			answer = one
		} else if answer != one {
			answer = estate.Maybe
		}
	}
	return answer, fmt.Sprintf("its table sends %s to %s, whatever appliance mode says", r.destination, strings.Join(r.attachments, ", ")), gaps
}
