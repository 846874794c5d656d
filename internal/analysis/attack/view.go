package attack

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/graph"
)

// View is a model with some changes made: the best ways that are left. It may be read
// by many goroutines.
type View struct {
	m      *Model
	cut    graph.Set
	trees  []*tree // of each root of the model
	values []float64
}

// View returns the best ways when the changes are made. Keys that cut nothing are
// ignored.
func (m *Model) View(made ...estate.FixKey) *View {
	v := &View{m: m, cut: graph.NewSet(len(m.steps)), values: make([]float64, len(m.targets))}
	for _, key := range made {
		if f, ok := m.fixOf[string(key)]; ok {
			for _, s := range m.stepsOf.Out(f).Targets {
				v.cut.Add(s)
			}
		}
	}
	v.trees = make([]*tree, len(m.roots))
	var growing sync.WaitGroup
	for i, r := range m.roots {
		growing.Go(func() { v.trees[i] = m.grow(r, v.cut) })
	}
	growing.Wait()
	for t := range v.values {
		v.values[t] = v.rate(uint32(t))
	}
	return v
}

// clone returns a view that may change without changing v.
func (v *View) clone() *View {
	c := &View{m: v.m, cut: slices.Clone(v.cut), values: slices.Clone(v.values)}
	for _, t := range v.trees {
		c.trees = append(c.trees, &tree{distance: slices.Clone(t.distance), parent: slices.Clone(t.parent)})
	}
	return c
}

// rate returns the score of a target: of its best way, lifted by floors.
func (v *View) rate(target uint32) float64 {
	const full = 100
	m := v.m
	value := full * math.Sqrt(probability(v.trees[0].distance[m.nodeOf[target]])*m.impact[target])
	for _, l := range m.lifts[target] {
		if _, d := v.lifting(l); l.least > value && d != far && m.impact[target] > 0 {
			value = l.least
		}
	}
	return value
}

// lifting returns the step of a lift with the best way before it, and its length.
func (v *View) lifting(l lift) (step uint32, distance uint64) {
	step, distance = none, far
	for _, s := range l.steps {
		if v.cut.Has(s) {
			continue
		}
		d := plus(v.trees[l.root].distance[v.m.steps[s].from], v.m.costs[v.m.steps[s].chance])
		if d < distance || d == distance && d != far && v.m.before(s, step) {
			step, distance = s, d
		}
	}
	return step, distance
}

// Value returns the score of a target, 0 when no way leads to it.
func (v *View) Value(target int) float64 { return v.values[target] }

// Risk returns the sum of scores over all targets.
func (v *View) Risk() float64 {
	var sum float64
	for _, x := range v.values {
		sum += x
	}
	return sum
}

// Reached returns the targets to which a way leads, the worst first; of equal ones in
// the order of their ids.
func (v *View) Reached() []int {
	var reached []int
	for t, value := range v.values {
		if value > 0 {
			reached = append(reached, t)
		}
	}
	slices.SortFunc(reached, func(a, b int) int {
		return cmp.Or(cmp.Compare(v.values[b], v.values[a]), cmp.Compare(v.m.targets[a].Node, v.m.targets[b].Node))
	})
	return reached
}

// Class sums up the targets of one class.
type Class struct {
	Name string
	// Worst is the target with the highest score.
	Worst int
	// Reached is how many targets a way leads to, of Targets in all.
	Reached, Targets int
	// Risk is the sum of their scores.
	Risk float64
}

// Classes returns the classes that a way leads to, the worst first.
func (v *View) Classes() []Class {
	at := map[string]*Class{}
	for _, t := range v.Reached() {
		name := v.m.targets[t].Class
		if at[name] == nil {
			at[name] = &Class{Name: name, Worst: t}
		}
		at[name].Reached++
		at[name].Risk += v.values[t]
	}
	for i := range v.m.targets {
		if c := at[v.m.targets[i].Class]; c != nil {
			c.Targets++
		}
	}
	classes := make([]Class, 0, len(at))
	for _, c := range at {
		classes = append(classes, *c)
	}
	slices.SortFunc(classes, func(a, b Class) int {
		return cmp.Or(cmp.Compare(v.values[b.Worst], v.values[a.Worst]), cmp.Compare(a.Name, b.Name))
	})
	return classes
}

// Model returns the model that the view is of.
func (v *View) Model() *Model { return v.m }
