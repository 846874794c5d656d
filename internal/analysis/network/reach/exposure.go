package reach

import (
	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate"
)

// Exposure says that some source can, cannot or may reach ports of a resource.
type Exposure struct {
	// Target is what is reached.
	Target estate.Ref `json:"target"`
	// Verdict is Yes when all of Sources can reach all of Ports for certain, No when
	// nobody can reach any, else unknown.
	Verdict estate.Tri `json:"verdict"`
	// Family is ipv4 or ipv6; empty for No, and for names that answer in both.
	Family string `json:"family,omitempty"`
	// Protocol is tcp, udp, icmp, icmpv6, an IANA number, or all for every protocol
	// that no rule names. Empty for No.
	Protocol string `json:"protocol,omitempty"`
	// Ports are the ports, merged and rising; empty for protocols without ports and for
	// No. Whether anything listens is not known for machines and interfaces.
	Ports []network.PortRange `json:"ports,omitempty"`
	// Sources are who can or may reach it; nobody for No.
	Sources Sources `json:"sources"`
	// Path holds what let it through, from the source to the target. Callers must not
	// change it.
	Path []Hop `json:"path,omitempty"`
	// Blocked holds the first layer that lets nothing through, for No.
	Blocked []Hop `json:"blocked,omitempty"`
	// Filtered are devices on the way whose rules are not known here.
	Filtered []Hop `json:"filtered,omitempty"`
	// Unknown is what was not known, when the verdict is unknown. A path begins with the
	// id of the resource it is about, then "#".
	Unknown []estate.Unknown `json:"unknown,omitempty"`
	// Auth is what a caller must show: none, password, iam, policy (a resource policy
	// decides) or authorizer. Empty when the network knows nothing about it.
	Auth string `json:"auth,omitempty"`
	// Notes are remarks such as that a machine is stopped.
	Notes []string `json:"notes,omitempty"`
}

// Sources is a set of addresses seen as parts of the internet.
type Sources struct {
	// Kind is internet when it covers enough of the internet to count as it, part when
	// it covers some of it, private when it covers none, and nobody when it is empty.
	Kind string `json:"kind"`
	// Ranges are the merged ranges, at most eight.
	Ranges []string `json:"ranges,omitempty"`
	// More counts the ranges left out.
	More int `json:"more,omitempty"`

	set network.Set
}

// The kinds of sources.
const (
	Internet = "internet"
	Partner  = "part"
	Private  = "private"
	Nobody   = "nobody"
)

// Set returns the addresses.
func (s Sources) Set() network.Set { return s.set }

// The sources met most: everyone, of either family.
var everyFour, everySix = measure(internet.V4()), measure(internet.V6())

func sourcesOf(set network.Set) Sources {
	switch {
	case set.Equal(everyFour.set):
		return everyFour
	case set.Equal(everySix.set):
		return everySix
	}
	return measure(set)
}

func measure(set network.Set) Sources {
	s := Sources{Kind: Partner, set: set}
	part := set.Part()
	switch {
	case set.Empty():
		s.Kind = Nobody
	case set.Internet().Empty():
		s.Kind = Private
	case set.IsInternet():
		s.Kind = Internet
		part = set.Union(unroutable(set)).Part()
	}
	s.Ranges, s.More = part.Ranges, part.More
	return s
}

// unroutable are the addresses that nobody on the internet has, of the families of a
// set. With them a set reads as the ranges people write.
func unroutable(set network.Set) network.Set {
	var rest network.Set
	for _, family := range []network.Set{network.Everyone().V4(), network.Everyone().V6()} {
		if !set.Intersect(family).Empty() {
			rest = rest.Union(family.Subtract(internet))
		}
	}
	return rest
}

// Hop is one thing on the way.
type Hop struct {
	// ID is the resource; the provider's short id where the resource itself was not read.
	ID string `json:"id,omitempty"`
	// Kind is what it is: internet, address, gateway, block-public-access, subnet,
	// route-table, network-acl, security-group, interface, instance, load-balancer,
	// listener, target-group, peering, transit-gateway, endpoint, firewall, service, or
	// target for the last of a way.
	Kind string `json:"kind"`
	// Why is what about it lets traffic through or stops it. Text from the cloud is
	// quoted in it.
	Why string `json:"why"`
	// Rules are the positions of the deciding rules in its list, rising; empty when it
	// has none or no single one decides.
	Rules []int `json:"rules,omitempty"`
}

// FromInternet tells whether enough of the internet to count as it reaches the target:
// No for an exposure to a part of it only.
func (e *Exposure) FromInternet() estate.Tri {
	if e.Sources.Kind != Internet {
		return estate.No
	}
	return e.Verdict
}
