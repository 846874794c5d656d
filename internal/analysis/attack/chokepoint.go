package attack

import (
	"cmp"
	"math"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
)

// Chokepoint is a change with the risk it removes, in points of score summed over
// targets.
type Chokepoint struct {
	Fix estate.FixKey
	// Removed is what it removes when the chokepoints before it are done already.
	Removed float64
	// Alone is what it removes when nothing else is done.
	Alone float64
	// Cumulative is the part of all risk that it and those before it remove, 0 to 1.
	Cumulative float64
	// Paths is how many targets' ways it cuts.
	Paths int
}

const (
	negligible = 1e-3 // the least risk worth a place in the list
	maxWork    = 3_000_000
)

// Chokepoints returns up to most changes, each the one that removes most of the risk
// that those before it leave. Where several ways lead to the same things, a change may
// remove nothing until others join it; then the one on the ways to most risk comes next.
// The list ends when no risk is left that a change could remove. Equal ones stand in the
// order of their keys. Each place is exact until some million nodes have been worked on
// anew; from then on a change is taken to remove no more than it would have earlier.
func (v *View) Chokepoints(most int) []Chokepoint {
	c := &choice{View: v.clone(), bounds: make([]float64, len(v.m.fixes)), paths: make([]int, len(v.m.fixes)), earlier: map[uint32]float64{}}
	for t := range c.values {
		c.count(uint32(t), 1)
	}
	paths, untouched := slices.Clone(c.paths), v.WhatIf()
	var list []Chokepoint
	total, removed := v.Risk(), 0.0
	for len(list) < most {
		f, gain, ok := c.next()
		if !ok {
			break
		}
		c.commit(f)
		removed += gain
		list = append(list, Chokepoint{
			Fix: estate.FixKey(v.m.fixes[f]), Removed: gain, Alone: untouched.gain(f), Cumulative: removed / total, Paths: paths[f],
		})
	}
	for len(list) > 0 && list[len(list)-1].Removed < negligible {
		list = list[:len(list)-1]
	}
	return list
}

// choice is a view while changes are chosen.
type choice struct {
	*View
	// bounds are, for each change, the scores of the targets on whose ways it lies: no
	// change can remove more.
	bounds []float64
	paths  []int
	// earlier is what changes would have removed when they were last tried.
	earlier map[uint32]float64
	work    int // nodes whose best way was found anew
}

// bound returns what a change removes at most.
func (c *choice) bound(f uint32) float64 {
	if g, tried := c.earlier[f]; tried && c.work > maxWork {
		return min(c.bounds[f], g)
	}
	return c.bounds[f]
}

// count adds or takes away what a target means to the changes on its way.
func (c *choice) count(target uint32, sign int) {
	way, ok := c.way(target)
	if !ok {
		return
	}
	c.each(target, way, func(f uint32) {
		c.bounds[f] += float64(sign) * c.values[target]
		c.paths[f] += sign
	})
}

// each calls f once for every change that cuts the way, or the best way to the target
// where a floor chose another: removing that one may lower the score too.
func (c *choice) each(target uint32, way []uint32, f func(fix uint32)) {
	var seen []uint32
	if len(c.m.lifts[target]) > 0 && c.trees[0].distance[c.m.nodeOf[target]] != far {
		way = append(way, c.walk(c.trees[0], c.m.nodeOf[target])...)
	}
	for _, s := range way {
		for _, fix := range c.m.sets[c.m.steps[s].fixes] {
			if !slices.Contains(seen, fix) {
				seen = append(seen, fix)
				f(fix)
			}
		}
	}
}

// next returns the change that removes most, or that comes nearest to it.
func (c *choice) next() (fix uint32, gain float64, ok bool) {
	var candidates []uint32
	for f, b := range c.bounds {
		if b > negligible {
			candidates = append(candidates, uint32(f))
		}
	}
	most := make(map[uint32]float64, len(candidates))
	for _, f := range candidates {
		most[f] = c.bound(f)
	}
	if len(candidates) == 0 {
		return 0, 0, false
	}
	slices.SortFunc(candidates, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(grain(most[b]), grain(most[a])), cmp.Compare(c.m.fixes[a], c.m.fixes[b]))
	})
	fix, gain = candidates[0], c.gain(candidates[0])
	for _, f := range candidates[1:] {
		if grain(most[f]) < grain(gain) || grain(most[f]) == 0 {
			break
		}
		g := c.gain(f)
		if grain(g) > grain(gain) || grain(g) > 0 && grain(g) == grain(gain) && c.m.fixes[f] < c.m.fixes[fix] {
			fix, gain = f, g
		}
	}
	return fix, gain, true
}

// grain rounds risk to what is worth telling apart, so that sums of the same scores in
// another order are equal.
func grain(x float64) int64 { return int64(math.Round(x / negligible)) }

// gain returns how much risk a change removes now.
func (c *choice) gain(fix uint32) float64 {
	steps := c.m.stepsOf.Out(fix).Targets
	lost, undo := c.try(steps)
	var sum float64
	for _, t := range lost {
		sum += c.values[t] - c.rate(t)
	}
	undo()
	if c.earlier != nil {
		c.earlier[fix] = sum
	}
	return sum
}

// commit makes a change.
func (c *choice) commit(fix uint32) {
	steps := c.m.stepsOf.Out(fix).Targets
	lost, undo := c.try(steps)
	undo()
	for _, t := range lost {
		c.count(t, -1)
	}
	c.remove(steps)
	for _, t := range lost {
		c.values[t] = c.rate(t)
		c.count(t, 1)
	}
}

// try cuts the steps, and returns the targets whose score may have changed.
func (c *choice) try(steps []uint32) (targets []uint32, undo func()) {
	var nodes []uint32
	for _, s := range steps {
		if !c.cut.Has(s) {
			nodes = append(nodes, c.m.steps[s].to)
		}
	}
	lost, undo := c.remove(steps)
	c.work += len(lost)
	nodes = append(nodes, lost...)
	slices.Sort(nodes)
	for _, n := range slices.Compact(nodes) {
		if t := c.m.targetAt[n]; t > 0 {
			targets = append(targets, t-1)
		}
		targets = append(targets, c.m.watchers[n]...)
	}
	slices.Sort(targets)
	return slices.Compact(targets), undo
}
