package reach

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
)

// FromInternet yields, for every endpoint, what the internet reaches of it, until
// yield returns false. An endpoint that nobody reaches gives one exposure with verdict
// No and the layer that blocks. A machine is told of beside its interfaces. The order
// is by kind of endpoint and id; equal facts give equal answers.
func (n *Network) FromInternet(yield func(Exposure) bool) {
	for _, id := range slices.Concat(n.order, ids(n.balancers), ids(n.services), ids(n.fronts)) {
		for _, e := range n.Exposure(id) {
			if !yield(e) {
				return
			}
		}
	}
}

// Endpoints returns what FromInternet tells of, in the same order.
func (n *Network) Endpoints() []estate.Ref {
	list := make([]estate.Ref, 0, len(n.order)+len(n.balancers)+len(n.services)+len(n.fronts))
	for _, id := range slices.Concat(n.order, ids(n.balancers), ids(n.services), ids(n.fronts)) {
		list = append(list, n.refOf(id))
	}
	return list
}

// Exposure returns what the internet reaches of one resource; nothing when it is no
// endpoint or not known.
func (n *Network) Exposure(id string) []Exposure {
	switch {
	case n.interfaces[id] != nil:
		return n.ofInterface(n.interfaces[id])
	case n.instances[id] != nil:
		return n.ofInstance(n.instances[id])
	case n.balancers[id] != nil:
		return n.ofBalancer(n.balancers[id])
	case n.services[id] != nil:
		return n.ofService(n.services[id])
	case n.fronts[id] != nil:
		return n.ofFront(n.fronts[id])
	}
	return nil
}

// blocked is the answer for what nobody reaches.
func blocked(target estate.Ref, by ...Hop) []Exposure {
	return []Exposure{{Target: target, Verdict: estate.No, Sources: Sources{Kind: Nobody}, Blocked: by}}
}

// expose gives a class a target: last is the hop to it.
func (c *class) expose(target estate.Ref, last Hop) []Exposure {
	if len(c.openings) == 0 {
		return blocked(target, c.blocked...)
	}
	list := make([]Exposure, 0, len(c.openings))
	for i := range c.openings {
		list = append(list, c.openings[i].expose(target, last))
	}
	return list
}

func (o *opening) expose(target estate.Ref, last Hop) Exposure {
	return Exposure{
		Target: target, Verdict: o.verdict, Family: o.family, Protocol: o.protocol, Ports: o.ports, Sources: o.sources,
		Path: append(o.path[:len(o.path):len(o.path)], last), Filtered: o.filtered, Unknown: o.unknown,
	}
}

func (n *Network) ofInterface(i *interfaceFact) []Exposure {
	c, last := n.reachInterface(i)
	if i.instance == "" {
		return c.expose(i.ref, last)
	}
	m := n.machineByID[key{i.ref.Region, i.instance}]
	if m != nil && m.down() {
		return noted(blocked(i.ref, m.stopped()), c)
	}
	if u, lost := n.missed(i.ref.Account, i.ref.Region, "aws_instance"); m == nil && lost {
		u.Path = i.instance + "#state"
		c = c.doubted([]estate.Unknown{u})
	}
	return c.expose(i.ref, last)
}

// reachInterface returns the class of an interface and the hop to it.
func (n *Network) reachInterface(i *interfaceFact) (*class, Hop) {
	last := Hop{ID: i.ref.ID, Kind: "interface", Why: addressText(i.public, i.six)}
	switch {
	case i.role == outward:
		return &class{blocked: []Hop{{ID: i.ref.ID, Kind: "interface", Why: "it only opens connections of its own"}}}, last
	case i.role == fronted:
		return &class{blocked: []Hop{{ID: i.ref.ID, Kind: "interface", Why: "it belongs to a service, whose own answer counts"}}}, last
	case !i.attached:
		return &class{blocked: []Hop{{ID: i.ref.ID, Kind: "interface", Why: "nothing uses it"}}}, last
	}
	return n.classOf(key{i.ref.Region, i.subnet}, i.ref.Account, i.groups, len(i.public) > 0, anyGlobal(i.six)), last
}

// globalSix are the IPv6 addresses that can be routed; those that AWS gives out and
// those of documentation are among them, those of one's own (fc00::/7) are not.
var globalSix = setOf([]string{"2000::/3"})

// anyGlobal reports whether any address is one of the internet's.
func anyGlobal(list []netip.Addr) bool {
	return slices.ContainsFunc(list, globalSix.Contains)
}

func addressText(public, six []netip.Addr) string {
	const most = 3
	all := slices.Concat(public, six)
	if len(all) > most {
		return fmt.Sprintf("at %v and %d more", all[:most], len(all)-most)
	}
	return fmt.Sprintf("at %v", all)
}

func (m *instanceFact) down() bool { return m.state == "stopped" || m.state == "stopping" }

func (m *instanceFact) stopped() Hop {
	return Hop{ID: m.ref.ID, Kind: "instance", Why: "the machine is " + m.state}
}

// noted adds what would be open if the machine ran.
func noted(list []Exposure, c *class) []Exposure {
	if len(c.openings) > 0 {
		list[0].Notes = []string{"ports are open to it once it is started"}
	}
	return list
}

func (n *Network) ofInstance(m *instanceFact) []Exposure {
	var open, shut []Exposure
	add := func(c *class, last ...Hop) {
		for _, e := range c.expose(m.ref, Hop{ID: m.ref.ID, Kind: "instance", Why: "the machine"}) {
			if e.Verdict == estate.No {
				shut = append(shut, e)
				continue
			}
			e.Path = slices.Concat(e.Path[:len(e.Path)-1], last, e.Path[len(e.Path)-1:])
			open = append(open, e)
		}
	}
	if !m.down() {
		open = n.ofBackends(m.ref)
	}
	for _, i := range n.nicsOf[keyOf(m.ref)] {
		c, last := n.reachInterface(i)
		add(c, last)
	}
	if len(n.nicsOf[keyOf(m.ref)]) == 0 {
		add(n.withoutInterfaces(m))
	}
	switch {
	case m.down() && len(open) > 0:
		return []Exposure{{
			Target: m.ref, Verdict: estate.No, Sources: Sources{Kind: Nobody}, Blocked: []Hop{m.stopped()},
			Notes: []string{"ports are open to it once it is started"},
		}}
	case len(open) > 0:
		return open
	}
	if !m.down() {
		if unread := n.ofUnread(m.ref); len(unread) > 0 {
			return unread
		}
	}
	if len(shut) > 0 {
		return shut[:1]
	}
	return blocked(m.ref, Hop{ID: m.ref.ID, Kind: "instance", Why: "it has no interface"})
}

// withoutInterfaces answers from what the machine itself says, when its interfaces
// were not read. With one interface that is all there is to know.
func (n *Network) withoutInterfaces(m *instanceFact) *class {
	c := n.classOf(key{m.ref.Region, m.subnet}, m.ref.Account, m.groups, len(m.public) > 0, anyGlobal(m.six))
	if len(m.interfaces) <= 1 || len(c.openings) == 0 && len(m.public) == 0 && !anyGlobal(m.six) {
		return c
	}
	return uncertain(nil, n.absent(m.ref.Account, m.ref.Region, "aws_network_interface", shortID(m.ref.ID))...)
}
