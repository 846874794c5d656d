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

	index

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
	tuples  map[tupleKey]*tuple
	// places hold the path to each subnet, for one network only.
	places map[key]*path
	// fronts, doors and legs are for one network only too.
	doors   map[doorKey]door
	fronts  map[*balancerFact]*class
	legs    map[legKey]*class
	classes map[classKey]*class
}

func newCache() cache {
	return cache{
		exits: map[*tableFact]*exits{}, filters: map[*aclFact]*aclFilter{}, paths: map[pathKey]*path{},
		tuples: map[tupleKey]*tuple{}, classes: map[classKey]*class{}, places: map[key]*path{}, fronts: map[*balancerFact]*class{}, legs: map[legKey]*class{}, doors: map[doorKey]door{},
	}
}

// Build returns the network of the facts at hand. What an earlier network worked out
// is taken over where nothing it rests on has changed.
func (b *Builder) Build() *Network {
	n := &Network{lost: maps.Clone(b.lost), cached: newCache(), before: newCache()}
	if b.last != nil {
		n.facts, n.index = b.last.facts, b.last.index
		b.last.mu.Lock()
		n.before = b.last.cached.clone()
		b.last.mu.Unlock()
	}
	for p, again := range []func(from facts){n.indexNetworks, n.indexFilters, n.indexMachines, n.indexServices} {
		if b.dirty[p] || b.last == nil {
			again(b.facts)
		}
	}
	if b.dirty[machines] || b.dirty[services] || b.last == nil {
		n.indexBehind()
	}
	b.last, b.dirty = n, [parts]bool{}
	return n
}

func (c cache) clone() cache {
	return cache{
		exits: maps.Clone(c.exits), filters: maps.Clone(c.filters), paths: maps.Clone(c.paths),
		tuples: maps.Clone(c.tuples), classes: maps.Clone(c.classes),
	}
}

// missed returns why a type could not be read in an account and region, and whether
// that is so. A scope that names no account, region or type stands for every one.
func (n *Network) missed(account, region, kind string) (estate.Unknown, bool) {
	if len(n.lost) == 0 {
		return estate.Unknown{}, false
	}
	for _, a := range []string{account, ""} {
		for _, r := range []string{region, ""} {
			for _, t := range []string{kind, ""} {
				c, found := n.lost[estate.Scope{Cloud: estate.AWS, Account: a, Region: r, Type: t}]
				if found {
					u := whyMissed(c)
					u.Path = kind
					return u, true
				}
			}
		}
	}
	return estate.Unknown{}, false
}

func whyMissed(c estate.Coverage) estate.Unknown {
	u := estate.Unknown{Reason: c.Reason, Detail: c.Detail}
	if u.Reason == "" {
		u.Reason = estate.Uncollected
	}
	if len(c.Permissions) > 0 {
		u.Permission = c.Permissions[0]
	}
	return u
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
		if readers[scope.Type].read != nil || scope.Type == "" {
			u := whyMissed(n.lost[scope])
			u.Path = scope.String()
			list = append(list, u)
		}
	}
	return list
}
