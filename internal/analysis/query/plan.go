package query

import (
	"context"

	"github.com/stance-sec/stance/internal/estate/graph"
)

// plan is a query laid over a graph: which nodes can stand at each place, and how far
// the next place is from everywhere.
type plan struct {
	g      *Graph
	q      *Query
	hops   []walk
	at     []graph.Set    // of each place, its nodes that a path may pass
	rest   []int          // of each place, the fewest hops from it to the end
	checks [][]*condition // of each place, the conditions that are settled there
	walker *walker
}

// walk is how one place leads to the next.
type walk struct {
	follow    *[256]bool // nil for the steps of attackers
	backwards bool
	min, max  int
	// left is, of each node, the fewest hops to a node of the next place; unreached when
	// there are more than max.
	left []uint8
}

const unreached = 255

// newPlan prepares a query. Its cost follows the graph times the places.
func newPlan(ctx context.Context, g *Graph, q *Query) (*plan, error) {
	p := &plan{g: g, q: q, walker: newWalker(g), checks: make([][]*condition, len(q.nodes))}
	for i := range q.where {
		if c := &q.where[i]; c.places != 0 && !c.places.only(c.places.last()) {
			p.checks[c.places.last()] = append(p.checks[c.places.last()], c)
		}
	}
	for i := range q.nodes {
		matches := g.matcher(q, i)
		set := graph.NewSet(g.Nodes())
		for node := range uint32(g.Nodes()) {
			if matches(node) {
				set.Add(node)
			}
		}
		p.at = append(p.at, set)
	}
	for _, h := range q.hops {
		w := walk{backwards: h.backwards, min: h.min, max: h.max}
		if h.kinds != nil {
			w.follow = g.follows(h.kinds)
		}
		p.hops = append(p.hops, w)
	}
	err := p.narrow(ctx)
	p.walker.work = 0 // what preparing takes is bounded by the graph
	return p, err
}

// narrow drops nodes that no path passes: forwards those that are not reached from the
// place before, then backwards those from which the next place is not reached.
func (p *plan) narrow(ctx context.Context) error {
	for i := range p.hops {
		if err := ctx.Err(); err != nil {
			return err
		}
		reached := p.walker.distances(&p.hops[i], p.at[i], false)
		p.keep(i+1, func(node uint32) bool { return reached[node] != unreached })
	}
	p.rest = make([]int, len(p.at))
	for i := len(p.hops) - 1; i >= 0; i-- {
		if err := ctx.Err(); err != nil {
			return err
		}
		h := &p.hops[i]
		h.left = p.walker.distances(h, p.at[i+1], true)
		nearest := h.max
		p.keep(i, func(node uint32) bool {
			if h.left[node] != unreached {
				nearest = min(nearest, h.least(node))
			}
			return h.left[node] != unreached
		})
		p.rest[i] = nearest + p.rest[i+1]
	}
	return nil
}

// keep drops the nodes of a place that do not hold.
func (p *plan) keep(place int, holds func(node uint32) bool) {
	for node := range uint32(p.g.Nodes()) {
		if p.at[place].Has(node) && !holds(node) {
			p.at[place].Remove(node)
		}
	}
}

// least returns a number of hops below which nothing of the next place is found.
func (w *walk) least(node uint32) int { return max(w.min, int(w.left[node])) }

// remaining returns a number of hops below which no path from a node of a place ends.
func (p *plan) remaining(place int, node uint32) int {
	if place == len(p.hops) {
		return 0
	}
	return p.hops[place].least(node) + p.rest[place+1]
}
