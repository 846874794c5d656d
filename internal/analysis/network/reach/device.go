package reach

import (
	"fmt"
	"slices"

	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate"
)

// deviceOn returns the device that a route leads to, a firewall's endpoint or a machine
// that routes, and whether traffic to the internet may go on from there. There is no
// device on most routes.
func (n *Network) deviceOn(t *tableFact, l leg) (Hop, bool) {
	switch l.kind {
	case "endpoint":
		e := n.endpointByID[key{t.ref.Region, l.target}]
		if e == nil {
			return Hop{ID: l.target, Kind: "firewall", Why: "an endpoint that is not in the inventory"}, true
		}
		if e.kind == "Gateway" {
			return Hop{}, false
		}
		return Hop{ID: e.ref.ID, Kind: "firewall", Why: fmt.Sprintf("an endpoint of %.80q", e.service)}, n.anyLeads(t.ref, e.subnets)
	case "network-interface":
		i := n.nicByID[key{t.ref.Region, l.target}]
		if i == nil {
			return Hop{ID: l.target, Kind: "firewall", Why: "an interface that is not in the inventory"}, true
		}
		return Hop{ID: i.ref.ID, Kind: "firewall", Why: "an interface that traffic is led through"}, n.anyLeads(t.ref, []string{i.subnet})
	case "instance":
		i := n.machineByID[key{t.ref.Region, l.target}]
		if i == nil {
			return Hop{ID: l.target, Kind: "firewall", Why: "a machine that is not in the inventory"}, true
		}
		return Hop{ID: i.ref.ID, Kind: "firewall", Why: "a machine that traffic is led through"}, n.anyLeads(t.ref, []string{i.subnet})
	case "other":
		return Hop{ID: l.target, Kind: "firewall", Why: "a route of a kind that is not understood"}, true
	}
	return Hop{}, false
}

// anyLeads reports whether any of the subnets has, or may have, a route to an internet
// gateway.
func (n *Network) anyLeads(near estate.Ref, subnets []string) bool {
	if len(subnets) == 0 {
		return true
	}
	return slices.ContainsFunc(subnets, func(id string) bool {
		s := n.subnetByID[key{near.Region, id}]
		if s == nil {
			return true
		}
		t := n.tableAt(s)
		return t == nil || slices.ContainsFunc(t.routes, func(r route) bool { return r.active && (r.kind == toGateway || r.kind == "endpoint") })
	})
}

// edgeAt holds what the gateway's own route table does to traffic that comes in for a
// subnet: leads it through a device, drops it, or nothing.
func (n *Network) edgeAt(s *subnetFact, x *exits) stage {
	var st stage
	if x == nil {
		return st
	}
	passes := everything()
	for _, l := range x.legs {
		t := n.edgeTable[key{s.ref.Region, l.target}]
		if l.kind != toGateway || t == nil {
			continue
		}
		for _, back := range n.exitsOf(t).legs {
			for _, family := range []network.Set{network.Everyone().V4(), network.Everyone().V6()} {
				inside := s.ranges.Intersect(family)
				if back.kind == "local" || back.takes.Intersect(inside).Empty() {
					continue
				}
				st.hop = Hop{ID: t.ref.ID, Kind: "route-table", Why: fmt.Sprintf("what comes in for %s goes to %s", back.destination, back.goal()), Rules: []int{back.index}}
				passes.sure = passes.sure.Subtract(family)
				if back.kind == toNothing && back.takes.Covers(inside) {
					passes.all = passes.all.Subtract(family)
					continue
				}
				st.devices, st.inspected = append(st.devices, edgeDevice(back)), st.inspected.Union(family)
			}
		}
	}
	if st.hop.ID != "" {
		st.flow = uniform(passes, nil)
	}
	return st
}

// edgeDevice is what a gateway's route table leads traffic to.
func edgeDevice(l leg) Hop {
	device := l.device
	if device.Kind == "" {
		device = Hop{ID: l.target, Kind: "firewall", Why: "traffic that comes in is led through it"}
	}
	return device
}

// key tells edges apart.
func (s stage) key() string {
	if s.flow == nil {
		return ""
	}
	return fmt.Sprint(s.hop, s.devices, s.inspected, s.flow("tcp"))
}
