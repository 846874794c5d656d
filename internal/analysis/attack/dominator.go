package attack

import "slices"

// Dominators says which nodes every way to another passes.
type Dominators struct {
	m *Model
	// above is the nearest node that every way to a node passes; none at entries, and at
	// nodes that no way leads to.
	above []uint32
	rank  []uint32 // in reverse postorder
}

// Dominators computes them for all nodes that a way leads to, over steps that are not
// cut, by the method of Cooper, Harvey and Kennedy (2001).
func (v *View) Dominators() *Dominators {
	n := len(v.m.nodes)
	d := &Dominators{m: v.m, above: make([]uint32, n+1), rank: make([]uint32, n+1)}
	order := v.postorder()
	start := uint32(n) // above all entries
	for i := range d.above {
		d.above[i] = none
	}
	for i, node := range order {
		d.rank[node] = uint32(len(order) - i)
	}
	d.above[start] = start
	for changed := true; changed; {
		changed = false
		for _, node := range slices.Backward(order) {
			if above := v.meet(d, node, start); above != d.above[node] {
				d.above[node] = above
				changed = true
			}
		}
	}
	return d
}

// meet returns the node at which the ways into a node come together.
func (v *View) meet(d *Dominators, node, start uint32) uint32 {
	if v.trees[0].parent[node] == none {
		return start
	}
	above := uint32(none)
	e := v.m.in.Out(node)
	for i, from := range e.Targets {
		if v.cut.Has(e.Evidence[i]) || d.above[from] == none {
			continue
		}
		if above == none {
			above = from
			continue
		}
		for a := from; a != above; {
			for d.rank[a] > d.rank[above] {
				a = d.above[a]
			}
			for d.rank[above] > d.rank[a] {
				above = d.above[above]
			}
		}
	}
	return above
}

// postorder returns the nodes that a way leads to, each after those it leads to unless
// they lead back.
func (v *View) postorder() []uint32 {
	type call struct{ node, next uint32 }
	var order []uint32
	seen := make([]bool, len(v.m.nodes))
	for _, name := range v.m.roots[0].entries {
		start := v.m.entries[name]
		if v.trees[0].distance[start] == far {
			continue
		}
		seen[start] = true
		for calls := []call{{node: start}}; len(calls) > 0; {
			c := &calls[len(calls)-1]
			e := v.m.out.Out(c.node)
			if int(c.next) == len(e.Targets) {
				order = append(order, c.node)
				calls = calls[:len(calls)-1]
				continue
			}
			to, step := e.Targets[c.next], e.Evidence[c.next]
			c.next++
			if !seen[to] && !v.cut.Has(step) && v.trees[0].distance[to] != far {
				seen[to] = true
				calls = append(calls, call{node: to})
			}
		}
	}
	return order
}

// Of returns the ids of the resources that every way to a target passes, in order, with
// the target at the end; none when no way leads there.
func (d *Dominators) Of(target int) []string {
	ids := []string{}
	start := uint32(len(d.above) - 1)
	for n := d.m.nodeOf[target]; d.above[n] != none && n != start; n = d.above[n] {
		if id := resourceOf(d.m.nodes[n]); id != "" {
			ids = append(ids, id)
		}
	}
	slices.Reverse(ids)
	return slices.Compact(ids)
}
