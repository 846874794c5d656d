package query

import "slices"

// side is one end of a search from both ends.
type side struct {
	layers  [][]uint32
	depth   map[uint32]int
	inverse bool
}

func newSide(start uint32, inverse bool) *side {
	return &side{layers: [][]uint32{{start}}, depth: map[uint32]int{start: 0}, inverse: inverse}
}

func (s *side) last() []uint32 { return s.layers[len(s.layers)-1] }

// shortest returns the nodes of a path with the fewest hops, both ends included, over
// edges that pass; of equal ones that whose ids come first. It is nil when more than
// h.max hops are needed.
func (w *walker) shortest(h *walk, from, to uint32, pass passes) []uint32 {
	ahead, behind := newSide(from, false), newSide(to, true)
	for hops := 1; hops <= h.max; hops++ {
		near, far := ahead, behind
		if len(behind.last()) < len(ahead.last()) {
			near, far = behind, ahead
		}
		if met := w.grow(h, near, far, pass); met {
			return w.trace(h, ahead, behind, from, to, pass)
		}
		if len(near.last()) == 0 {
			return nil
		}
	}
	return nil
}

// passes reports whether a hop from one node to another may be taken, by its evidence.
type passes func(from, to uint32, evidence uint32) bool

// grow adds a layer to one side and reports whether it meets the last layer of the other.
func (w *walker) grow(h *walk, near, far *side, pass passes) (met bool) {
	depth := len(near.layers)
	var next []uint32
	for _, node := range near.last() {
		w.each(h, node, near.inverse, pass, func(to uint32) {
			if _, seen := near.depth[to]; seen {
				return
			}
			near.depth[to] = depth
			next = append(next, to)
			if _, other := far.depth[to]; other {
				met = true
			}
		})
	}
	near.layers = append(near.layers, next)
	return met
}

// each yields the nodes one hop away; inverse is against the direction of the path.
func (w *walker) each(h *walk, node uint32, inverse bool, pass passes, yield func(to uint32)) {
	e := w.edges(h, node, inverse)
	for i, to := range e.Targets {
		if !h.takes(&e, i) {
			continue
		}
		var evidence uint32
		if e.Evidence != nil {
			evidence = e.Evidence[i]
		}
		from, onto := node, to
		if inverse {
			from, onto = to, node
		}
		if pass == nil || pass(from, onto, evidence) {
			yield(to)
		}
	}
}

// trace walks from one end to the other once the sides have met: of the nodes that lie
// on a shortest path it takes that whose id comes first.
func (w *walker) trace(h *walk, ahead, behind *side, from, to uint32, pass passes) []uint32 {
	total := len(ahead.layers) + len(behind.layers) - 2
	left := map[uint32]int{} // hops to the end, of the nodes of shortest paths ahead of the meeting
	var layer []uint32
	for _, node := range ahead.last() {
		if d, ok := behind.depth[node]; ok && d == len(behind.layers)-1 {
			left[node] = d
			layer = append(layer, node)
		}
	}
	for d := len(ahead.layers) - 2; d >= 0; d-- {
		var before []uint32
		for _, node := range layer {
			w.each(h, node, true, pass, func(at uint32) {
				depth, seen := ahead.depth[at]
				if _, done := left[at]; seen && depth == d && !done {
					left[at] = total - d
					before = append(before, at)
				}
			})
		}
		layer = before
	}
	path := []uint32{from}
	for node := from; node != to; {
		best, found := uint32(0), false
		wanted := total - len(path)
		w.each(h, node, false, pass, func(at uint32) {
			d, ok := left[at]
			if !ok {
				d, ok = behind.depth[at]
			}
			if ok && d == wanted && !slices.Contains(path, at) && (!found || w.g.rank[at] < w.g.rank[best]) {
				best, found = at, true
			}
		})
		if !found {
			return nil
		}
		path = append(path, best)
		node = best
	}
	return path
}
