package reach

import (
	"net/netip"

	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
)

// key finds what EC2 calls by a short id.
type key struct{ region, id string }

// facts hold what was read, by resource id. A fact is never changed once it is here:
// a new one takes its place, so that a pointer tells whether it is still the same.
type facts struct {
	subnets       map[string]*subnetFact
	vpcs          map[string]*vpcFact
	tables        map[string]*tableFact
	acls          map[string]*aclFact
	groups        map[string]*groupFact
	interfaces    map[string]*interfaceFact
	instances     map[string]*instanceFact
	gateways      map[string]*gatewayFact
	lists         map[string]*listFact
	endpoints     map[string]*endpointFact
	blocks        map[string]*blockFact
	peerings      map[string]*peeringFact
	attachments   map[string]*attachmentFact
	transits      map[string]*transitFact
	transitTables map[string]*transitTableFact
	balancers     map[string]*balancerFact
	listeners     map[string]*listenerFact
	targets       map[string]*targetFact
	services      map[string]*serviceFact
	subnetSets    map[string]*subnetSetFact
	fronts        map[string]*frontFact
	stages        map[string]*stageFact
}

func newFacts() facts {
	return facts{
		subnets: map[string]*subnetFact{}, vpcs: map[string]*vpcFact{}, tables: map[string]*tableFact{}, acls: map[string]*aclFact{},
		groups: map[string]*groupFact{}, interfaces: map[string]*interfaceFact{}, instances: map[string]*instanceFact{},
		gateways: map[string]*gatewayFact{}, lists: map[string]*listFact{}, endpoints: map[string]*endpointFact{},
		blocks: map[string]*blockFact{}, peerings: map[string]*peeringFact{}, attachments: map[string]*attachmentFact{},
		transits: map[string]*transitFact{}, transitTables: map[string]*transitTableFact{}, balancers: map[string]*balancerFact{}, listeners: map[string]*listenerFact{},
		targets: map[string]*targetFact{}, services: map[string]*serviceFact{}, subnetSets: map[string]*subnetSetFact{},
		fronts: map[string]*frontFact{}, stages: map[string]*stageFact{},
	}
}

// keep puts a fact into its place and returns how to forget it.
func keep[T any](place map[string]*T, id string, fact *T) func() {
	place[id] = fact
	return func() { delete(place, id) }
}

type subnetFact struct {
	ref    estate.Ref
	vpc    string
	ranges network.Set
	block  string
}

type vpcFact struct {
	ref    estate.Ref
	ranges network.Set
	block  string
}

// blockFact is the region's block of public access.
type blockFact struct {
	ref  estate.Ref
	mode string
	gaps []estate.Unknown
}

type tableFact struct {
	ref      estate.Ref
	vpc      string
	main     bool
	subnets  []string
	gateways []string
	routes   []route
}

type route struct {
	destination string
	target      string
	kind        string
	active      bool
	propagated  bool
}

type aclFact struct {
	ref      estate.Ref
	vpc      string
	standard bool
	subnets  []string
	in, out  []facet.Rule
	gaps     []estate.Unknown
}

type groupFact struct {
	ref     estate.Ref
	vpc     string
	in, out []facet.Rule
	gaps    []estate.Unknown
}

type interfaceFact struct {
	ref      estate.Ref
	role     role
	attached bool
	instance string
	place
	private []netip.Addr
	public  []netip.Addr
	six     []netip.Addr
}

// place is where something stands in a network.
type place struct {
	vpc    string
	subnet string
	groups guards
}

type instanceFact struct {
	ref        estate.Ref
	state      string
	interfaces []string
	place
	public []netip.Addr
	six    []netip.Addr
}

type gatewayFact struct {
	ref  estate.Ref
	vpcs []string
}

// listFact is a managed prefix list.
type listFact struct {
	ref    estate.Ref
	list   string
	ranges []string
	gaps   []estate.Unknown
}

type endpointFact struct {
	ref     estate.Ref
	kind    string
	service string
	state   string
	vpc     string
	subnets []string
	groups  guards
}

type peeringFact struct {
	ref   estate.Ref
	state string
	sides [2]key
}

type attachmentFact struct {
	ref      estate.Ref
	state    string
	gateway  string
	owner    string
	kind     string
	attached string
	table    string
}

type transitFact struct {
	ref          estate.Ref
	sharesGroups bool
}
