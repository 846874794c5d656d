package graph

import "slices"

// Walker is anything whose nodes have edges: an Adjacency, a Snapshot.
type Walker interface {
	// Nodes returns how many nodes there are.
	Nodes() int
	// Out returns the edges that start at a node.
	Out(node uint32) Edges
}

// Backward returns the snapshot with its edges turned round, for walks from an end to
// its beginnings.
func (s *Snapshot) Backward() Walker { return backward{s} }

type backward struct{ *Snapshot }

func (b backward) Out(node uint32) Edges { return b.In(node) }

// Set is a set of nodes.
type Set []uint64

const wordBits = 64

// NewSet returns an empty set for node numbers below nodes.
func NewSet(nodes int) Set { return make(Set, (nodes+wordBits-1)/wordBits) }

// Has reports whether the node is in the set.
func (s Set) Has(node uint32) bool {
	w := int(node / wordBits)
	return w < len(s) && s[w]&(1<<(node%wordBits)) != 0
}

// Add puts a node in, which must be below the number the set was made for.
func (s Set) Add(node uint32) { s[node/wordBits] |= 1 << (node % wordBits) }

// Remove takes a node out.
func (s Set) Remove(node uint32) { s[node/wordBits] &^= 1 << (node % wordBits) }

// Reach returns all nodes to which a way leads from the starts, which belong to it. Only
// edges for which follow is true are taken; a nil follow takes all.
func Reach(w Walker, starts []uint32, follow func(kind uint8) bool) Set {
	seen := NewSet(w.Nodes())
	queue := make([]uint32, 0, len(starts))
	visit := func(n uint32) {
		if int(n) < w.Nodes() && !seen.Has(n) {
			seen.Add(n)
			queue = append(queue, n)
		}
	}
	for _, n := range starts {
		visit(n)
	}
	for len(queue) > 0 {
		next := queue
		queue = nil
		for _, n := range next {
			e := w.Out(n)
			for i, t := range e.Targets {
				if follow == nil || follow(at(e.Kinds, i)) {
					visit(t)
				}
			}
		}
	}
	return seen
}

// Shortest returns the nodes of a way with the fewest edges from one node to another,
// both included, or nil when there is none.
func Shortest(w Walker, from, to uint32, follow func(kind uint8) bool) []uint32 {
	if int(from) >= w.Nodes() || int(to) >= w.Nodes() {
		return nil
	}
	before := map[uint32]uint32{from: from}
	queue := []uint32{from}
	for i := 0; i < len(queue) && !contains(before, to); i++ {
		n := queue[i]
		e := w.Out(n)
		for i, t := range e.Targets {
			if !contains(before, t) && (follow == nil || follow(at(e.Kinds, i))) {
				before[t] = n
				queue = append(queue, t)
			}
		}
	}
	if !contains(before, to) {
		return nil
	}
	way := []uint32{to}
	for n := to; n != from; {
		n = before[n]
		way = append(way, n)
	}
	slices.Reverse(way)
	return way
}

func contains(m map[uint32]uint32, n uint32) bool {
	_, ok := m[n]
	return ok
}
