package reach

import (
	"fmt"

	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate"
)

// backend is one way from a load balancer to a resource.
type backend struct {
	balancer *balancerFact
	// group is the target group; nil for classic load balancers.
	group *targetFact
	// port is where the resource is spoken to; 0 when that is not known.
	port     int
	protocol string
}

// indexBehind finds what stands behind which load balancer, as far as that was read:
// machines of scaling groups, tasks of container services, machines of classic load
// balancers, and members that a target group lists.
func (n *Network) indexBehind() {
	n.links.behind, n.links.serving, n.links.unread = map[string][]backend{}, map[[2]string][]listen{}, map[string][]listen{}
	sorted(n.listeners, func(l *listenerFact) {
		for _, group := range l.targets {
			k := [2]string{l.balancer, group}
			n.links.serving[k] = append(n.links.serving[k], l.listen)
		}
		if l.unread {
			n.links.unread[l.balancer] = append(n.links.unread[l.balancer], l.listen)
		}
	})
	classic := map[[3]string]*balancerFact{}
	sorted(n.balancers, func(b *balancerFact) {
		if b.kind != "classic" {
			return
		}
		classic[[3]string{b.ref.Account, b.ref.Region, b.ref.Name}] = b
		for _, id := range b.machines {
			n.behindClassic(b, id)
		}
	})
	sorted(n.targets, func(t *targetFact) {
		for _, id := range t.members {
			for _, group := range t.fills {
				n.behindGroup(n.machineID(t.ref, id), n.targets[group], true)
			}
			for _, name := range t.fillsClassic {
				if b := classic[[3]string{t.ref.Account, t.ref.Region, name}]; b != nil {
					n.behindClassic(b, id)
				}
			}
			if t.kind != "" {
				n.behindGroup(n.machineID(t.ref, id), t, true)
			}
		}
	})
	sorted(n.services, func(s *serviceFact) {
		for _, group := range s.fills {
			n.behindGroup(s.ref.ID, n.targets[group], false)
		}
	})
}

// machineID is the full id of a machine known by its short one.
func (n *Network) machineID(near estate.Ref, id string) string {
	if m := n.machineByID[key{near.Region, id}]; m != nil {
		return m.ref.ID
	}
	return id
}

func (n *Network) behindClassic(b *balancerFact, id string) {
	full := n.machineID(b.ref, id)
	for _, l := range b.listeners {
		n.addBehind(full, backend{balancer: b, port: l.to, protocol: "tcp"})
	}
}

// behindGroup adds a member of a target group. The group's port counts for machines;
// tasks are registered with a port of their own.
func (n *Network) behindGroup(id string, t *targetFact, portCounts bool) {
	if t == nil {
		return
	}
	for _, arn := range t.balancers {
		b := n.balancers[arn]
		if b == nil {
			continue
		}
		one := backend{balancer: b, group: t, protocol: t.protocol}
		if portCounts {
			one.port = t.port
		}
		n.addBehind(id, one)
	}
}

func (n *Network) addBehind(id string, one backend) {
	for _, known := range n.links.behind[id] {
		if known == one {
			return
		}
	}
	n.links.behind[id] = append(n.links.behind[id], one)
}

// ofBackends returns what the internet reaches of a resource through load balancers;
// nothing where nobody can.
func (n *Network) ofBackends(target estate.Ref) []Exposure {
	var list []Exposure
	for _, b := range n.links.behind[target.ID] {
		place, stands := n.stands(target.ID)
		if !stands {
			continue
		}
		for _, protocol := range []string{"tcp", "udp"} {
			if b.protocol == protocol || b.protocol == "both" {
				list = append(list, n.through(b, protocol, place, target)...)
			}
		}
	}
	return list
}

// door is who gets to the listeners that lead to a target.
type door struct {
	bound
	shown *opening
	gaps  []estate.Unknown
}

// doorTo returns who reaches the listeners of a load balancer that send to a target
// group.
func (n *Network) doorTo(b backend, protocol, family string) door {
	front := n.reachBalancer(b.balancer)
	listeners, certain := n.leading(b)
	var d door
	for i, l := range listeners {
		if l.protocol != protocol && l.protocol != "both" {
			continue
		}
		one, shown := front.at(protocol, family, l.port)
		for _, o := range shown {
			if d.shown == nil {
				d.shown = o
			}
			d.gaps = append(d.gaps, o.unknown...)
		}
		if certain || i == 0 {
			d.bound = d.bound.union(one)
		} else {
			d.bound = bound{d.sure.Intersect(one.sure), d.all.Union(one.all)}
		}
	}
	if !certain && len(listeners) > 1 {
		d.gaps = append(d.gaps, estate.Unknown{Path: b.balancer.ref.ID + "#rules", Reason: estate.Uncollected, Detail: "which of its listeners sends to the target group"})
	}
	return d
}

// leading returns the listeners that send to a backend, and whether they all do; else
// one of them does.
func (n *Network) leading(b backend) ([]listen, bool) {
	if b.group == nil {
		var list []listen
		for _, l := range b.balancer.listeners {
			if l.to == b.port {
				list = append(list, l)
			}
		}
		return list, true
	}
	if known := n.links.serving[[2]string{b.balancer.ref.ID, b.group.ref.ID}]; len(known) > 0 {
		return known, true
	}
	unread := n.links.unread[b.balancer.ref.ID]
	return unread, len(unread) == 1
}

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
	from := n.spread(b.balancer.ref, b.balancer.subnets, b.balancer.groups, "load-balancer")
	from.all = true
	c := n.join(from, place)
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
