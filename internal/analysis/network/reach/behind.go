package reach

import (
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
				n.behindMachines(n.machineID(t.ref, id), n.targets[group])
			}
			for _, name := range t.fillsClassic {
				if b := classic[[3]string{t.ref.Account, t.ref.Region, name}]; b != nil {
					n.behindClassic(b, id)
				}
			}
			if t.kind != "" {
				n.behindMachines(n.machineID(t.ref, id), t)
			}
		}
	})
	filled := map[string]bool{}
	sorted(n.targets, func(t *targetFact) {
		filled[t.ref.ID] = filled[t.ref.ID] || t.complete
		for _, group := range t.fills {
			filled[group] = true
		}
	})
	sorted(n.services, func(s *serviceFact) {
		for _, group := range s.fills {
			filled[group] = true
		}
	})
	n.indexUnfilled(filled)
	sorted(n.services, func(s *serviceFact) {
		for _, group := range s.fills {
			n.behindGroup(s.ref.ID, n.targets[group], s.at[group]...)
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

// behindMachines adds a machine of a target group, which has the group's port.
func (n *Network) behindMachines(id string, t *targetFact) {
	if t != nil {
		n.behindGroup(id, t, t.port)
	}
}

// behindGroup adds a member of a target group with the ports it is registered at; without
// any the port is not known.
func (n *Network) behindGroup(id string, t *targetFact, ports ...int) {
	if t == nil {
		return
	}
	if len(ports) == 0 {
		ports = []int{0}
	}
	for _, arn := range t.balancers {
		b := n.balancers[arn]
		if b == nil {
			continue
		}
		for _, port := range ports {
			n.addBehind(id, backend{balancer: b, group: t, port: port, protocol: t.protocol})
		}
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

// doorKey finds who reaches the listeners that lead to a backend.
type doorKey struct {
	backend
	family string
}

// doorTo is openDoor, worked out once.
func (n *Network) doorTo(b backend, protocol, family string) door {
	k := doorKey{b, family}
	k.protocol = protocol
	n.mu.Lock()
	d, known := n.cached.doors[k]
	n.mu.Unlock()
	if !known {
		d = n.openDoor(b, protocol, family)
		n.mu.Lock()
		n.cached.doors[k] = d
		n.mu.Unlock()
	}
	return d
}

// openDoor returns who reaches the listeners of a load balancer that send to a target
// group.
func (n *Network) openDoor(b backend, protocol, family string) door {
	front := n.frontOf(b.balancer)
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
