package reach

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate"
)

// bound holds a set of addresses from both sides: sure is in it for certain, all holds
// everything that may be.
type bound struct{ sure, all network.Set }

func everything() bound { return bound{network.Everyone(), network.Everyone()} }

func anything() bound { return bound{all: network.Everyone()} }

func (b bound) union(o bound) bound { return bound{b.sure.Union(o.sure), b.all.Union(o.all)} }

func (b bound) intersect(o bound) bound {
	return bound{b.sure.Intersect(o.sure), b.all.Intersect(o.all)}
}

// leg is a route with the addresses that it, and no more specific one, decides about.
type leg struct {
	route
	index int
	// takes holds those addresses; nothing when a prefix list is not known.
	takes network.Set
	// doubtful is whether the route's own range is not known.
	doubtful bool
	// gateway is the full id of the internet gateway that it leads to.
	gateway string
	// device is what it leads to that looks at traffic, and inspects whether traffic to
	// the internet may go on from there.
	device   Hop
	inspects bool
}

// exits are the legs of a route table.
type exits struct {
	table *tableFact
	legs  []leg
	// doubtful are the legs whose range is not known: they may take anything.
	doubtful []leg
	gaps     []estate.Unknown
}

// prefix is one range of a route.
type prefix struct {
	leg    int
	bits   int
	ranges network.Set
}

// exitsOf works out which route decides for which addresses: the most specific one,
// and among equals the one that was set by hand.
func (n *Network) exitsOf(t *tableFact) *exits {
	x := &exits{table: t}
	var all []leg
	var prefixes []prefix
	for i, r := range t.routes {
		l := leg{route: n.judged(t, r), index: i}
		l.device, l.inspects = n.deviceOn(t, l)
		if l.kind == toGateway {
			l.gateway = n.gatewayName(t, l.target)
		}
		ranges, gaps, known := n.destinations(t, r)
		if !known {
			if !n.leadsToService(t, r) {
				l.doubtful = true
				x.doubtful = append(x.doubtful, l)
				x.gaps = append(x.gaps, gaps...)
			}
			continue
		}
		for _, text := range ranges {
			if set, err := network.ParseSet([]string{text}); err == nil {
				prefixes = append(prefixes, prefix{len(all), bitsOf(text), set})
			}
		}
		all = append(all, l)
	}
	slices.SortStableFunc(prefixes, func(a, b prefix) int {
		if c := cmp.Compare(b.bits, a.bits); c != 0 {
			return c
		}
		return cmp.Compare(rank(all[a.leg]), rank(all[b.leg]))
	})
	var taken network.Set
	for _, p := range prefixes {
		all[p.leg].takes = all[p.leg].takes.Union(p.ranges.Subtract(taken))
		taken = taken.Union(p.ranges)
	}
	x.legs = all
	return x
}

// rank orders routes to the same range.
func rank(l leg) int {
	if l.propagated {
		return 1
	}
	return 0
}

func bitsOf(text string) int {
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return 128
	}
	return p.Bits()
}

// The kinds of routes that have a meaning of their own here.
const (
	toGateway = "internet-gateway"
	toNothing = "dropped"
)

// judged returns the route with its kind corrected: one whose target is gone drops
// traffic, and so does one to a gateway that is attached elsewhere.
func (n *Network) judged(t *tableFact, r route) route {
	if !r.active {
		r.kind = toNothing
		return r
	}
	if r.kind == toGateway {
		if g := n.gatewayByID[key{t.ref.Region, r.target}]; g != nil && !slices.Contains(g.vpcs, t.vpc) {
			r.kind = toNothing
		}
	}
	return r
}

// destinations returns the ranges of a route, and false with the reasons when they
// stand in a prefix list that is not known.
func (n *Network) destinations(t *tableFact, r route) ([]string, []estate.Unknown, bool) {
	if !strings.HasPrefix(r.destination, "pl-") {
		if _, err := network.ParseSet([]string{r.destination}); err != nil {
			return nil, []estate.Unknown{{Path: t.ref.ID + "#routes", Reason: estate.Malformed, Detail: fmt.Sprintf("destination %.60q", r.destination)}}, false
		}
		return []string{r.destination}, nil, true
	}
	list := n.listByID[key{t.ref.Region, r.destination}]
	switch {
	case list == nil:
		return nil, n.absent(t.ref.Account, t.ref.Region, "aws_ec2_managed_prefix_list", r.destination), false
	case len(list.gaps) > 0:
		return nil, list.gaps, false
	}
	return list.ranges, nil, true
}

// leadsToService reports whether a route leads to a gateway endpoint: its prefix list
// holds the addresses of one service of AWS, which no outside client has.
func (n *Network) leadsToService(t *tableFact, r route) bool {
	e := n.endpointByID[key{t.ref.Region, r.target}]
	return r.kind == "endpoint" && e != nil && e.kind == "Gateway"
}

// towards returns the addresses whose traffic leaves by legs that match, from both
// sides, and the routes that do it.
func (x *exits) towards(match func(leg) bool) (bound, []int) {
	var b bound
	var routes []int
	for _, l := range x.legs {
		if match(l) && !l.takes.Empty() {
			b = b.union(bound{l.takes, l.takes})
			routes = append(routes, l.index)
		}
	}
	for _, l := range x.doubtful {
		if match(l) {
			b.all = network.Everyone()
			routes = append(routes, l.index)
		} else {
			b.sure = network.Set{}
		}
	}
	slices.Sort(routes)
	return b, routes
}

// defaultRoute says where traffic to the internet goes instead, for a message.
func (x *exits) defaultRoute() string {
	var texts []string
	for _, l := range x.legs {
		if l.takes.IsInternet() {
			texts = append(texts, fmt.Sprintf("%s goes to %s", l.destination, l.goal()))
		}
	}
	if len(texts) == 0 {
		return "no route leads to the internet"
	}
	return strings.Join(texts, ", ")
}

// goal names the target of a route.
func (l leg) goal() string {
	if l.kind == toNothing {
		return fmt.Sprintf("%.40q, which is not there", l.target)
	}
	return fmt.Sprintf("%s %.40q", l.kind, l.target)
}
