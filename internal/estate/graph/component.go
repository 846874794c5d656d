package graph

// Components numbers the strongly connected components: nodes with the same number
// reach each other. A component has a higher number than those it leads to. It follows
// Tarjan (1972) with a stack of its own, so deep graphs are safe.
func Components(w Walker) (of []uint32, count int) {
	t := &tarjan{w: w, order: make([]uint32, w.Nodes()), low: make([]uint32, w.Nodes()), of: make([]uint32, w.Nodes())}
	for n := range uint32(w.Nodes()) {
		if t.order[n] == 0 {
			t.visit(n)
		}
	}
	return t.of, int(t.count)
}

type tarjan struct {
	w          Walker
	order      []uint32 // when a node was first seen, from 1; 0 for not yet
	low        []uint32 // the earliest node it leads back to; 0 once its component is known
	of         []uint32
	open       []uint32 // nodes seen whose component is not known
	calls      []call
	now, count uint32
}

type call struct {
	node uint32
	next uint32 // the edge to follow next
}

func (t *tarjan) enter(n uint32) {
	t.now++
	t.order[n], t.low[n] = t.now, t.now
	t.open = append(t.open, n)
	t.calls = append(t.calls, call{node: n})
}

func (t *tarjan) visit(start uint32) {
	t.enter(start)
	for len(t.calls) > 0 {
		c := &t.calls[len(t.calls)-1]
		targets := t.w.Out(c.node).Targets
		if int(c.next) == len(targets) {
			t.leave(c.node)
			continue
		}
		next := targets[c.next]
		c.next++
		switch {
		case t.order[next] == 0:
			t.enter(next)
		case t.low[next] != 0:
			t.low[c.node] = min(t.low[c.node], t.order[next])
		}
	}
}

func (t *tarjan) leave(n uint32) {
	t.calls = t.calls[:len(t.calls)-1]
	if t.low[n] != t.order[n] {
		parent := t.calls[len(t.calls)-1].node
		t.low[parent] = min(t.low[parent], t.low[n])
		return
	}
	for {
		last := t.open[len(t.open)-1]
		t.open = t.open[:len(t.open)-1]
		t.of[last], t.low[last] = t.count, 0
		if last == n {
			break
		}
	}
	t.count++
}
