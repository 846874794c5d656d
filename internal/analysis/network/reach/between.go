package reach

import (
	"github.com/stance-sec/stance/internal/estate"
)

// Answer tells what one resource reaches of another over private addresses.
type Answer struct {
	// Verdict is Yes when some port is reached for certain, No when none can be, else
	// unknown.
	Verdict estate.Tri `json:"verdict"`
	// Openings are the ports, with the path of each; Sources is private.
	Openings []Exposure `json:"openings,omitempty"`
	// Blocked is the first layer that lets nothing through, for No.
	Blocked []Hop `json:"blocked,omitempty"`
	// Unknown is what was not known, when the verdict is unknown.
	Unknown []estate.Unknown `json:"unknown,omitempty"`
}

// Between tells whether one resource can open connections to another inside of
// networks: over local routes, peering and transit gateways, through ACLs and security
// groups. It does not look at ways over the internet. A resource without a place in a
// network, or one that is not known, gives an unknown answer.
func (n *Network) Between(from, to string) Answer {
	source, here := n.stands(from)
	target, there := n.stands(to)
	if !here || !there {
		id := from
		if here {
			id = to
		}
		return Answer{Unknown: []estate.Unknown{{Path: id + "#network", Reason: estate.Uncollected, Detail: "it is not in the inventory, or has no place in a network"}}}
	}
	c := n.join(source, target)
	a := Answer{Verdict: estate.No, Blocked: c.blocked}
	for i := range c.openings {
		o := &c.openings[i]
		e := o.expose(n.refOf(to), Hop{ID: to, Kind: "target", Why: "what is reached"})
		e.Sources = Sources{Kind: Private}
		a.Openings = append(a.Openings, e)
		a.Verdict = a.Verdict.Or(o.verdict)
	}
	if a.Verdict == estate.Maybe {
		for _, e := range a.Openings {
			a.Unknown = append(a.Unknown, e.Unknown...)
		}
	}
	return a
}

// join weighs every spot of one side against every spot of the other.
func (n *Network) join(source, target standing) *class {
	gaps := append(append([]estate.Unknown{}, source.missing...), target.missing...)
	if len(source.spots) == 0 || len(target.spots) == 0 {
		if len(gaps) == 0 {
			return &class{blocked: []Hop{{Kind: "interface", Why: "one of them has no interface"}}}
		}
		return uncertain(target.ports, gaps...)
	}
	outer := combination{all: target.all, ports: target.ports, anywhere: estate.Unknown{Path: target.spots[0].hop.ID + "#subnets", Reason: estate.Uncollected, Detail: "in which of its subnets it stands"}}
	for _, to := range target.spots {
		inner := combination{all: source.all, anywhere: estate.Unknown{Path: source.spots[0].hop.ID + "#subnets", Reason: estate.Uncollected, Detail: "in which of its subnets it stands"}}
		for _, from := range source.spots {
			inner.candidates = append(inner.candidates, candidate{n.connect(from, to)})
		}
		outer.candidates = append(outer.candidates, candidate{inner.answer()})
	}
	c := outer.answer()
	if len(gaps) > 0 {
		return c.doubted(gaps)
	}
	return c
}

func (n *Network) refOf(id string) estate.Ref {
	switch {
	case n.interfaces[id] != nil:
		return n.interfaces[id].ref
	case n.instances[id] != nil:
		return n.instances[id].ref
	case n.balancers[id] != nil:
		return n.balancers[id].ref
	case n.services[id] != nil:
		return n.services[id].ref
	case n.fronts[id] != nil:
		return n.fronts[id].ref
	case n.endpoints[id] != nil:
		return n.endpoints[id].ref
	}
	return estate.Ref{ID: id}
}
