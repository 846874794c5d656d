package graph

// Adjacency is a directed graph over dense node numbers as compressed rows: all edges
// of a node lie side by side. It never changes.
type Adjacency struct {
	offsets  []uint32 // of each node, and one more
	targets  []uint32
	kinds    []uint8  // nil when edges have none
	evidence []uint32 // nil when edges have none
}

// Edges are the edges of one node: parallel slices, not to be written to. Kinds and
// Evidence are nil when the graph holds none.
type Edges struct {
	// Targets are the nodes at the other ends.
	Targets []uint32
	// Kinds are what the edges mean.
	Kinds []uint8
	// Evidence are numbers that the maker of the graph gave to the edges.
	Evidence []uint32
}

// NewAdjacency returns the graph of the edges from[i] to to[i], all below nodes. Edges
// of one node keep their order. The slices kinds and evidence are as long as from, or nil.
func NewAdjacency(nodes int, from, to []uint32, kinds []uint8, evidence []uint32) *Adjacency {
	a := &Adjacency{offsets: make([]uint32, nodes+1), targets: make([]uint32, len(to))}
	for _, f := range from {
		a.offsets[f+1]++
	}
	for i := range nodes {
		a.offsets[i+1] += a.offsets[i]
	}
	if kinds != nil {
		a.kinds = make([]uint8, len(to))
	}
	if evidence != nil {
		a.evidence = make([]uint32, len(to))
	}
	for i, f := range from {
		a.place(f, to[i], at(kinds, i), at(evidence, i))
	}
	a.settle()
	return a
}

// place puts an edge behind those that its node already has; offsets move along until
// settle moves them back.
func (a *Adjacency) place(from, to uint32, kind uint8, evidence uint32) {
	p := a.offsets[from]
	a.offsets[from]++
	a.targets[p] = to
	if a.kinds != nil {
		a.kinds[p] = kind
	}
	if a.evidence != nil {
		a.evidence[p] = evidence
	}
}

func (a *Adjacency) settle() {
	copy(a.offsets[1:], a.offsets)
	a.offsets[0] = 0
}

func at[T any](s []T, i int) T {
	var zero T
	if s == nil {
		return zero
	}
	return s[i]
}

// Nodes returns how many nodes there are.
func (a *Adjacency) Nodes() int { return len(a.offsets) - 1 }

// Len returns how many edges there are.
func (a *Adjacency) Len() int { return len(a.targets) }

// Out returns the edges that start at the node, none for a node out of range.
func (a *Adjacency) Out(node uint32) Edges {
	if int(node) >= a.Nodes() {
		return Edges{}
	}
	return a.span(a.offsets[node], a.offsets[node+1])
}

func (a *Adjacency) span(lo, hi uint32) Edges {
	e := Edges{Targets: a.targets[lo:hi:hi]}
	if a.kinds != nil {
		e.Kinds = a.kinds[lo:hi:hi]
	}
	if a.evidence != nil {
		e.Evidence = a.evidence[lo:hi:hi]
	}
	return e
}

// Reverse returns the same edges turned round. Edges into a node stand in the order of
// the nodes they come from.
func (a *Adjacency) Reverse() *Adjacency {
	r := &Adjacency{offsets: make([]uint32, len(a.offsets)), targets: make([]uint32, len(a.targets))}
	for _, t := range a.targets {
		r.offsets[t+1]++
	}
	for i := range a.Nodes() {
		r.offsets[i+1] += r.offsets[i]
	}
	if a.kinds != nil {
		r.kinds = make([]uint8, len(a.kinds))
	}
	if a.evidence != nil {
		r.evidence = make([]uint32, len(a.evidence))
	}
	for n := range uint32(a.Nodes()) {
		for i := a.offsets[n]; i < a.offsets[n+1]; i++ {
			r.place(a.targets[i], n, at(a.kinds, int(i)), at(a.evidence, int(i)))
		}
	}
	r.settle()
	return r
}
