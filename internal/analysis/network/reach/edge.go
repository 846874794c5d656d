package reach

import (
	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate"
)

// edge is the ACL of a subnet, or why it is not known.
type edge struct {
	acl  *aclFilter
	id   string
	gaps []estate.Unknown
}

func (n *Network) edgeOf(s spot) edge {
	f := n.subnetByID[s.at]
	if f == nil {
		return edge{id: s.at.id, gaps: n.absent(s.account, s.at.region, "aws_subnet", s.at.id)}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	acl, gaps := n.aclAt(f)
	e := edge{acl: acl, id: f.ref.ID, gaps: gaps}
	if acl != nil {
		e.id = acl.acl.ref.ID
		e.gaps = append(doubts(e.id+"#ingress", acl.in), doubts(e.id+"#egress", acl.out)...)
	}
	return e
}

// request is the layer for requests that go out of the subnet, or come in.
func (e edge) request(inwards bool, peers, token network.Set) stage {
	s := stage{hop: Hop{ID: e.id, Kind: "network-acl", Why: "no rule lets the request through"}, gaps: e.gaps}
	s.flow = func(protocol string) []network.Flow { return e.flows(inwards, protocol, peers, token) }
	if e.acl == nil {
		return s
	}
	s.through = func(rules []int) []Hop {
		hop := Hop{ID: e.id, Kind: "network-acl", Rules: rules}
		if inwards {
			hop.Why = "in: " + e.acl.acl.describeIn(rules)
		} else {
			hop.Why = "out: " + e.acl.acl.describeOut(rules)
		}
		return []Hop{hop}
	}
	return s
}

// flows is what one direction of the ACL does with the token.
func (e edge) flows(inwards bool, protocol string, peers, token network.Set) []network.Flow {
	switch {
	case e.acl == nil:
		return []network.Flow{{Ports: allPorts, All: token}}
	case inwards:
		return tokenFlows(e.acl.in.Flows(protocol), peers, token)
	}
	return tokenFlows(e.acl.out.Flows(protocol), peers, token)
}

// answered is the layer for answers: out of the far subnet and into the near one, both
// at the same port of the client.
func answered(near, far edge, source, target, token network.Set) stage {
	s := stage{hop: Hop{ID: far.id, Kind: "network-acl", Why: "no rule of it and of the ACL on the other side lets answers through to a common client port"}}
	s.flow = func(protocol string) []network.Flow {
		cells := []cell{{ports: clientPorts, bound: bound{token, token}}}
		if !hasPorts(protocol) {
			cells[0].ports = allPorts
		}
		cells = pass(cells, far.flows(false, protocol, source, token), 0)
		cells = pass(cells, near.flows(true, protocol, target, token), 1)
		var b bound
		for _, c := range cells {
			b = b.union(c.bound)
		}
		return uniform(b, nil)(protocol)
	}
	return s
}
