package reach

import (
	"fmt"

	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate"
)

// through follows a backend from the internet to the target.
func (n *Network) through(b backend, protocol string, place standing, target estate.Ref) []Exposure {
	var list []Exposure
	for _, family := range []string{"ipv4", "ipv6"} {
		d := n.doorTo(b, protocol, family)
		if d.all.Empty() {
			continue
		}
		for _, last := range n.lastLegs(b, protocol, place) {
			passes := last.weigh(n, b, protocol, d.bound)
			hops := append(append([]Hop{}, d.shown.path...), last.hops(b)...)
			common := Exposure{Target: target, Family: family, Protocol: protocol, Ports: last.ports, Path: append(hops, Hop{ID: target.ID, Kind: "target", Why: "what is reached"})}
			if !passes.sure.Empty() {
				yes := common
				yes.Verdict, yes.Sources = estate.Yes, sourcesOf(passes.sure)
				list = append(list, yes)
			}
			if rest := passes.all.Subtract(passes.sure); !rest.Empty() {
				perhaps := common
				perhaps.Verdict, perhaps.Sources = estate.Maybe, sourcesOf(rest)
				perhaps.Unknown = append(append([]estate.Unknown{}, d.gaps...), last.doubts(b)...)
				list = append(list, perhaps)
			}
		}
	}
	return list
}

// lastLeg is the way from a load balancer to ports of a target.
type lastLeg struct {
	ports []network.PortRange
	way   *opening
	place standing
}

// lastLegs returns the ways from a load balancer to a target that the network lets
// through, for the port it is spoken to at, or for every port when that is not known.
func (n *Network) lastLegs(b backend, protocol string, place standing) []lastLeg {
	c := n.legTo(b.balancer, place)
	var list []lastLeg
	seen := false
	for i := range c.openings {
		o := &c.openings[i]
		if o.protocol != protocol || b.port != 0 && (seen || !o.covers(b.port)) {
			continue
		}
		leg := lastLeg{ports: o.ports, way: o, place: place}
		if b.port != 0 {
			leg.ports, seen = onePort(b.port), true
		}
		list = append(list, leg)
	}
	if len(list) == 0 && b.preserves() != estate.No {
		list = append(list, lastLeg{ports: onePort(b.port), place: place})
	}
	return list
}

// preserves tells whether targets see the clients' own addresses.
func (b backend) preserves() estate.Tri {
	switch {
	case b.balancer.kind != "network" || b.group == nil:
		return estate.No
	case b.group.preserves != estate.Maybe:
		return b.group.preserves
	case b.group.kind == "ip" && b.group.protocol == "tcp":
		return estate.Maybe
	case b.group.protocol != "tcp":
		return estate.Yes
	}
	return estate.Maybe
}

func (l lastLeg) hops(b backend) []Hop {
	hops := []Hop{{ID: b.balancer.ref.ID, Kind: "load-balancer", Why: "it sends requests on"}}
	if b.group != nil {
		hops = append(hops, Hop{ID: b.group.ref.ID, Kind: "target-group", Why: fmt.Sprintf("the target is in it, at port %d", b.port)})
	}
	if l.way != nil && len(l.way.path) > 0 {
		hops = append(hops, l.way.path[1:]...)
	}
	return hops
}

// doubts tells what is not known of the last leg.
func (l lastLeg) doubts(b backend) []estate.Unknown {
	var gaps []estate.Unknown
	if l.way != nil {
		gaps = append(gaps, l.way.unknown...)
	}
	if b.preserves() == estate.Maybe {
		gaps = append(gaps, estate.Unknown{Path: b.group.ref.ID + "#preserves_client_address", Reason: estate.Uncollected, Detail: "whether targets see the clients' own addresses is not read"})
	}
	if b.port == 0 {
		gaps = append(gaps, estate.Unknown{Path: b.group.ref.ID + "#targets", Reason: estate.Uncollected, Detail: "at which port the target is registered is not read"})
	}
	return gaps
}

// weigh returns who among those at the door gets to the target.
func (l lastLeg) weigh(n *Network, b backend, protocol string, door bound) bound {
	var relayed bound
	if l.way != nil {
		relayed.all = door.all
		if l.way.verdict == estate.Yes && b.port != 0 {
			relayed.sure = door.sure
		}
	}
	switch b.preserves() {
	case estate.No:
		return relayed
	case estate.Yes:
		return n.direct(b, protocol, l.place, door)
	}
	own := n.direct(b, protocol, l.place, door)
	return bound{own.sure.Intersect(relayed.sure), own.all.Union(relayed.all)}
}

// direct returns who gets to a target with an address of their own: its ACL and its
// groups must let them in, or name the groups of the load balancer.
func (n *Network) direct(b backend, protocol string, place standing, door bound) bound {
	var passes bound
	for i, s := range place.spots {
		n.mu.Lock()
		guard := n.tupleOf(s.at.region, s.account, s.groups)
		names := n.tupleOf(b.balancer.ref.Region, b.balancer.ref.Account, b.balancer.groups).peers(estate.Yes)
		var acl *aclFilter
		var gaps []estate.Unknown
		if f := n.subnetByID[s.at]; f != nil {
			acl, gaps = n.aclAt(f)
		}
		n.mu.Unlock()
		in, out := acl.stages(gaps)
		one := bound{}
		cells := []cell{{ports: allPorts, bound: door}}
		for at, st := range []stage{in, guard.open(names), out} {
			if st.flow != nil {
				cells = pass(cells, st.flow(protocol), at)
			}
		}
		for _, c := range cells {
			if b.port == 0 || c.ports.From <= b.port && b.port <= c.ports.To {
				one = one.union(c.bound)
			}
		}
		if place.all || i == 0 {
			passes = passes.union(one)
		} else {
			passes = bound{passes.sure.Intersect(one.sure), passes.all.Union(one.all)}
		}
	}
	if b.port == 0 {
		passes.sure = network.Set{}
	}
	return passes
}

// open is the guard for clients who come through a load balancer whose groups rules
// may name.
func (t *tuple) open(names peers) stage {
	if t.unguarded {
		return stage{}
	}
	filter := network.NewFilter(names.resolve(t.in.rules))
	return stage{flow: func(protocol string) []network.Flow {
		if len(t.gaps) > 0 {
			return loosen(filter.Flows(protocol))
		}
		return filter.Flows(protocol)
	}}
}
