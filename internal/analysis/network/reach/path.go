package reach

import (
	"fmt"
	"reflect"
	"slices"
	"sync"

	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate"
)

// path is what stands between the internet and a subnet, but for its firewalls: the
// same for all subnets with the same route table, ACL and blocks.
type path struct {
	// stages are the layers in their order; the guard's own place is empty.
	stages []stage
	// filters are those of the ACL.
	filters []*network.Filter

	mu sync.Mutex
	// cells are what comes through of protocols asked about before.
	cells map[string][]cell
	// alive tells behind which stages something of those is left.
	alive []bool
}

// The places of the layers.
const (
	blockStageAt = iota
	wayStageAt
	edgeStageAt
	aclInStageAt
	guardStage
	aclOutStageAt
	stagesOfPath
)

func newPath(block, way, edge stage, acl *aclFilter, aclGaps []estate.Unknown) *path {
	in, out := acl.stages(aclGaps)
	return &path{stages: []stage{block, way, edge, in, {}, out}, filters: slices.Clip(acl.filters()), cells: map[string][]cell{}, alive: make([]bool, stagesOfPath)}
}

// survey returns who comes through all layers but the guard, by protocol, and the first
// layer behind which nothing is left; -1 when something comes through. Networks share
// paths.
func (p *path) survey(protocols []string) (map[string][]cell, int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make(map[string][]cell, len(protocols))
	for _, protocol := range protocols {
		if known, found := p.cells[protocol]; found {
			out[protocol] = known
			continue
		}
		cells := []cell{{ports: allPorts, bound: startOf(protocol, bound{internet, internet})}}
		for i := range p.stages {
			if p.stages[i].flow != nil {
				cells = pass(cells, p.stages[i].flow(protocol), i)
			}
			p.alive[i] = p.alive[i] || len(cells) > 0
		}
		p.cells[protocol], out[protocol] = cells, cells
	}
	return out, slices.Index(p.alive, false)
}

// pathKey tells paths apart. Facts stand in it by pointer, reasons by their text.
type pathKey struct {
	exits  *exits
	acl    *aclFilter
	table  *tableFact
	block  string
	edge   string
	reason string
}

// pathOf returns the path to a subnet. The caller holds the lock.
func (n *Network) pathOf(at key, account string) *path {
	p := n.cached.places[at]
	if p == nil {
		p = n.pathTo(at, account)
		n.cached.places[at] = p
	}
	return p
}

func (n *Network) pathTo(at key, account string) *path {
	s := n.subnetByID[at]
	if s == nil {
		gaps := n.absent(account, at.region, "aws_subnet", at.id)
		k := pathKey{reason: fmt.Sprint(gaps)}
		return n.keepPath(k, func() *path { return unknownPath(at.id, gaps) })
	}
	x, xGaps := n.exitsAt(s)
	acl, aclGaps := n.aclAt(s)
	mode, modeGaps, blockHop := n.blockAt(s)
	edge := n.edgeAt(s, x)
	k := pathKey{exits: x, acl: acl, block: mode + blockHop.ID, edge: edge.key(), reason: fmt.Sprint(xGaps, aclGaps, modeGaps)}
	if x != nil {
		k.table = x.table
	}
	return n.keepPath(k, func() *path {
		return newPath(blockStage(mode, modeGaps, blockHop), wayStage(x, xGaps, s), edge, acl, aclGaps)
	})
}

func (n *Network) keepPath(k pathKey, fresh func() *path) *path {
	p := n.cached.paths[k]
	if p == nil {
		if p = n.before.paths[k]; p == nil {
			p = fresh()
		}
		n.cached.paths[k] = p
	}
	return p
}

func unknownPath(id string, gaps []estate.Unknown) *path {
	way := stage{flow: uniform(anything(), nil), hop: Hop{ID: id, Kind: "subnet", Why: "the subnet is not known"}, gaps: gaps}
	return newPath(stage{}, way, stage{}, nil, nil)
}

// exitsAt returns the exits of a subnet: of its own route table, or the network's
// main one when it names none.
func (n *Network) exitsAt(s *subnetFact) (*exits, []estate.Unknown) {
	t := n.tableAt(s)
	if t == nil {
		return nil, n.absent(s.ref.Account, s.ref.Region, "aws_route_table", s.vpc)
	}
	if x := n.cached.exits[t]; x != nil {
		return x, x.gaps
	}
	x := n.exitsOf(t)
	if old := n.before.exits[t]; old != nil && reflect.DeepEqual(old, x) {
		x = old
	}
	n.cached.exits[t] = x
	return x, x.gaps
}

func (n *Network) tableAt(s *subnetFact) *tableFact {
	if t := n.tableOf[keyOf(s.ref)]; t != nil {
		return t
	}
	return n.mainTable[key{s.ref.Region, s.vpc}]
}

// aclFilter is a network ACL made ready.
type aclFilter struct {
	acl     *aclFact
	in, out *network.Filter
}

func (n *Network) aclAt(s *subnetFact) (*aclFilter, []estate.Unknown) {
	a := n.aclOf[keyOf(s.ref)]
	if a == nil {
		a = n.standardACL[key{s.ref.Region, s.vpc}]
	}
	if a == nil {
		return nil, n.absent(s.ref.Account, s.ref.Region, "aws_network_acl", s.vpc)
	}
	if len(a.gaps) > 0 {
		return nil, a.gaps
	}
	f := n.cached.filters[a]
	if f == nil {
		if f = n.before.filters[a]; f == nil {
			f = &aclFilter{acl: a, in: network.NewFilter(a.in), out: network.NewFilter(a.out)}
		}
		n.cached.filters[a] = f
	}
	return f, nil
}

// wayStage holds the addresses to which the subnet's answers go out through an
// internet gateway, and may hold those that a device on the way looks at.
func wayStage(x *exits, gaps []estate.Unknown, s *subnetFact) stage {
	if x == nil {
		return stage{flow: uniform(anything(), nil), hop: Hop{ID: s.ref.ID, Kind: "route-table", Why: "the route table is not known"}, gaps: gaps}
	}
	direct, routes := x.towards(func(l leg) bool { return l.kind == toGateway })
	st := stage{hop: Hop{ID: x.table.ref.ID, Kind: "route-table"}, gaps: gaps}
	st.hop.Why = x.defaultRoute()
	for _, l := range append(append([]leg{}, x.legs...), x.doubtful...) {
		if l.kind == toGateway {
			st.gateway = Hop{ID: l.gateway, Kind: "gateway", Why: "the internet gateway of the network"}
		}
		if !l.inspects || l.takes.Internet().Empty() && !l.takes.Empty() {
			continue
		}
		st.devices = append(st.devices, l.device)
		st.inspected = st.inspected.Union(l.takes)
	}
	direct.all = direct.all.Union(st.inspected)
	st.flow = uniform(direct, routes)
	return st
}

func (n *Network) gatewayName(t *tableFact, id string) string {
	if g := n.gatewayByID[key{t.ref.Region, id}]; g != nil {
		return g.ref.ID
	}
	return id
}
