package reach

import (
	"maps"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
)

// index finds facts by what others call them.
type index struct {
	subnetByID       map[key]*subnetFact
	subnetsIn        map[key][]string
	vpcByID          map[key]*vpcFact
	tableOf          map[key]*tableFact
	mainTable        map[key]*tableFact
	edgeTable        map[key]*tableFact
	aclOf            map[key]*aclFact
	standardACL      map[key]*aclFact
	groupByID        map[key]*groupFact
	gatewayByID      map[key]*gatewayFact
	listByID         map[key]*listFact
	endpointByID     map[key]*endpointFact
	nicByID          map[key]*interfaceFact
	nicsOf           map[key][]*interfaceFact
	machineByID      map[key]*instanceFact
	peeringByID      map[string]*peeringFact
	transitByID      map[string]*transitFact
	attachedTo       map[string][]*attachmentFact
	attachmentByID   map[key]*attachmentFact
	transitTableByID map[key]*transitTableFact
	regionBlock      map[[2]string]*blockFact
	links            links
	// order holds the ids of interfaces and machines, rising.
	order []string
}

// sorted visits facts by rising id, so that equal facts give equal answers.
func sorted[T any](place map[string]*T, visit func(*T)) {
	for _, id := range ids(place) {
		visit(place[id])
	}
}

// ids returns the ids of facts, rising.
func ids[T any](place map[string]*T) []string { return slices.Sorted(maps.Keys(place)) }

func keyOf(ref estate.Ref) key { return key{ref.Region, shortID(ref.ID)} }

func (n *Network) indexNetworks(from facts) {
	n.subnets, n.vpcs, n.tables, n.gateways = maps.Clone(from.subnets), maps.Clone(from.vpcs), maps.Clone(from.tables), maps.Clone(from.gateways)
	n.lists, n.endpoints, n.blocks = maps.Clone(from.lists), maps.Clone(from.endpoints), maps.Clone(from.blocks)
	n.peerings, n.attachments, n.transits = maps.Clone(from.peerings), maps.Clone(from.attachments), maps.Clone(from.transits)
	n.transitTables = maps.Clone(from.transitTables)
	n.subnetByID, n.vpcByID, n.gatewayByID = map[key]*subnetFact{}, map[key]*vpcFact{}, map[key]*gatewayFact{}
	n.listByID, n.endpointByID, n.regionBlock = map[key]*listFact{}, map[key]*endpointFact{}, map[[2]string]*blockFact{}
	n.subnetsIn = map[key][]string{}
	sorted(n.subnets, func(s *subnetFact) {
		n.subnetByID[keyOf(s.ref)] = s
		at := key{s.ref.Region, s.vpc}
		n.subnetsIn[at] = append(n.subnetsIn[at], shortID(s.ref.ID))
	})
	sorted(n.vpcs, func(v *vpcFact) { n.vpcByID[keyOf(v.ref)] = v })
	sorted(n.gateways, func(g *gatewayFact) { n.gatewayByID[keyOf(g.ref)] = g })
	sorted(n.lists, func(l *listFact) { n.listByID[key{l.ref.Region, l.list}] = l })
	sorted(n.endpoints, func(e *endpointFact) { n.endpointByID[keyOf(e.ref)] = e })
	sorted(n.blocks, func(b *blockFact) { n.regionBlock[[2]string{b.ref.Account, b.ref.Region}] = b })
	n.indexTables()
	n.indexJoints()
}

// indexJoints finds what joins networks. Both sides of a peering may have read it.
func (n *Network) indexJoints() {
	n.peeringByID, n.transitByID, n.attachedTo = map[string]*peeringFact{}, map[string]*transitFact{}, map[string][]*attachmentFact{}
	sorted(n.peerings, func(p *peeringFact) { n.peeringByID[shortID(p.ref.ID)] = p })
	sorted(n.transits, func(g *transitFact) { n.transitByID[shortID(g.ref.ID)] = g })
	n.attachmentByID, n.transitTableByID = map[key]*attachmentFact{}, map[key]*transitTableFact{}
	sorted(n.transitTables, func(t *transitTableFact) { n.transitTableByID[keyOf(t.ref)] = t })
	sorted(n.attachments, func(a *attachmentFact) {
		n.attachedTo[a.gateway] = append(n.attachedTo[a.gateway], a)
		if k := keyOf(a.ref); n.attachmentByID[k] == nil || a.owner == a.ref.Account {
			n.attachmentByID[k] = a
		}
	})
}

func (n *Network) indexTables() {
	n.tableOf, n.mainTable, n.edgeTable = map[key]*tableFact{}, map[key]*tableFact{}, map[key]*tableFact{}
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

func (n *Network) indexFilters(from facts) {
	n.acls, n.groups = maps.Clone(from.acls), maps.Clone(from.groups)
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

func (n *Network) indexMachines(from facts) {
	n.interfaces, n.instances = maps.Clone(from.interfaces), maps.Clone(from.instances)
	n.nicByID = make(map[key]*interfaceFact, len(n.interfaces))
	n.nicsOf, n.machineByID = map[key][]*interfaceFact{}, make(map[key]*instanceFact, len(n.instances))
	nics := ids(n.interfaces)
	for _, id := range nics {
		i := n.interfaces[id]
		n.nicByID[keyOf(i.ref)] = i
		if i.instance != "" {
			at := key{i.ref.Region, i.instance}
			n.nicsOf[at] = append(n.nicsOf[at], i)
		}
	}
	n.order = slices.Concat(nics, ids(n.instances))
	sorted(n.instances, func(i *instanceFact) { n.machineByID[keyOf(i.ref)] = i })
}
