package attack

import (
	"math"
	"slices"

	"github.com/stance-sec/stance/internal/estate/graph"
)

// tree holds the best ways from some entries to all nodes.
type tree struct {
	distance []uint64
	parent   []uint32 // the last step of the best way; none at entries
}

const none = math.MaxUint32

// change is what a node had before its way was cut.
type change struct {
	node, parent uint32
	distance     uint64
}

// grow finds the best ways from the entries over steps that are not cut.
func (m *Model) grow(r root, cut graph.Set) *tree {
	t := &tree{distance: make([]uint64, len(m.nodes)), parent: make([]uint32, len(m.nodes))}
	for i := range t.distance {
		t.distance[i], t.parent[i] = far, none
	}
	var h heap
	for _, name := range r.entries {
		n, ok := m.table.Entry(name)
		if at := m.entries[name]; ok && n.Expected > 0 && m.useful.Has(at) {
			t.distance[at] = cost(n.Expected) - 1
			h.push(t.distance[at], at)
		}
	}
	m.settle(t, &h, cut)
	return t
}

// settle runs Dijkstra's algorithm from what is in the queue.
func (m *Model) settle(t *tree, h *heap, cut graph.Set) {
	for len(*h) > 0 {
		it := h.pop()
		if it.distance > t.distance[it.node] {
			continue
		}
		e := m.out.Out(it.node)
		for i, to := range e.Targets {
			step := e.Evidence[i]
			d := plus(it.distance, m.costs[m.steps[step].chance])
			if d > t.distance[to] || !m.useful.Has(to) || cut.Has(step) {
				continue
			}
			if d < t.distance[to] {
				t.distance[to], t.parent[to] = d, step
				h.push(d, to)
			} else if d != far && m.before(step, t.parent[to]) {
				t.parent[to] = step
			}
		}
	}
}

// before orders steps of equal length to the same node, whatever their numbers are.
func (m *Model) before(a, b uint32) bool {
	if b == none {
		return false
	}
	x, y := m.steps[a], m.steps[b]
	if x.from != y.from {
		return m.nodes[x.from] < m.nodes[y.from]
	}
	if x.kind != y.kind {
		return m.kinds[x.kind] < m.kinds[y.kind]
	}
	if x.fixes == y.fixes {
		return m.details[a].label < m.details[b].label
	}
	return slices.CompareFunc(m.sets[x.fixes], m.sets[y.fixes], func(f, g uint32) int {
		switch {
		case f == g:
			return 0
		case m.fixes[f] < m.fixes[g]:
			return -1
		default:
			return 1
		}
	}) < 0
}

// prune finds new best ways for the nodes whose way used one of the steps, which are
// cut already, and returns what these nodes had before. Its cost follows their number.
func (m *Model) prune(t *tree, steps []uint32, cut graph.Set) []change {
	var lost []change
	lose := func(step uint32) {
		to := m.steps[step].to
		if t.parent[to] == step {
			lost = append(lost, change{to, step, t.distance[to]})
			t.distance[to], t.parent[to] = far, none
		}
	}
	for _, s := range steps {
		lose(s)
	}
	for i := 0; i < len(lost); i++ {
		for _, s := range m.out.Out(lost[i].node).Evidence {
			lose(s)
		}
	}
	var h heap
	for _, c := range lost {
		m.attach(t, c.node, cut)
	}
	for _, c := range lost {
		if t.distance[c.node] != far {
			h.push(t.distance[c.node], c.node)
		}
	}
	m.settle(t, &h, cut)
	return lost
}

// attach gives a node the best way over its neighbours as they are.
func (m *Model) attach(t *tree, node uint32, cut graph.Set) {
	e := m.in.Out(node)
	for i, from := range e.Targets {
		step := e.Evidence[i]
		if t.distance[from] == far || cut.Has(step) {
			continue
		}
		d := plus(t.distance[from], m.costs[m.steps[step].chance])
		if d < t.distance[node] {
			t.distance[node], t.parent[node] = d, step
		} else if d == t.distance[node] && d != far && m.before(step, t.parent[node]) {
			t.parent[node] = step
		}
	}
}

// restore undoes a prune.
func (t *tree) restore(lost []change) {
	for _, c := range lost {
		t.distance[c.node], t.parent[c.node] = c.distance, c.parent
	}
}
