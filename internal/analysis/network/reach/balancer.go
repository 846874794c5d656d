package reach

import (
	"fmt"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
)

// ofBalancer answers for the front of a load balancer: the ports it listens on.
func (n *Network) ofBalancer(b *balancerFact) []Exposure {
	last := Hop{ID: b.ref.ID, Kind: "load-balancer", Why: fmt.Sprintf("it faces the internet and listens on %s", portsText(n.listens(b)))}
	list := n.frontOf(b).expose(b.ref, last)
	if !slices.ContainsFunc(n.spread(b.ref, b.subnets, b.groups, "load-balancer").spots, n.takesAny) {
		return list
	}
	return n.orThroughFronts(list, "whether its firewall lets in what passes requests on to it")
}

// listens returns the listeners of a load balancer.
func (n *Network) listens(b *balancerFact) []listen {
	list := append([]listen{}, b.listeners...)
	for _, l := range n.links.listeners[b.ref.ID] {
		list = append(list, l.listen)
	}
	return list
}

func portsText(list []listen) string {
	const most = 5
	text := ""
	for i, l := range list {
		if i == most {
			return text + fmt.Sprintf(" and %d more", len(list)-most)
		}
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%s %d", l.protocol, l.port)
	}
	return text
}

func (n *Network) reachBalancer(b *balancerFact) *class {
	stop := func(why string) *class {
		return &class{blocked: []Hop{{ID: b.ref.ID, Kind: "load-balancer", Why: why}}}
	}
	switch {
	case b.kind == "gateway":
		return stop("a gateway load balancer takes traffic from its endpoints only")
	case !b.public:
		return stop("it is internal")
	case b.state == "failed":
		return stop("it failed to start")
	}
	ports := n.listens(b)
	lost, gap := n.listenersLost(b)
	if len(ports) == 0 && !lost {
		return stop("it has no listener")
	}
	if lost {
		ports = nil
	}
	if len(b.subnets) == 0 {
		return uncertain(ports, n.absent(b.ref.Account, b.ref.Region, "aws_subnet", b.ref.ID)...)
	}
	c := combination{all: true, ports: ports}
	for _, id := range b.subnets {
		c.candidates = append(c.candidates, candidate{n.classOf(key{b.ref.Region, id}, b.ref.Account, b.groups, b.four, b.six)})
	}
	whole := c.answer()
	if lost {
		return whole.doubted([]estate.Unknown{gap})
	}
	return whole
}

// listenersLost reports whether the listeners of a load balancer could not be read.
func (n *Network) listenersLost(b *balancerFact) (bool, estate.Unknown) {
	if b.kind == "classic" || len(n.links.listeners[b.ref.ID]) > 0 {
		return false, estate.Unknown{}
	}
	u, lost := n.missed(b.ref.Account, b.ref.Region, "aws_lb_listener")
	u.Path = b.ref.ID + "#aws_lb_listener"
	return lost, u
}
