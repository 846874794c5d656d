package reach

import (
	"fmt"
	"slices"

	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate"
)

// spot is one point of a network at which a resource stands.
type spot struct {
	at      key
	account string
	vpc     string
	groups  guards
	// addresses holds its private address, or the range in which it is when only that
	// is known; empty when nothing is.
	addresses network.Set
	hop       Hop
	// outward is whether it takes no connections.
	outward bool
}

// standing is where a resource stands: in all of the spots, or in one of them that is
// not known.
type standing struct {
	spots []spot
	all   bool
	// ports are those that it listens on; nil means that this is not known.
	ports []listen
	// missing is why there are no spots.
	missing []estate.Unknown
}

// mostSpots bounds the points looked at for one resource.
const mostSpots = 32

// stands returns where a resource stands, and false when it has no place in a network
// or is not known.
func (n *Network) stands(id string) (standing, bool) {
	switch {
	case n.interfaces[id] != nil:
		return standing{spots: n.spotsOf(n.interfaces[id]), all: true}, true
	case n.instances[id] != nil:
		return n.machineStands(n.instances[id]), true
	case n.balancers[id] != nil:
		b := n.balancers[id]
		st := n.spread(b.ref, b.subnets, b.groups, "load-balancer")
		st.all, st.ports = true, n.listens(b)
		return st, true
	case n.services[id] != nil:
		s := n.services[id]
		subnets, gaps := n.subnetsOf(s)
		st := n.spread(s.ref, subnets, s.groups, "service")
		st.all, st.ports, st.missing = s.spread, s.listens(), gaps
		return st, true
	case n.fronts[id] != nil && len(n.fronts[id].subnets) > 0:
		f := n.fronts[id]
		st := n.spread(f.ref, f.subnets, f.groups, "service")
		for i := range st.spots {
			st.spots[i].outward = true
		}
		return st, true
	case n.endpoints[id] != nil && len(n.endpoints[id].subnets) > 0:
		e := n.endpoints[id]
		st := n.spread(e.ref, e.subnets, e.groups, "endpoint")
		st.all = true
		return st, true
	}
	return standing{}, false
}

func (n *Network) machineStands(m *instanceFact) standing {
	st := standing{all: true}
	for _, i := range n.nicsOf[keyOf(m.ref)] {
		st.spots = append(st.spots, n.spotsOf(i)...)
	}
	if len(st.spots) > 0 || m.subnet == "" {
		return st
	}
	st = n.spread(m.ref, []string{m.subnet}, m.groups, "instance")
	st.all = true
	if len(m.interfaces) > 1 {
		st.missing = n.absent(m.ref.Account, m.ref.Region, "aws_network_interface", m.ref.ID)
	}
	return st
}

// spotsOf returns a spot for each private address of an interface.
func (n *Network) spotsOf(i *interfaceFact) []spot {
	base := n.spotIn(i.ref, i.subnet, i.groups, "interface")
	base.vpc, base.outward = i.vpc, i.role == outward || !i.attached
	var list []spot
	for _, ip := range slices.Concat(i.private, i.six) {
		one := base
		one.addresses = network.SetOf(ip)
		one.hop.Why = fmt.Sprintf("at %v", ip)
		if list = append(list, one); len(list) == mostSpots {
			break
		}
	}
	if len(list) == 0 {
		list = []spot{base}
	}
	return list
}

// spread returns a spot in each subnet.
func (n *Network) spread(ref estate.Ref, subnets []string, groups guards, kind string) standing {
	var st standing
	for _, id := range subnets[:min(len(subnets), mostSpots)] {
		st.spots = append(st.spots, n.spotIn(ref, id, groups, kind))
	}
	return st
}

// spotIn is somewhere in a subnet.
func (n *Network) spotIn(ref estate.Ref, subnet string, groups guards, kind string) spot {
	s := spot{at: key{ref.Region, subnet}, account: ref.Account, groups: groups, hop: Hop{ID: ref.ID, Kind: kind, Why: fmt.Sprintf("in %.40q", subnet)}}
	if f := n.subnetByID[s.at]; f != nil {
		s.vpc, s.addresses = f.vpc, f.ranges
	}
	return s
}
