package query

import (
	"cmp"
	"context"
	"slices"
)

// Answer is what a query found.
type Answer struct {
	// Paths are those with the fewest hops first, and of these those whose ids come
	// first.
	Paths []Path
	// More is whether there are more than the limit of the query.
	More bool
	// Stopped is whether the search was given up: the paths are the first ones, and
	// nobody knows how many there are.
	Stopped bool
}

// Path is one path of the answer. A list of resources has paths of one node.
type Path struct {
	Nodes []Node
	// Steps lead from each node to the next.
	Steps []PathStep
	// Named are the places in Nodes of what the query names.
	Named []int
	// Perhaps says what is not sure about the path; empty when all is known.
	Perhaps []string
}

// Node is a resource on a path.
type Node struct {
	ID, Type, Account, Region, Name string
	// Read is false for what others point at and nobody read: only its id is known.
	Read bool
}

// PathStep is one hop.
type PathStep struct {
	Kind string
	// Backwards is whether it leads from the later node to the earlier one.
	Backwards bool
	// Attack is whether it is a step of an attacker, not a declared relation.
	Attack bool
	Sure   bool
	// Label says it in words; empty for a relation.
	Label string
	// Then says what it takes to go on from where it leads; empty for nothing.
	Then string
}

// Ask answers a query. It fails only when the context ends.
func (g *Graph) Ask(ctx context.Context, q *Query) (*Answer, error) {
	plan, err := newPlan(ctx, g, q)
	if err != nil {
		return nil, err
	}
	s := &search{plan: plan}
	tuples, stopped, err := s.run(ctx, q.limit+1)
	if err != nil {
		return nil, err
	}
	a := &Answer{Stopped: stopped, More: len(tuples) > q.limit}
	if a.More {
		tuples = tuples[:q.limit]
	}
	plan.walker.work = 0
	for _, t := range tuples {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if plan.walker.work > maxWork {
			a.Stopped = true
			break
		}
		a.Paths = append(a.Paths, plan.path(t))
	}
	return a, nil
}

// path draws the path of a tuple: between two named nodes a sure one where there is one,
// else one with the fewest hops.
func (p *plan) path(t *prefix) Path {
	path := Path{Nodes: []Node{p.g.node(t.nodes[0])}, Named: []int{0}}
	for i := range p.hops {
		h := &p.hops[i]
		first, last := t.nodes[0], t.nodes[len(t.nodes)-1]
		certain := func(from, to uint32, evidence uint32) bool { return h.sure(from, to, evidence, first, last) }
		way := p.walker.shortest(h, t.nodes[i], t.nodes[i+1], certain)
		if way == nil {
			way = p.walker.shortest(h, t.nodes[i], t.nodes[i+1], nil)
		}
		for j := 1; j < len(way); j++ {
			step := p.step(h, way[j-1], way[j], certain)
			path.Steps, path.Nodes = append(path.Steps, step), append(path.Nodes, p.g.node(way[j]))
			if !step.Sure {
				path.Perhaps = append(path.Perhaps, doubt(&step))
			}
		}
		path.Named = append(path.Named, len(path.Nodes)-1)
	}
	for i := range p.q.where {
		path.Perhaps = p.g.doubts(&p.q.where[i], t.nodes, path.Perhaps)
	}
	return path
}

func doubt(s *PathStep) string {
	text := s.Kind
	if s.Label != "" {
		text += ": " + s.Label
	}
	if s.Then != "" {
		text += "; then " + s.Then
	}
	return text
}

// sure reports whether a hop is certain. What it takes to go on counts, too, unless the
// path ends where the step leads.
func (h *walk) sure(from, to uint32, evidence, first, last uint32) bool {
	head, end := to, last
	if h.backwards {
		head, end = from, first
	}
	return evidence&unsureBit == 0 && (evidence&onwardBit == 0 || head == end)
}

// step describes the best of the edges between two nodes: a sure one before others, a
// step before a relation.
func (p *plan) step(h *walk, from, to uint32, certain passes) PathStep {
	e := p.walker.edges(h, from, false)
	var best PathStep
	for i, target := range e.Targets {
		if target != to || !h.takes(&e, i) {
			continue
		}
		var evidence uint32
		if e.Evidence != nil {
			evidence = e.Evidence[i]
		}
		s := PathStep{Kind: string(p.g.edges.KindName(e.Kinds[i])), Backwards: h.backwards, Sure: certain(from, to, evidence)}
		if n := evidence & proofMask; n > 0 {
			proof := p.g.proofs[n-1]
			s.Attack, s.Label, s.Then = true, proof.label, proof.then
		}
		if best.Kind == "" || s.before(&best) {
			best = s
		}
	}
	return best
}

func (s *PathStep) before(other *PathStep) bool {
	return slices.Compare(s.order(), other.order()) < 0 || slices.Compare(s.order(), other.order()) == 0 &&
		cmp.Or(cmp.Compare(s.Kind, other.Kind), cmp.Compare(s.Label, other.Label)) < 0
}

func (s *PathStep) order() []int {
	order := []int{1, 1}
	if s.Sure {
		order[0] = 0
	}
	if s.Attack {
		order[1] = 0
	}
	return order
}

func (g *Graph) node(n uint32) Node {
	r := &g.records[n]
	return Node{ID: r.id, Name: r.name, Type: g.text(r.kind), Account: g.text(r.account), Region: g.text(r.region), Read: r.read}
}
