package reach

import (
	"slices"

	"github.com/stance-sec/stance/internal/estate"
)

// indexSites finds what stands behind content networks and APIs: load balancers by
// their names and listeners, functions by their ids.
func (n *Network) indexSites() {
	n.links.sites = map[string][]*frontFact{}
	owner := map[string]string{}
	sorted(n.balancers, func(b *balancerFact) {
		if b.dns != "" {
			owner[b.dns] = b.ref.ID
		}
	})
	sorted(n.listeners, func(l *listenerFact) { owner[l.ref.ID] = l.balancer })
	sorted(n.fronts, func(f *frontFact) {
		for _, name := range f.passes {
			if id, known := owner[name]; known {
				name = id
			}
			if name != "" && !slices.Contains(n.links.sites[name], f) {
				n.links.sites[name] = append(n.links.sites[name], f)
			}
		}
	})
}

// throughFronts returns what the internet may reach of a resource through content
// networks and APIs that pass requests on to it. Whether firewalls let those in is not
// known, so that it is never certain.
func (n *Network) throughFronts(target estate.Ref, gap string) []Exposure {
	var list []Exposure
	for _, f := range n.links.sites[target.ID] {
		for _, e := range n.ownFront(f) {
			if e.Verdict == estate.No {
				continue
			}
			e.Target, e.Verdict = target, estate.Maybe
			e.Path = append(slices.Clone(e.Path), Hop{ID: target.ID, Kind: "target", Why: "requests are passed on to it"})
			e.Unknown = append(slices.Clone(e.Unknown), estate.Unknown{Path: f.ref.ID + "#origins", Reason: estate.Uncollected, Detail: gap})
			list = append(list, e)
		}
	}
	return list
}

// orThroughFronts adds the ways through fronts to what is not open to everyone anyway.
func (n *Network) orThroughFronts(list []Exposure, gap string) []Exposure {
	if slices.ContainsFunc(list, func(e Exposure) bool { return e.FromInternet() == estate.Yes }) {
		return list
	}
	more := n.throughFronts(list[0].Target, gap)
	if len(more) == 0 {
		return list
	}
	return append(slices.DeleteFunc(list, func(e Exposure) bool { return e.Verdict == estate.No }), more...)
}
