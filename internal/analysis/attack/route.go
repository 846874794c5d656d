package attack

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/graph"
)

// Route is one way of an attacker, explained.
type Route struct {
	// Entry is where it begins, as in the risk table.
	Entry string
	// Steps are in order. The first one starts at nothing, unless attackers begin there.
	Steps []estate.PathStep
	Score estate.Score
	// Question is what to find out first; empty when no answer changes the band.
	Question string
}

// Route returns the way that gives a target its score: the most probable one, or the
// one for which a floor holds when that is worth more. It is false when no way leads
// there.
func (v *View) Route(target int) (Route, bool) {
	steps, ok := v.way(uint32(target))
	if !ok {
		return Route{}, false
	}
	return v.m.explain(target, steps)
}

// way returns the numbers of the steps of a target's way.
func (v *View) way(target uint32) ([]uint32, bool) {
	m := v.m
	node := m.nodeOf[target]
	best := v.trees[0].distance[node]
	value := math.Sqrt(probability(best)*m.impact[target]) * 100
	for _, l := range m.lifts[target] {
		if step, d := v.lifting(l); d != far && m.impact[target] > 0 && l.least > value && l.least == v.values[target] {
			return append(v.walk(v.trees[l.root], m.steps[step].from), step), true
		}
	}
	if best == far {
		return nil, false
	}
	return v.walk(v.trees[0], node), true
}

// walk returns the steps of a tree from its root to the node.
func (v *View) walk(t *tree, node uint32) []uint32 {
	var steps []uint32
	for s := t.parent[node]; s != none; s = t.parent[v.m.steps[s].from] {
		steps = append(steps, s)
	}
	slices.Reverse(steps)
	return steps
}

// explain scores a way and puts it in words.
func (m *Model) explain(target int, steps []uint32) (Route, bool) {
	node := m.nodeOf[target]
	start := node
	if len(steps) > 0 {
		start = m.steps[steps[0]].from
	}
	route := Route{Entry: strings.TrimPrefix(m.nodes[start], entryPrefix)}
	path := risk.Path{Entry: route.Entry, Impact: m.targets[target].Impact}
	for _, s := range steps {
		if m.kinds[m.steps[s].kind] == "" {
			continue
		}
		step := m.Step(s)
		route.Steps = append(route.Steps, step)
		path.Steps = append(path.Steps, risk.Step{Kind: step.Kind, Label: step.Label, P: &m.chances[m.steps[s].chance]})
	}
	score, err := m.table.Score(path)
	if err != nil {
		return route, false // the builder has refused every such step
	}
	route.Score, route.Question = score, m.table.Question(path)
	return route, true
}

// Step returns a step in words.
func (m *Model) Step(number uint32) estate.PathStep {
	s := m.steps[number]
	chance, d := m.chances[s.chance], m.details[number]
	step := estate.PathStep{
		From: resourceOf(m.nodes[s.from]), To: resourceOf(m.nodes[s.to]), Kind: m.kinds[s.kind], Label: d.label, Evidence: d.evidence,
		Probability: chance.Expected, Low: chance.Low, High: chance.High,
	}
	if step.Label == "" {
		row, _ := m.table.Step(step.Kind)
		step.Label = row.Label
	}
	for _, f := range m.sets[s.fixes] {
		step.Fixes = append(step.Fixes, estate.FixKey(m.fixes[f]))
	}
	return step
}

// Way returns the numbers of the steps that give a target its score, in order; false when
// no way leads there. It is what Route explains, for those who compare many.
func (v *View) Way(target int) ([]uint32, bool) {
	way, ok := v.way(uint32(target))
	return slices.DeleteFunc(way, func(s uint32) bool { return v.m.kinds[v.m.steps[s].kind] == "" }), ok
}

// Alternatives returns up to most other ways to a target, the most probable first: for
// each step of its way, what is left when that step is not there.
func (v *View) Alternatives(target, most int) []Route {
	own, ok := v.way(uint32(target))
	if !ok || most <= 0 {
		return nil
	}
	c := v.clone()
	seen := map[string]bool{c.m.spell(own): true}
	var found [][]uint32
	for _, s := range own {
		if c.m.kinds[c.m.steps[s].kind] == "" {
			continue
		}
		_, undo := c.remove([]uint32{s})
		c.values[target] = c.rate(uint32(target))
		if way, ok := c.way(uint32(target)); ok && !seen[c.m.spell(way)] {
			seen[c.m.spell(way)] = true
			found = append(found, way)
		}
		undo()
	}
	var routes []Route
	for _, way := range found {
		if r, ok := v.m.explain(target, way); ok {
			routes = append(routes, r)
		}
	}
	slices.SortStableFunc(routes, func(a, b Route) int {
		switch {
		case a.Score.Likelihood > b.Score.Likelihood:
			return -1
		case a.Score.Likelihood < b.Score.Likelihood:
			return 1
		default:
			return 0
		}
	})
	return routes[:min(most, len(routes))]
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
