package reach

import (
	"fmt"
	"slices"

	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate"
)

// indexUnfilled finds the target groups of machines whose targets nothing tells.
func (n *Network) indexUnfilled(filled map[string]bool) {
	n.links.unfilled = map[key][]backend{}
	sorted(n.targets, func(t *targetFact) {
		if filled[t.ref.ID] || t.kind != "instance" && t.kind != "ip" {
			return
		}
		for _, arn := range t.balancers {
			if b := n.balancers[arn]; b != nil && b.public {
				at := key{t.ref.Region, t.vpc}
				n.links.unfilled[at] = append(n.links.unfilled[at], backend{balancer: b, group: t, port: t.port, protocol: t.protocol})
			}
		}
	})
}

// balancing are the types that tell what stands behind a load balancer.
var balancing = []string{"aws_lb", "aws_lb_listener", "aws_lb_target_group", "aws_autoscaling_group", "aws_elb"}

// ofUnread returns what may be reached of a resource through load balancers that were
// not read, or through target groups whose targets were not.
func (n *Network) ofUnread(target estate.Ref) []Exposure {
	place, _ := n.stands(target.ID)
	if len(place.spots) == 0 {
		return nil
	}
	var gaps []estate.Unknown
	for _, kind := range balancing {
		if u, lost := n.missed(target.Account, target.Region, kind); lost {
			u.Path = target.ID + "#" + kind
			gaps = append(gaps, u)
		}
	}
	last := Hop{ID: target.ID, Kind: "target", Why: "what may be reached"}
	if len(gaps) > 0 && slices.ContainsFunc(place.spots, n.takesAny) {
		return slices.DeleteFunc(uncertain(place.ports, gaps...).expose(target, last), func(e Exposure) bool { return !hasPorts(e.Protocol) })
	}
	var list []Exposure
	for _, b := range n.links.unfilled[key{target.Region, place.spots[0].vpc}] {
		if !slices.ContainsFunc(place.spots, func(s spot) bool { return n.mayTake(s, b) }) {
			continue
		}
		for _, protocol := range []string{"tcp", "udp"} {
			if b.protocol != protocol && b.protocol != "both" {
				continue
			}
			for _, e := range n.through(b, protocol, place, target) {
				e.Verdict = estate.Maybe
				e.Unknown = append(slices.Clone(e.Unknown), estate.Unknown{
					Path: b.group.ref.ID + "#targets", Reason: estate.Uncollected, Detail: fmt.Sprintf("whether %s is a target of it is not read", shortID(target.ID)),
				})
				list = append(list, e)
			}
		}
	}
	return list
}

// takesAny reports whether the groups of a spot let anything in at all.
func (n *Network) takesAny(s spot) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	t := n.tupleOf(s.at.region, s.account, s.groups)
	return t.unguarded || len(t.gaps) > 0 || len(t.in.rules) > 0
}

// mayTake reports whether the groups of a spot may let in what a load balancer sends:
// a quick look before a close one.
func (n *Network) mayTake(s spot, b backend) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	t := n.tupleOf(s.at.region, s.account, s.groups)
	if t.unguarded || len(t.gaps) > 0 {
		return true
	}
	names := n.tupleOf(b.balancer.ref.Region, b.balancer.ref.Account, b.balancer.groups).peers(estate.Yes)
	for i, r := range names.resolve(t.in.rules) {
		named := len(r.CIDRs) > 0 || len(r.PrefixLists) > 0 || len(r.Groups) != len(t.in.rules[i].Groups)
		if named && (r.Protocol != "tcp" && r.Protocol != "udp" || r.FromPort <= b.port && b.port <= r.ToPort) {
			return true
		}
	}
	return false
}

// frontOf is reachBalancer, worked out once.
func (n *Network) frontOf(b *balancerFact) *class {
	n.mu.Lock()
	c := n.cached.fronts[b]
	n.mu.Unlock()
	if c == nil {
		c = n.reachBalancer(b)
		n.mu.Lock()
		n.cached.fronts[b] = c
		n.mu.Unlock()
	}
	return c
}

// legKey finds the way from a load balancer to what stands alike in a subnet.
type legKey struct {
	balancer *balancerFact
	at       key
	groups   guards
}

// legTo returns the way from a load balancer to a resource. Where the whole subnet of a
// single interface is reached alike, its neighbours share the answer.
func (n *Network) legTo(b *balancerFact, place standing) *class {
	from := n.spread(b.ref, b.subnets, b.groups, "load-balancer")
	from.all = true
	if len(place.spots) != 1 || len(place.missing) > 0 || place.spots[0].outward {
		return n.join(from, place)
	}
	s := place.spots[0]
	k := legKey{b, s.at, s.groups}
	n.mu.Lock()
	c, known := n.cached.legs[k]
	n.mu.Unlock()
	if !known {
		if f := n.subnetByID[s.at]; f != nil {
			wide := s
			wide.addresses = f.ranges.V4()
			c = n.join(from, standing{spots: []spot{wide}, all: true, ports: place.ports})
		}
		n.mu.Lock()
		n.cached.legs[k] = c
		n.mu.Unlock()
	}
	if c == nil || slices.ContainsFunc(c.openings, func(o opening) bool { return o.verdict != estate.Yes }) || s.addresses.V4().Equal(network.Set{}) {
		return n.join(from, place)
	}
	return c
}
