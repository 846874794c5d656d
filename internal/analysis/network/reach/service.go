package reach

import (
	"maps"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
)

// links join what services name by words.
type links struct {
	subnetSets map[string]*subnetSetFact
	listeners  map[string][]*listenerFact
	members    map[string][]*serviceFact
	staged     map[string]bool
	// behind holds, by resource, what load balancers send to it.
	behind map[string][]backend
	// serving holds the listeners of a load balancer by the target group they send to.
	serving map[[2]string][]listen
	// unread holds the listeners that may send to target groups not named here.
	unread map[string][]listen
	// unfilled holds, by network, what is sent to target groups whose targets are not
	// known.
	unfilled map[key][]backend
	// sites holds, by name or full id, the fronts that pass requests on to it.
	sites map[string][]*frontFact
}

func (n *Network) indexServices(from facts) {
	n.balancers, n.listeners, n.targets = maps.Clone(from.balancers), maps.Clone(from.listeners), maps.Clone(from.targets)
	n.services, n.subnetSets = maps.Clone(from.services), maps.Clone(from.subnetSets)
	n.fronts, n.stages = maps.Clone(from.fronts), maps.Clone(from.stages)
	n.links = links{
		subnetSets: map[string]*subnetSetFact{}, listeners: map[string][]*listenerFact{}, members: map[string][]*serviceFact{}, staged: map[string]bool{},
	}
	sorted(n.subnetSets, func(s *subnetSetFact) { n.links.subnetSets[setName(s.ref, s.ref.Name)] = s })
	sorted(n.listeners, func(l *listenerFact) { n.links.listeners[l.balancer] = append(n.links.listeners[l.balancer], l) })
	sorted(n.services, func(s *serviceFact) {
		if s.cluster != "" {
			n.links.members[setName(s.ref, s.cluster)] = append(n.links.members[setName(s.ref, s.cluster)], s)
		}
	})
	n.indexSites()
	sorted(n.stages, func(s *stageFact) { n.links.staged[s.ref.Account+" "+s.ref.Region+" "+s.api] = true })
}

// ofService answers for something that a service runs inside a network.
func (n *Network) ofService(s *serviceFact) []Exposure {
	if len(s.members) > 0 && s.public != estate.Yes {
		return n.ofCluster(s)
	}
	last := Hop{ID: s.ref.ID, Kind: "service", Why: "it has an address on the internet"}
	list := n.reachService(s).expose(s.ref, last)
	if s.closed == "" {
		behind := n.ofBackends(s.ref)
		if len(behind) == 0 && len(s.fills) > 0 && list[0].Verdict == estate.No {
			behind = n.ofUnread(s.ref)
		}
		if len(behind) > 0 {
			list = slices.Concat(behind, slices.DeleteFunc(list, func(e Exposure) bool { return e.Verdict == estate.No }))
		}
	}
	for i := range list {
		list[i].Auth = s.auth
	}
	return list
}

// ofCluster answers for a cluster of databases by its members.
func (n *Network) ofCluster(s *serviceFact) []Exposure {
	var list []Exposure
	found := 0
	for _, member := range n.links.members[setName(s.ref, s.ref.Name)] {
		if !slices.Contains(s.members, member.ref.Name) {
			continue
		}
		found++
		for _, e := range n.ofService(member) {
			if e.Verdict != estate.No {
				e.Target = s.ref
				list = append(list, e)
			}
		}
	}
	switch {
	case len(list) > 0:
		return list
	case found < len(s.members):
		gaps := n.absent(s.ref.Account, s.ref.Region, "aws_db_instance", s.ref.ID)
		return uncertain(s.listens(), gaps...).expose(s.ref, Hop{ID: s.ref.ID, Kind: "service", Why: "through a member that is not known"})
	}
	return blocked(s.ref, Hop{ID: s.ref.ID, Kind: "service", Why: "no member of it is reached"})
}

func (n *Network) reachService(s *serviceFact) *class {
	stop := func(why string) *class { return &class{blocked: []Hop{{ID: s.ref.ID, Kind: "service", Why: why}}} }
	switch {
	case s.closed != "":
		return stop(s.closed)
	case s.public == estate.No:
		return stop("it has no address on the internet")
	}
	subnets, gaps := n.subnetsOf(s)
	if len(subnets) == 0 && len(s.gaps) > 0 {
		return uncertain(s.listens(), s.gaps...)
	}
	if len(subnets) == 0 {
		return uncertain(s.listens(), append(gaps, s.gaps...)...)
	}
	c := combination{all: s.spread, ports: s.listens()}
	c.anywhere = estate.Unknown{Path: s.ref.ID + "#subnets", Reason: estate.Uncollected, Detail: "in which of its subnets it stands"}
	for _, id := range subnets {
		c.candidates = append(c.candidates, candidate{n.classOf(key{s.ref.Region, id}, s.ref.Account, s.groups, true, false)})
	}
	whole := c.answer()
	if s.public == estate.Yes && len(gaps) == 0 {
		return whole
	}
	return whole.doubted(append(gaps, s.gaps...))
}

// doubted turns what is certain into what may be.
func (c *class) doubted(gaps []estate.Unknown) *class {
	doubt := &class{blocked: c.blocked, openings: slices.Clone(c.openings)}
	for i := range doubt.openings {
		o := &doubt.openings[i]
		o.verdict, o.unknown = estate.Maybe, append(slices.Clone(o.unknown), gaps...)
	}
	return doubt
}

func (s *serviceFact) listens() []listen {
	var list []listen
	for _, p := range s.ports {
		list = append(list, listen{id: s.ref.ID, protocol: "tcp", port: p.From})
	}
	return list
}

// subnetsOf returns where a service may stand: its own list, its subnet group, or any
// subnet of its network.
func (n *Network) subnetsOf(s *serviceFact) ([]string, []estate.Unknown) {
	if len(s.subnets) > 0 {
		return s.subnets, nil
	}
	if s.set != "" {
		if set := n.links.subnetSets[setName(s.ref, s.set)]; set != nil && len(set.subnets) > 0 {
			return set.subnets, nil
		}
	}
	if list := n.warehouseSubnets(s); len(list) > 0 {
		return list, nil
	}
	var list []string
	if s.vpc != "" {
		list = n.subnetsIn[key{s.ref.Region, s.vpc}]
	}
	if len(list) == 0 {
		kind := "aws_subnet"
		if s.set != "" {
			kind = "aws_db_subnet_group"
		}
		return nil, n.absent(s.ref.Account, s.ref.Region, kind, s.ref.ID)
	}
	return list, nil
}

// warehouseSubnets are those of all subnet groups of warehouses in the network: a
// warehouse does not name its own.
func (n *Network) warehouseSubnets(s *serviceFact) []string {
	if s.ref.Type != "aws_redshift_cluster" {
		return nil
	}
	var list []string
	sorted(n.subnetSets, func(set *subnetSetFact) {
		if set.ref.Type == "aws_redshift_subnet_group" && set.vpc == s.vpc && set.ref.Region == s.ref.Region {
			list = append(list, set.subnets...)
		}
	})
	slices.Sort(list)
	return slices.Compact(list)
}
