package attack

import (
	"cmp"
	"encoding/binary"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/graph"
)

// WhatIf answers what would be left if something were changed. It belongs to one
// goroutine, and to ask it many questions is cheaper than to make a view for each.
type WhatIf struct{ *choice }

// WhatIf returns answers about the view.
func (v *View) WhatIf() *WhatIf { return &WhatIf{&choice{View: v.clone()}} }

// Value returns the score that a target would have if the change were made.
func (w *WhatIf) Value(target int, fix estate.FixKey) float64 {
	f, ok := w.m.fixOf[string(fix)]
	if !ok {
		return w.values[target]
	}
	_, undo := w.remove(w.m.stepsOf.Out(f).Targets)
	defer undo()
	return w.rate(uint32(target))
}

// ValueWithout returns the score that a target would have without one step, whose number
// is of View.Way.
func (w *WhatIf) ValueWithout(target int, step uint32) float64 {
	_, undo := w.remove([]uint32{step})
	defer undo()
	return w.rate(uint32(target))
}

// Removes returns the risk that a change would remove.
func (w *WhatIf) Removes(fix estate.FixKey) float64 {
	f, ok := w.m.fixOf[string(fix)]
	if !ok {
		return 0
	}
	return w.gain(f)
}

// Alternatives returns up to most other ways to a target, the most probable first: for
// each step of its way, what is left when that step is not there.
func (w *WhatIf) Alternatives(target, most int) []Route {
	own, ok := w.way(uint32(target))
	if !ok || most <= 0 {
		return nil
	}
	seen := map[string]bool{w.m.spell(own): true}
	var routes []Route
	for _, s := range own {
		if w.m.kinds[w.m.steps[s].kind] == "" {
			continue
		}
		way, ok := w.wayWithout(uint32(target), s)
		if !ok || seen[w.m.spell(way)] {
			continue
		}
		seen[w.m.spell(way)] = true
		if r, ok := w.m.explain(target, way); ok {
			routes = append(routes, r)
		}
	}
	slices.SortStableFunc(routes, func(a, b Route) int {
		return cmp.Compare(b.Score.Likelihood, a.Score.Likelihood)
	})
	return routes[:min(most, len(routes))]
}

// wayWithout returns the way to a target when a step is not there.
func (w *WhatIf) wayWithout(target, step uint32) ([]uint32, bool) {
	_, undo := w.remove([]uint32{step})
	defer undo()
	before := w.values[target]
	w.values[target] = w.rate(target)
	defer func() { w.values[target] = before }()
	return w.way(target)
}

// spell tells ways apart that look different: twins of a step are the same step.
func (m *Model) spell(steps []uint32) string {
	text := make([]byte, 0, 16*len(steps))
	for _, n := range steps {
		s := m.steps[n]
		for _, part := range []uint32{s.from, s.kind, s.chance, s.fixes} {
			text = binary.LittleEndian.AppendUint32(text, part)
		}
	}
	return string(text)
}

// remove cuts steps, and returns the nodes whose best ways these were on and what puts
// the steps back. Values are left as they were.
func (v *View) remove(steps []uint32) (nodes []uint32, undo func()) {
	fresh := make([]uint32, 0, len(steps))
	for _, s := range steps {
		if !v.cut.Has(s) {
			v.cut.Add(s)
			fresh = append(fresh, s)
		}
	}
	lost := make([][]change, len(v.trees))
	for i, t := range v.trees {
		lost[i] = v.m.prune(t, fresh, v.cut)
		for _, c := range lost[i] {
			nodes = append(nodes, c.node)
		}
	}
	return nodes, func() {
		for i, t := range v.trees {
			t.restore(lost[i])
		}
		drop(v.cut, fresh)
	}
}

func drop(s graph.Set, steps []uint32) {
	for _, n := range steps {
		s.Remove(n)
	}
}
