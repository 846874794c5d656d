package attack_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/estate"
)

const worlds = 300

func TestValuesAreThoseOfTheDefinition(t *testing.T) {
	t.Parallel()
	for seed := range uint64(worlds) {
		w := random(seed)
		m := w.model(t)
		v, want := m.View(), w.values(table(t))
		for i := range m.Targets() {
			node := m.Target(i).Node
			if !near(v.Value(i), want[node]) {
				t.Fatalf("seed %d: %s is worth %v, want %v", seed, node, v.Value(i), want[node])
			}
			route, ok := v.Route(i)
			if ok != (w.likeliest(table(t), table(t).Entries())[node] > 0) {
				t.Fatalf("seed %d: route to %s: %v", seed, node, ok)
			}
			if ok && (!near(route.Score.Value, v.Value(i)) || !connected(route, node)) {
				t.Fatalf("seed %d: %s is worth %v, its route %+v", seed, node, v.Value(i), route)
			}
		}
	}
}

// connected reports whether the steps follow on each other and end at the node.
func connected(r attack.Route, node string) bool {
	for i := 1; i < len(r.Steps); i++ {
		if r.Steps[i].From != r.Steps[i-1].To {
			return false
		}
	}
	return len(r.Steps) == 0 || r.Steps[len(r.Steps)-1].To == node
}

func TestRemovingAStepNeverRaisesAScore(t *testing.T) {
	t.Parallel()
	for seed := range uint64(worlds) {
		w := random(seed)
		m := w.model(t)
		before := m.View()
		for i := range w.steps {
			less := w
			less.steps = slices.Delete(slices.Clone(w.steps), i, i+1)
			after := less.model(t).View()
			for target := range m.Targets() {
				if after.Value(target) > before.Value(target)+1e-4 {
					t.Fatalf("seed %d: without step %d target %d is worth %v instead of %v", seed, i, target, after.Value(target), before.Value(target))
				}
			}
		}
	}
}

func TestChokepointsAreRecomputed(t *testing.T) {
	t.Parallel()
	for seed := range uint64(worlds) {
		w := random(seed)
		v := w.model(t).View()
		total := v.Risk()
		var made []estate.FixKey
		var removed float64
		for i, c := range v.Chokepoints(10) {
			if best := w.best(t, made); c.Removed < best-1e-2 {
				t.Fatalf("seed %d: place %d is %s with %v, another removes %v", seed, i, c.Fix, c.Removed, best)
			}
			if alone := total - w.risk(t, c.Fix); !near(c.Alone, alone) {
				t.Fatalf("seed %d: %s removes %v alone, said %v", seed, c.Fix, alone, c.Alone)
			}
			made = append(made, c.Fix)
			removed += c.Removed
			if left := w.risk(t, made...); !near(total-left, removed) || c.Removed < -1e-9 {
				t.Fatalf("seed %d: %v leave %v of %v, said to remove %v", seed, made, left, total, removed)
			}
			if again := w.model(t).View(made...).Risk(); !near(again, total-removed) {
				t.Fatalf("seed %d: a view with %v has risk %v, want %v", seed, made, again, total-removed)
			}
			if !near(c.Cumulative*total, removed) {
				t.Fatalf("seed %d: cumulative %v of %v, want %v", seed, c.Cumulative, total, removed)
			}
		}
		if best := w.best(t, made); len(made) < 10 && best > 1e-2 {
			t.Fatalf("seed %d: after %v another change removes %v", seed, made, best)
		}
	}
}

// risk returns what is left after the changes, computed from nothing.
func (w world) risk(t *testing.T, made ...estate.FixKey) float64 {
	var sum float64
	for _, v := range w.without(made...).values(table(t)) {
		sum += v
	}
	return sum
}

// best returns the most that one more change removes.
func (w world) best(t *testing.T, made []estate.FixKey) float64 {
	before, best := w.risk(t, made...), 0.0
	for _, s := range w.steps {
		for _, f := range s.Fixes {
			best = max(best, before-w.risk(t, append(slices.Clone(made), f)...))
		}
	}
	return best
}

func TestLargeWorldsAreRecomputedToo(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		m := randomOf(seed, 400).model(t)
		v := m.View()
		what, left := v.WhatIf(), v.Risk()
		var made []estate.FixKey
		for _, c := range v.Chokepoints(6) {
			made = append(made, c.Fix)
			left -= c.Removed
			if again := m.View(made...).Risk(); !near(again, left) {
				t.Fatalf("seed %d: %v leave %v, want %v", seed, made, left, again)
			}
		}
		for _, fix := range m.Fixes() {
			again := m.View(fix)
			for i := range m.Targets() {
				if got := what.Value(i, fix); !near(got, again.Value(i)) {
					t.Fatalf("seed %d: without %s target %d is worth %v, want %v", seed, fix, i, got, again.Value(i))
				}
			}
		}
	}
}

func TestOrderOfStepsDoesNotMatter(t *testing.T) {
	t.Parallel()
	for seed := range uint64(worlds) {
		w := random(seed)
		one := tell(w.model(t).View())
		r := rand.New(rand.NewPCG(seed, 5))
		r.Shuffle(len(w.steps), func(i, j int) { w.steps[i], w.steps[j] = w.steps[j], w.steps[i] })
		r.Shuffle(len(w.targets), func(i, j int) { w.targets[i], w.targets[j] = w.targets[j], w.targets[i] })
		if two := tell(w.model(t).View()); !reflect.DeepEqual(one, two) {
			t.Fatalf("seed %d: in another order\n%+v\ninstead of\n%+v", seed, two, one)
		}
	}
}

// told is all that a view says.
type told struct {
	routes      []attack.Route
	chokepoints []attack.Chokepoint
	classes     []attack.Class
}

func tell(v *attack.View) told {
	var all told
	for _, i := range v.Reached() {
		r, _ := v.Route(i)
		all.routes = append(append(all.routes, r), v.WhatIf().Alternatives(i, 3)...)
	}
	all.chokepoints, all.classes = v.Chokepoints(5), v.Classes()
	return all
}

func TestDominatorsAreOnEveryWay(t *testing.T) {
	t.Parallel()
	for seed := range uint64(worlds) {
		w := random(seed)
		m := w.model(t)
		d := m.View().Dominators()
		for i := range m.Targets() {
			node := m.Target(i).Node
			reached := w.likeliest(table(t), table(t).Entries())[node] > 0
			got := d.Of(i)
			for n := range 9 {
				id := []string{"n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8"}[n]
				want := reached && (id == node || w.passing(id).likeliest(table(t), table(t).Entries())[node] == 0)
				if slices.Contains(got, id) != want {
					t.Fatalf("seed %d: every way to %s passes %v; %s: want %v", seed, node, got, id, want)
				}
			}
		}
	}
}

// passing returns the world without a node.
func (w world) passing(id string) world {
	w.steps = slices.DeleteFunc(slices.Clone(w.steps), func(s attack.Step) bool { return s.From == id || s.To == id })
	w.enters = slices.DeleteFunc(slices.Clone(w.enters), func(e [2]string) bool { return e[1] == id })
	return w
}

func TestAlternativesAreOtherWays(t *testing.T) {
	t.Parallel()
	found := 0
	for seed := range uint64(worlds) {
		m := random(seed).model(t)
		v := m.View()
		for i := range m.Targets() {
			own, _ := v.Route(i)
			for _, other := range v.WhatIf().Alternatives(i, 2) {
				found++
				if reflect.DeepEqual(own.Steps, other.Steps) && own.Entry == other.Entry || !connected(other, m.Target(i).Node) {
					t.Fatalf("seed %d: an alternative to %+v is %+v", seed, own, other)
				}
			}
		}
	}
	if found == 0 {
		t.Error("no world had an alternative")
	}
}

func TestCounterfactualsAreRecomputed(t *testing.T) {
	t.Parallel()
	for seed := range uint64(worlds) {
		w := random(seed)
		m := w.model(t)
		what := m.View().WhatIf()
		for _, fix := range append(m.Fixes(), "cuts nothing") {
			again, definition := m.View(fix), w.without(fix).values(table(t))
			for i := range m.Targets() {
				got := what.Value(i, fix)
				if !near(got, again.Value(i)) || !near(got, definition[m.Target(i).Node]) {
					t.Fatalf("seed %d: without %s target %d is worth %v, a view says %v, the definition %v", seed, fix, i, got, again.Value(i), definition[m.Target(i).Node])
				}
			}
			if len(w.steps) > 0 {
				step, less := len(fix)%len(w.steps), w
				less.steps = slices.Delete(slices.Clone(w.steps), step, step+1)
				want := less.values(table(t))
				for i := range m.Targets() {
					if got := what.ValueWithout(i, uint32(step)); !near(got, want[m.Target(i).Node]) {
						t.Fatalf("seed %d: without step %d target %d is worth %v, want %v", seed, step, i, got, want[m.Target(i).Node])
					}
				}
			}
			if got := what.Removes(fix); !near(got, m.View().Risk()-again.Risk()) {
				t.Fatalf("seed %d: %s removes %v, want %v", seed, fix, got, m.View().Risk()-again.Risk())
			}
		}
	}
}

func TestWhatIsNoStepIsRefused(t *testing.T) {
	t.Parallel()
	bad := map[string]attack.Step{
		"kind":              {From: "a", To: "b", Kind: "no-such-kind"},
		"above-one":         {From: "a", To: "b", Kind: "exploit", P: &risk.Interval{Low: 0, Expected: 1, High: 2}},
		"falling":           {From: "a", To: "b", Kind: "exploit", P: &risk.Interval{Low: 0.5, Expected: 0.4, High: 0.6}},
		"unknown-as-zero":   {From: "a", To: "b", Kind: "exploit", P: &risk.Interval{High: 0.6}},
		"from-nowhere":      {From: attack.Entry("intranet"), To: "b", Kind: "exploit"},
		"from-nothing":      {To: "b", Kind: "exploit"},
		"to-nothing":        {From: "a", Kind: "exploit"},
		"leads-to-an-entry": {From: "a", To: attack.Entry(attack.Internet), Kind: "exploit"},
	}
	for name, s := range bad {
		if err := attack.NewBuilder(table(t)).Add(s); estate.CodeOf(err) != estate.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := attack.NewBuilder(table(t)).Enter("nowhere", "a"); estate.CodeOf(err) != estate.CodeInvalid {
		t.Errorf("enter from nowhere: %v", err)
	}
}
