package reach

import (
	"fmt"
	"slices"

	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate"
)

// way is how traffic gets from one spot to the addresses of another.
type way struct {
	answer  estate.Tri
	hops    []Hop
	devices []Hop
	gaps    []estate.Unknown
	// groups tells whether rules may name security groups of the other side.
	groups estate.Tri
}

// wayFrom follows the routes of a spot's subnet to the addresses of another spot.
func (n *Network) wayFrom(from, to spot, addresses network.Set) way {
	s := n.subnetByID[from.at]
	if s == nil {
		return way{gaps: n.absent(from.account, from.at.region, "aws_subnet", from.at.id)}
	}
	n.mu.Lock()
	x, gaps := n.exitsAt(s)
	n.mu.Unlock()
	if x == nil {
		return way{gaps: gaps}
	}
	var w way
	first := true
	for _, l := range x.legs {
		if l.takes.Intersect(addresses).Empty() {
			continue
		}
		one := n.follow(x.table, l, from, to, l.takes.Intersect(addresses))
		one.hops = append([]Hop{{ID: x.table.ref.ID, Kind: "route-table", Why: fmt.Sprintf("%s goes to %s", l.destination, l.goal()), Rules: []int{l.index}}}, one.hops...)
		if !l.takes.Covers(addresses) {
			one.answer = one.answer.And(estate.Maybe)
		}
		if first {
			w, first = one, false
			continue
		}
		w = w.or(one)
	}
	if first {
		w = way{answer: estate.No, hops: []Hop{{ID: x.table.ref.ID, Kind: "route-table", Why: noRoute}}}
	}
	if len(x.doubtful) > 0 {
		w.answer, w.gaps = estate.Maybe, append(w.gaps, gaps...)
	}
	return w
}

// or joins two ways that parts of the addresses take: what they agree on holds.
func (w way) or(o way) way {
	if w.answer != o.answer {
		w.answer = estate.Maybe
	}
	if w.groups != o.groups {
		w.groups = estate.Maybe
	}
	w.hops, w.devices, w.gaps = append(w.hops, o.hops...), append(w.devices, o.devices...), append(w.gaps, o.gaps...)
	return w
}

// follow tells where one route leads with addresses of its range.
func (n *Network) follow(t *tableFact, l leg, from, to spot, addresses network.Set) way {
	same := from.vpc == to.vpc && from.at.region == to.at.region
	switch l.kind {
	case "local":
		return way{answer: estate.TriOf(same), groups: estate.Yes}
	case "peering":
		return n.overPeering(t, l, from, to)
	case "transit-gateway":
		return n.overTransit(l, from, to, addresses)
	}
	if l.device.Kind != "" {
		return way{devices: []Hop{l.device}, groups: estate.TriOf(same)}
	}
	return way{answer: estate.No}
}

// overPeering leads to the other side of a connection and nowhere beyond it.
func (n *Network) overPeering(t *tableFact, l leg, from, to spot) way {
	p := n.peeringByID[l.target]
	if p == nil {
		return way{gaps: n.absent(t.ref.Account, t.ref.Region, "aws_vpc_peering_connection", l.target)}
	}
	a, b := key{from.at.region, from.vpc}, key{to.at.region, to.vpc}
	joins := p.sides == [2]key{a, b} || p.sides == [2]key{b, a}
	hop := Hop{ID: p.ref.ID, Kind: "peering", Why: fmt.Sprintf("it is %.40q", p.state)}
	return way{answer: estate.TriOf(joins && p.state == "active"), hops: []Hop{hop}, groups: estate.TriOf(a.region == b.region)}
}

// attachmentOf returns the attachment by which a spot's network hangs on a gateway.
func (n *Network) attachmentOf(gateway string, s spot) (attachmentFact, bool) {
	var found *attachmentFact
	for _, a := range n.attachedTo[gateway] {
		if a.attached == s.vpc && a.state == "available" && (found == nil || a.owner == a.ref.Account) {
			found = a
		}
	}
	if found == nil {
		return attachmentFact{}, false
	}
	return *found, true
}

// leadsBeyond reports whether a gateway is joined with anything but networks, so that
// more may lie behind it than its attachments say.
func (n *Network) leadsBeyond(gateway string) bool {
	return slices.ContainsFunc(n.attachedTo[gateway], func(a *attachmentFact) bool { return a.kind != "vpc" })
}

const noRoute = "no route leads there"

// asStage turns a way into a layer for one token; see connection.
func (w way) asStage(token network.Set, back bool) stage {
	kind, why := "route-table", noRoute
	if back {
		why = "no route leads back"
	}
	s := stage{hop: Hop{Kind: kind, Why: why}, gaps: w.gaps, devices: w.devices}
	if len(w.hops) > 0 {
		last := w.hops[len(w.hops)-1]
		s.hop = Hop{ID: last.ID, Kind: last.Kind, Why: last.Why, Rules: last.Rules}
		if last.Why == noRoute {
			s.hop.Why = why
		}
	}
	if len(w.devices) > 0 {
		s.inspected = token
	}
	b := bound{}
	switch w.answer {
	case estate.Yes:
		b = bound{token, token}
	case estate.Maybe:
		b = bound{all: token}
	}
	s.flow = uniform(b, []int{0})
	hops := slices.Concat(w.hops, w.devices)
	s.through = func([]int) []Hop { return hops }
	return s
}
