package graph

import (
	"slices"

	"github.com/stance-sec/stance/internal/estate"
)

// Snapshot is a graph as it was at one moment. It never changes and may be shared.
type Snapshot struct {
	ids, types, accounts names
	kinds                []estate.RelationKind
	attributes
	out, in *Adjacency
	// overlay holds the nodes whose edges differ from the arrays.
	overOut, overIn map[uint32]Edges
}

// Snapshot returns the graph as it is now. It costs as much as there were changes since
// the arrays were made; after some thousands of changes it makes them anew.
func (g *Graph) Snapshot() *Snapshot {
	if n := len(g.changes.nodes); n > mergeAt || n > g.out.Nodes() {
		g.merge()
	}
	g.attributesHeld = true
	s := &Snapshot{
		ids: g.ids.freeze(), types: g.types.freeze(), accounts: g.accounts.freeze(), kinds: slices.Clip(g.kinds),
		attributes: g.attributes, out: g.out, in: g.in,
	}
	if len(g.changes.nodes) > 0 {
		s.overOut, s.overIn = g.overlay()
	}
	return s
}

// merge makes the arrays of all edges anew and forgets the changes.
func (g *Graph) merge() {
	nodes, total, proven := len(g.head), 0, false
	for n := range uint32(nodes) {
		e := g.edges(n)
		total += len(e.Targets)
		proven = proven || slices.ContainsFunc(e.Evidence, func(v uint32) bool { return v != 0 })
	}
	a := &Adjacency{offsets: make([]uint32, nodes+1), targets: make([]uint32, 0, total), kinds: make([]uint8, 0, total)}
	if proven {
		a.evidence = make([]uint32, 0, total)
	}
	for n := range uint32(nodes) {
		e := g.edges(n)
		a.targets, a.kinds = append(a.targets, e.Targets...), append(a.kinds, e.Kinds...)
		for i := range e.Targets {
			if proven {
				a.evidence = append(a.evidence, at(e.Evidence, i))
			}
		}
		a.offsets[n+1] = uint32(len(a.targets))
	}
	g.out, g.in, g.changes = a, a.Reverse(), changes{}
	clear(g.head)
}

// overlay returns the edges of changed nodes, and the edges into all nodes that these
// point at or pointed at.
func (g *Graph) overlay() (out, in map[uint32]Edges) {
	out, in = map[uint32]Edges{}, map[uint32]Edges{}
	for _, n := range g.changes.nodes {
		out[n] = g.edges(n)
	}
	for n, e := range out {
		for _, t := range slices.Concat(e.Targets, g.out.Out(n).Targets) {
			if _, done := in[t]; !done {
				in[t] = g.unchangedInto(t, out)
			}
		}
	}
	for n, e := range out {
		for i, t := range e.Targets {
			into := in[t]
			into.add(n, e.Kinds[i], at(e.Evidence, i))
			in[t] = into
		}
	}
	return out, in
}

// unchangedInto returns the edges into a node that start at nodes without a change.
func (g *Graph) unchangedInto(node uint32, changed map[uint32]Edges) Edges {
	var kept Edges
	e := g.in.Out(node)
	for i, from := range e.Targets {
		if _, ok := changed[from]; !ok {
			kept.add(from, e.Kinds[i], at(e.Evidence, i))
		}
	}
	return kept
}

func (e *Edges) add(target uint32, kind uint8, evidence uint32) {
	e.Targets, e.Kinds, e.Evidence = append(e.Targets, target), append(e.Kinds, kind), append(e.Evidence, evidence)
}

// Nodes returns how many nodes there are: node numbers are below it. It counts what is
// only pointed at and what was removed.
func (s *Snapshot) Nodes() int { return s.ids.len() }

// Find returns the number of an id.
func (s *Snapshot) Find(id string) (node uint32, ok bool) { return s.ids.find(id) }

// ID returns the id of a node below Nodes.
func (s *Snapshot) ID(node uint32) string { return string(s.ids.name(node)) }

// Resource returns what is known of a node below Nodes, and whether it was read: false
// for an id that others only point at.
func (s *Snapshot) Resource(node uint32) (Resource, bool) {
	return Resource{
		ID: s.ID(node), Type: string(s.types.name(s.typeOf[node])), Account: string(s.accounts.name(s.accountOf[node])),
	}, s.present[node]
}

// Kind returns the number under which edges hold a kind, and whether any edge has it.
func (s *Snapshot) Kind(kind estate.RelationKind) (number uint8, ok bool) {
	i := slices.Index(s.kinds, kind)
	return uint8(max(i, 0)), i >= 0
}

// KindName returns the kind of a number that an edge holds.
func (s *Snapshot) KindName(number uint8) estate.RelationKind { return s.kinds[number] }

// Out returns the edges that start at a node, in the order they were put.
func (s *Snapshot) Out(node uint32) Edges {
	if e, ok := s.overOut[node]; ok {
		return e
	}
	return s.out.Out(node)
}

// In returns the edges that end at a node; their Targets are where they start, in no
// particular order.
func (s *Snapshot) In(node uint32) Edges {
	if e, ok := s.overIn[node]; ok {
		return e
	}
	return s.in.Out(node)
}
