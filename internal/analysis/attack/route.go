package attack

import (
	"math"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/estate"
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
