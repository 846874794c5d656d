package query

import (
	"cmp"
	"container/heap"
	"context"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
)

// The bounds of one search.
const (
	maxWork   = 100_000_000 // edges looked at, and what takes as long as so many
	turnWork  = 64
	checkWork = 16
	maxHeld   = 20_000_000 // nodes waiting
	pulse     = 1024       // turns between looks at the context
)

// search finds the tuples of nodes at the places of a query, those with the fewest hops
// first and of these those whose ids come first.
//
// It is best-first: what waits is known by a number of hops that no path through it goes
// below, so what comes out complete is next in the order.
type search struct {
	plan    *plan
	waiting queue
	held    int
}

// prefix is a tuple that was begun.
type prefix struct {
	nodes []uint32
	ranks []uint32
	hops  int
}

// entry is what waits: either nodes that may follow a prefix, the best first, or the
// prefix itself, to be walked on from to nodes at a depth.
type entry struct {
	least int      // hops of any path through it
	ranks []uint32 // of the first tuple through it
	of    *prefix
	next  []choice
	depth int
}

type choice struct {
	node  uint32
	hops  int // of the prefix with it
	least int
}

type queue []*entry

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(q[i].least, q[j].least), slices.Compare(q[i].ranks, q[j].ranks)) < 0
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(*entry)) }
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	(*q)[len(*q)-1] = nil
	*q = (*q)[:len(*q)-1]
	return last
}

// run returns the first tuples, as many as wanted, and whether it stopped because there
// was too much to look at.
func (s *search) run(ctx context.Context, wanted int) (tuples []*prefix, stopped bool, err error) {
	s.offer(&prefix{}, s.starts())
	for turn := 0; len(s.waiting) > 0 && len(tuples) < wanted; turn++ {
		if turn%pulse == 0 && ctx.Err() != nil {
			return nil, false, ctx.Err()
		}
		s.plan.walker.work += turnWork
		if s.plan.walker.work > maxWork || s.held > maxHeld {
			return tuples, true, nil
		}
		e, _ := heap.Pop(&s.waiting).(*entry)
		if e.next == nil {
			s.walk(e)
			continue
		}
		if tuple := s.take(e); tuple != nil {
			tuples = append(tuples, tuple)
		}
	}
	return tuples, false, nil
}

// starts are the nodes of the first place.
func (s *search) starts() []choice {
	var list []choice
	for _, node := range s.plan.g.byRank {
		if s.plan.at[0].Has(node) && s.allowed(&prefix{}, node) {
			list = append(list, choice{node, 0, s.plan.remaining(0, node)})
		}
	}
	slices.SortStableFunc(list, func(a, b choice) int { return cmp.Compare(a.least, b.least) })
	return list
}

// offer lets nodes wait that may follow a prefix, sorted.
func (s *search) offer(of *prefix, next []choice) {
	if len(next) == 0 {
		return
	}
	s.held += len(next)
	s.push(&entry{of: of, next: next})
}

func (s *search) push(e *entry) {
	if e.next != nil {
		e.least = e.next[0].least
		e.ranks = append(slices.Clip(e.of.ranks), s.plan.g.rank[e.next[0].node])
	}
	heap.Push(&s.waiting, e)
}

// take takes the first choice of an entry: a tuple when it is complete, else a prefix to
// walk on from.
func (s *search) take(e *entry) *prefix {
	c := e.next[0]
	grown := &prefix{nodes: append(slices.Clip(e.of.nodes), c.node), ranks: e.ranks, hops: c.hops}
	s.held--
	if e.next = e.next[1:]; len(e.next) > 0 {
		s.push(e)
	}
	place := len(grown.nodes) - 1
	if place == len(s.plan.hops) {
		return grown
	}
	s.wait(grown, s.plan.hops[place].least(c.node))
	return nil
}

// wait lets a prefix wait until nodes at that depth are next.
func (s *search) wait(p *prefix, depth int) {
	place := len(p.nodes) - 1
	if depth <= s.plan.hops[place].max {
		s.push(&entry{of: p, ranks: p.ranks, depth: max(depth, 1), least: p.hops + max(depth, 1) + s.plan.rest[place+1]})
	}
}

// walk finds what follows a prefix at a depth.
func (s *search) walk(e *entry) {
	place := len(e.of.nodes) - 1
	found, more := s.plan.walker.at(&s.plan.hops[place], e.of.nodes[place], e.depth, s.plan.at[place+1])
	var next []choice
	for _, node := range found {
		if s.allowed(e.of, node) {
			hops := e.of.hops + e.depth
			next = append(next, choice{node, hops, hops + s.plan.remaining(place+1, node)})
		}
	}
	rank := s.plan.g.rank
	slices.SortFunc(next, func(a, b choice) int {
		return cmp.Or(cmp.Compare(a.least, b.least), cmp.Compare(rank[a.node], rank[b.node]))
	})
	s.offer(e.of, next)
	if more {
		s.wait(e.of, e.depth+1)
	}
}

// allowed reports whether a node may stand after a prefix: it does not stand in it, and
// the conditions that are settled with it may hold.
func (s *search) allowed(of *prefix, node uint32) bool {
	if slices.Contains(of.nodes, node) {
		return false
	}
	checks := s.plan.checks[len(of.nodes)]
	if len(checks) == 0 {
		return true
	}
	s.plan.walker.work += checkWork
	at := append(slices.Clip(of.nodes), node)
	return !slices.ContainsFunc(checks, func(c *condition) bool { return s.plan.g.holds(c, at) == estate.No })
}
