package reach

import (
	"maps"
	"slices"
	"sync"

	"github.com/stance-sec/stance/internal/estate"
)

// Network answers questions about the facts its builder had when it was built. It is
// safe for concurrent use.
type Network struct {
	facts
	lost map[estate.Scope]estate.Coverage

	subnetByID   map[key]*subnetFact
	vpcByID      map[key]*vpcFact
	tableOf      map[key]*tableFact
	mainTable    map[key]*tableFact
	edgeTable    map[key]*tableFact
	aclOf        map[key]*aclFact
	standardACL  map[key]*aclFact
	groupByID    map[key]*groupFact
	gatewayByID  map[key]*gatewayFact
	listByID     map[key]*listFact
	endpointByID map[key]*endpointFact
	nicByID      map[key]*interfaceFact
	nicsOf       map[key][]*interfaceFact
	machineByID  map[key]*instanceFact
	regionBlock  map[[2]string]*blockFact
	links        links

	mu     sync.Mutex
	cached cache
	before cache
}

// cache holds what was worked out. Keys hold facts by pointer, so that an entry is
// found again only where nothing it was made of has changed.
type cache struct {
	exits   map[*tableFact]*exits
	filters map[*aclFact]*aclFilter
	paths   map[pathKey]*path
	tuples  map[string]*tuple
	classes map[classKey]*class
}

func newCache() cache {
	return cache{
		exits: map[*tableFact]*exits{}, filters: map[*aclFact]*aclFilter{}, paths: map[pathKey]*path{},
		tuples: map[string]*tuple{}, classes: map[classKey]*class{},
	}
}

// Build returns the network of the facts at hand. What an earlier network worked out
// is taken over where nothing it rests on has changed.
func (b *Builder) Build() *Network {
	n := &Network{facts: b.facts.clone(), lost: maps.Clone(b.lost), cached: newCache(), before: newCache()}
	n.indexNetwork()
	n.indexFilters()
	n.indexMachines()
	n.indexServices()
	if b.last != nil {
		b.last.mu.Lock()
		n.before = b.last.cached.clone()
		b.last.mu.Unlock()
	}
	b.last = n
	return n
}

func (c cache) clone() cache {
	return cache{
		exits: maps.Clone(c.exits), filters: maps.Clone(c.filters), paths: maps.Clone(c.paths),
		tuples: maps.Clone(c.tuples), classes: maps.Clone(c.classes),
	}
}

func (f facts) clone() facts {
	return facts{
		subnets: maps.Clone(f.subnets), vpcs: maps.Clone(f.vpcs), tables: maps.Clone(f.tables), acls: maps.Clone(f.acls),
		groups: maps.Clone(f.groups), interfaces: maps.Clone(f.interfaces), instances: maps.Clone(f.instances),
		gateways: maps.Clone(f.gateways), lists: maps.Clone(f.lists), endpoints: maps.Clone(f.endpoints),
		blocks: maps.Clone(f.blocks), peerings: maps.Clone(f.peerings), attachments: maps.Clone(f.attachments),
		transits: maps.Clone(f.transits), balancers: maps.Clone(f.balancers), listeners: maps.Clone(f.listeners),
		targets: maps.Clone(f.targets), services: maps.Clone(f.services), subnetSets: maps.Clone(f.subnetSets),
		fronts: maps.Clone(f.fronts), stages: maps.Clone(f.stages),
	}
}

// sorted visits facts by rising id, so that equal facts give equal answers.
func sorted[T any](place map[string]*T, visit func(*T)) {
	for _, id := range slices.Sorted(maps.Keys(place)) {
		visit(place[id])
	}
}

func keyOf(ref estate.Ref) key { return key{ref.Region, shortID(ref.ID)} }

func (n *Network) indexNetwork() {
	n.subnetByID, n.vpcByID, n.gatewayByID = map[key]*subnetFact{}, map[key]*vpcFact{}, map[key]*gatewayFact{}
	n.listByID, n.endpointByID, n.regionBlock = map[key]*listFact{}, map[key]*endpointFact{}, map[[2]string]*blockFact{}
	n.tableOf, n.mainTable, n.edgeTable = map[key]*tableFact{}, map[key]*tableFact{}, map[key]*tableFact{}
	sorted(n.subnets, func(s *subnetFact) { n.subnetByID[keyOf(s.ref)] = s })
	sorted(n.vpcs, func(v *vpcFact) { n.vpcByID[keyOf(v.ref)] = v })
	sorted(n.gateways, func(g *gatewayFact) { n.gatewayByID[keyOf(g.ref)] = g })
	sorted(n.lists, func(l *listFact) { n.listByID[key{l.ref.Region, l.list}] = l })
	sorted(n.endpoints, func(e *endpointFact) { n.endpointByID[keyOf(e.ref)] = e })
	sorted(n.blocks, func(b *blockFact) { n.regionBlock[[2]string{b.ref.Account, b.ref.Region}] = b })
	sorted(n.tables, func(t *tableFact) {
		for _, id := range t.subnets {
			n.tableOf[key{t.ref.Region, id}] = t
		}
		for _, id := range t.gateways {
			n.edgeTable[key{t.ref.Region, id}] = t
		}
		if t.main {
			n.mainTable[key{t.ref.Region, t.vpc}] = t
		}
	})
}

func (n *Network) indexFilters() {
	n.aclOf, n.standardACL, n.groupByID = map[key]*aclFact{}, map[key]*aclFact{}, map[key]*groupFact{}
	sorted(n.acls, func(a *aclFact) {
		for _, id := range a.subnets {
			n.aclOf[key{a.ref.Region, id}] = a
		}
		if a.standard {
			n.standardACL[key{a.ref.Region, a.vpc}] = a
		}
	})
	sorted(n.groups, func(g *groupFact) { n.groupByID[keyOf(g.ref)] = g })
}

func (n *Network) indexMachines() {
	n.nicByID = make(map[key]*interfaceFact, len(n.interfaces))
	n.nicsOf, n.machineByID = map[key][]*interfaceFact{}, make(map[key]*instanceFact, len(n.instances))
	sorted(n.interfaces, func(i *interfaceFact) {
		n.nicByID[keyOf(i.ref)] = i
		if i.instance != "" {
			at := key{i.ref.Region, i.instance}
			n.nicsOf[at] = append(n.nicsOf[at], i)
		}
	})
	sorted(n.instances, func(i *instanceFact) { n.machineByID[keyOf(i.ref)] = i })
}

// missed returns why a type could not be read in an account and region, and whether
// that is so.
func (n *Network) missed(account, region, kind string) (estate.Unknown, bool) {
	for _, a := range []string{account, ""} {
		for _, r := range []string{region, ""} {
			c, found := n.lost[estate.Scope{Cloud: estate.AWS, Account: a, Region: r, Type: kind}]
			if !found {
				continue
			}
			u := estate.Unknown{Path: kind, Reason: c.Reason, Detail: c.Detail}
			if u.Reason == "" {
				u.Reason = estate.Uncollected
			}
			if len(c.Permissions) > 0 {
				u.Permission = c.Permissions[0]
			}
			return u, true
		}
	}
	return estate.Unknown{}, false
}

// absent returns why something that others point at is not in the inventory.
func (n *Network) absent(account, region, kind, id string) []estate.Unknown {
	if u, lost := n.missed(account, region, kind); lost {
		u.Path = id + "#" + kind
		return []estate.Unknown{u}
	}
	return []estate.Unknown{{Path: id + "#" + kind, Reason: estate.Uncollected, Detail: "it is not in the inventory"}}
}

// Missed returns what was not read and may hold endpoints that no answer mentions,
// sorted by path. A path is cloud/account/region/type.
func (n *Network) Missed() []estate.Unknown {
	var list []estate.Unknown
	for _, scope := range slices.SortedFunc(maps.Keys(n.lost), estate.Scope.Compare) {
		if c := n.lost[scope]; readers[scope.Type] != nil {
			u := estate.Unknown{Path: scope.String(), Reason: c.Reason, Detail: c.Detail}
			if len(c.Permissions) > 0 {
				u.Permission = c.Permissions[0]
			}
			list = append(list, u)
		}
	}
	return list
}

// ids returns the ids of facts, rising.
func ids[T any](place map[string]*T) []string { return slices.Sorted(maps.Keys(place)) }
