package attack_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/estate"
)

var loaded = sync.OnceValues(risk.Default)

func table(t testing.TB) *risk.Table {
	t.Helper()
	table, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// world is a small estate as plain lists: the definition to hold the model against.
type world struct {
	steps   []attack.Step
	enters  [][2]string
	targets []attack.Target
}

var kinds = []string{"internet-exposed", "exploit", "exploit-kev", "exploit-kev-ransomware", "runs-as", "assume-role", "reads-data", "leaked-credential", "anonymous-access", "escalate"}

// random returns a world of few nodes with steps in all directions, many of them of equal
// probability.
func random(seed uint64) world { return randomOf(seed, 9) }

// randomOf returns a world of fewer than most nodes.
func randomOf(seed uint64, most int) world {
	r := rand.New(rand.NewPCG(seed, 3))
	n := 2 + r.IntN(most-2)
	node := func() string { return fmt.Sprintf("n%d", r.IntN(n)) }
	var w world
	for range 2 + r.IntN(3*n) {
		s := attack.Step{From: node(), To: node(), Kind: kinds[r.IntN(len(kinds))]}
		if r.IntN(4) == 0 {
			s.From = attack.Entry([]string{attack.Internet, attack.AnyAccount, attack.InternalFoothold}[r.IntN(3)])
		}
		if r.IntN(2) == 0 {
			p := risk.Exactly(float64(1+r.IntN(9)) / 10)
			s.P = &p
		}
		for range r.IntN(3) {
			s.Fixes = append(s.Fixes, estate.FixKey(fmt.Sprintf("fix%d@resource:x", r.IntN(6))))
		}
		w.steps = append(w.steps, s)
	}
	for range r.IntN(3) {
		w.enters = append(w.enters, [2]string{attack.InternalFoothold, node()})
	}
	for i := range n {
		if r.IntN(2) == 0 {
			w.targets = append(w.targets, attack.Target{Node: fmt.Sprintf("n%d", i), Class: fmt.Sprint("class", i%2), Impact: impact(r)})
		}
	}
	return w
}

func impact(r *rand.Rand) risk.Impact {
	return risk.Impact{
		Data:        []string{"restricted", "internal", "none", ""}[r.IntN(4)],
		Privilege:   []string{"account-admin", "compute", "none", ""}[r.IntN(4)],
		Environment: []string{"production", "sandbox", ""}[r.IntN(3)],
		Criticality: []string{"critical", "low", ""}[r.IntN(3)],
	}
}

func (w world) model(t testing.TB) *attack.Model {
	t.Helper()
	b := attack.NewBuilder(table(t))
	for _, s := range w.steps {
		if err := b.Add(s); err != nil {
			t.Fatal(err)
		}
	}
	for _, e := range w.enters {
		if err := b.Enter(e[0], e[1]); err != nil {
			t.Fatal(err)
		}
	}
	for _, target := range w.targets {
		b.Target(target)
	}
	return b.Model()
}

// without returns the world after the changes.
func (w world) without(made ...estate.FixKey) world {
	w.steps = slices.DeleteFunc(slices.Clone(w.steps), func(s attack.Step) bool {
		return slices.ContainsFunc(s.Fixes, func(f estate.FixKey) bool { return slices.Contains(made, f) })
	})
	return w
}

// likeliest returns, for every node, the probability of the most probable way from the
// entries, by relaxing all steps until nothing changes.
func (w world) likeliest(table *risk.Table, entries []string) map[string]float64 {
	p := map[string]float64{}
	for _, e := range entries {
		n, _ := table.Entry(e)
		p[attack.Entry(e)] = n.Expected
	}
	for changed := true; changed; {
		changed = false
		relax := func(from, to string, chance float64) {
			if p[from]*chance > p[to]*(1+1e-12) {
				p[to], changed = p[from]*chance, true
			}
		}
		for _, e := range w.enters {
			relax(attack.Entry(e[0]), e[1], 1)
		}
		for _, s := range w.steps {
			relax(s.From, s.To, chance(table, s))
		}
	}
	return p
}

func chance(table *risk.Table, s attack.Step) float64 {
	if s.P != nil {
		return s.P.Expected
	}
	n, _ := table.Step(s.Kind)
	return n.Expected
}

// values returns the score of every target by the definition.
func (w world) values(table *risk.Table) map[string]float64 {
	all := w.likeliest(table, table.Entries())
	values := map[string]float64{}
	for _, t := range w.targets {
		i := table.Impact(t.Impact).Expected
		value := 100 * math.Sqrt(all[t.Node]*i)
		for _, f := range table.Floors() {
			entries := f.Entries
			if len(entries) == 0 {
				entries = table.Entries()
			}
			from := w.likeliest(table, entries)
			for _, s := range w.steps {
				if s.To == t.Node && slices.Contains(f.Steps, s.Kind) && from[s.From] > 0 && i > 0 && table.Lifts(f, t.Impact) {
					value = max(value, table.Least(f.Band))
				}
			}
		}
		values[t.Node] = value
	}
	return values
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-4 }
