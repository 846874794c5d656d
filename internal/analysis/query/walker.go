package query

import "github.com/stance-sec/stance/internal/estate/graph"

// walker walks a graph along the hops of a query. Its arrays are made once and reused;
// it belongs to one goroutine.
type walker struct {
	g    *Graph
	work int // edges looked at
	seen []uint32
	turn uint32 // what seen holds for the nodes of the walk that is under way
}

func newWalker(g *Graph) *walker { return &walker{g: g, seen: make([]uint32, g.Nodes())} }

// begin starts a walk on which nothing was seen.
func (w *walker) begin() {
	w.turn++
	if w.turn == 0 {
		clear(w.seen)
		w.turn = 1
	}
}

// visit reports whether a node is seen for the first time.
func (w *walker) visit(node uint32) bool {
	if w.seen[node] == w.turn {
		return false
	}
	w.seen[node] = w.turn
	return true
}

// edges returns the edges to go along from a node, those against the direction of the
// path when inverse is set. Not all of them are of the right kind.
func (w *walker) edges(h *walk, node uint32, inverse bool) graph.Edges {
	e := w.g.edges.Out(node)
	if h.backwards != inverse {
		e = w.g.edges.In(node)
	}
	w.work += 1 + len(e.Targets)
	return e
}

// takes reports whether an edge is of the right kind.
func (h *walk) takes(e *graph.Edges, i int) bool {
	if h.follow != nil {
		return h.follow[e.Kinds[i]]
	}
	return i < len(e.Evidence) && e.Evidence[i]&proofMask != 0
}

// distances returns how far every node is from the nearest of the set, up to h.max.
func (w *walker) distances(h *walk, from graph.Set, inverse bool) []uint8 {
	distance := make([]uint8, w.g.Nodes())
	var layer []uint32
	for node := range distance {
		distance[node] = unreached
		if from.Has(uint32(node)) {
			distance[node] = 0
			layer = append(layer, uint32(node))
		}
	}
	for d := 1; d <= h.max && len(layer) > 0; d++ {
		var next []uint32
		for _, node := range layer {
			e := w.edges(h, node, inverse)
			for i, to := range e.Targets {
				if distance[to] == unreached && h.takes(&e, i) {
					distance[to] = uint8(d)
					next = append(next, to)
				}
			}
		}
		layer = next
	}
	return distance
}

// at returns the nodes of a set to which the fewest hops from a node are exactly depth,
// and whether there may be more beyond. It goes only where something of the next place
// is near enough.
func (w *walker) at(h *walk, from uint32, depth int, set graph.Set) (found []uint32, more bool) {
	w.begin()
	w.visit(from)
	layer := []uint32{from}
	for d := 1; d <= depth; d++ {
		var next []uint32
		for _, node := range layer {
			e := w.edges(h, node, false)
			for i, to := range e.Targets {
				if w.seen[to] == w.turn || h.left[to] == unreached || !h.takes(&e, i) {
					continue
				}
				if d+int(h.left[to]) > depth {
					more = true
					continue
				}
				w.visit(to)
				next = append(next, to)
			}
		}
		layer = next
	}
	for _, node := range layer {
		more = true
		if set.Has(node) {
			found = append(found, node)
		}
	}
	return found, more
}
