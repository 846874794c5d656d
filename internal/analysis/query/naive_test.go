package query_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/query"
	"github.com/stance-sec/stance/internal/estate"
)

// tuple is an answer of the naive evaluator.
type tuple struct {
	at   []int
	hops int
}

// answer tries every tuple of nodes.
func (m *model) answer(q *question) []tuple {
	var all []tuple
	var try func(at []int, hops int)
	try = func(at []int, hops int) {
		if len(at) == len(q.types) {
			if m.holds(q, at) != estate.No {
				all = append(all, tuple{slices.Clone(at), hops})
			}
			return
		}
		for n := range m.nodes {
			if kind := q.types[len(at)]; slices.Contains(at, n) || kind != "" && m.nodes[n].kind != kind {
				continue
			}
			if len(at) == 0 {
				try([]int{n}, 0)
				continue
			}
			h := q.hops[len(at)-1]
			if d := m.distance(h, at[len(at)-1], n, func(edge) bool { return true }); d >= h.min && d <= h.max {
				try(append(slices.Clone(at), n), hops+d)
			}
		}
	}
	try(nil, 0)
	slices.SortFunc(all, func(a, b tuple) int { return cmp.Or(cmp.Compare(a.hops, b.hops), slices.Compare(a.at, b.at)) })
	return all
}

const never = 1 << 20

// distance relaxes all edges until nothing changes.
func (m *model) distance(h hop, from, to int, pass func(edge) bool) int {
	d := make([]int, len(m.nodes))
	for i := range d {
		d[i] = never
	}
	d[from] = 0
	for range m.nodes {
		for _, e := range m.edges {
			if h.kind == "" && !e.step || h.kind != "" && h.kind != "*" && h.kind != e.kind || !pass(e) {
				continue
			}
			a, b := e.from, e.to
			if h.backwards {
				a, b = b, a
			}
			d[b] = min(d[b], d[a]+1)
		}
	}
	return d[to]
}

func (m *model) holds(q *question, at []int) estate.Tri {
	verdict := estate.Yes
	for _, w := range q.where {
		one := m.equal(&w, at)
		if w.negated {
			one = one.Not()
		}
		verdict = verdict.And(one)
	}
	return verdict
}

func (m *model) equal(w *where, at []int) estate.Tri {
	left := m.nodes[at[w.place]]
	right := w.value
	if w.other >= 0 {
		other := m.nodes[at[w.other]]
		if right = other.owner; !other.read {
			right = "?"
		}
	}
	text := left.owner
	if !left.read {
		text = "?"
	}
	switch {
	case w.other < 0 && text == "?":
		if right == "unknown" {
			return estate.Yes
		}
		return estate.Maybe
	case text == "?" || right == "?":
		return estate.Maybe
	case strings.TrimPrefix(text, "~") != strings.TrimPrefix(right, "~"):
		return estate.No
	case strings.HasPrefix(text, "~") || strings.HasPrefix(right, "~"):
		return estate.Maybe
	}
	return estate.Yes
}

// TestAgreesWithTryingEverything holds answers on small random graphs against an
// evaluator that tries every tuple.
func TestAgreesWithTryingEverything(t *testing.T) {
	t.Parallel()
	const rounds = 20000
	r := rand.New(rand.NewPCG(1, 2))
	found, perhaps := 0, 0
	for range rounds {
		m, q := randomModel(r), randomQuestion(r)
		parsed, err := query.Parse(q.text(), vocabulary(), nil)
		if err != nil {
			t.Fatal(q.text(), err)
		}
		got, err := m.graph(t).Ask(t.Context(), parsed)
		if err != nil {
			t.Fatal(err)
		}
		want := m.answer(q)
		if got.Stopped || got.More != (len(want) > q.limit) || len(got.Paths) != min(len(want), q.limit) {
			t.Fatalf("%s\n%+v\n%d paths, more %v; want %d", q.text(), m, len(got.Paths), got.More, len(want))
		}
		for i, p := range got.Paths {
			found++
			if len(p.Perhaps) > 0 {
				perhaps++
			}
			if complaint := m.check(q, want[i], &p); complaint != "" {
				t.Fatalf("%s\n%+v\npath %d %+v\nwant %v: %s", q.text(), m, i, p, want[i], complaint)
			}
		}
	}
	if t.Logf("%d paths, %d of them not sure", found, perhaps); found < rounds/2 || perhaps < found/20 || perhaps > found*19/20 {
		t.Error("the random graphs ask too little")
	}
}

// check says what is wrong with a path; empty for nothing.
func (m *model) check(q *question, want tuple, p *query.Path) string {
	unsure := m.holds(q, want.at) == estate.Maybe
	for i, n := range want.at {
		if p.Nodes[p.Named[i]].ID != m.nodes[n].id {
			return "another tuple"
		}
	}
	for i, h := range q.hops {
		from, to := want.at[i], want.at[i+1]
		certain := func(e edge) bool {
			head, end := e.to, want.at[len(want.at)-1]
			if h.backwards {
				end = want.at[0]
			}
			return !e.unsure && (!e.onward || head == end)
		}
		length := m.distance(h, from, to, certain)
		certainly := length <= h.max
		if !certainly {
			length, unsure = m.distance(h, from, to, func(edge) bool { return true }), true
		}
		steps := p.Steps[p.Named[i]:p.Named[i+1]]
		if len(steps) != length {
			return "another length"
		}
		pass := func(e edge) bool { return !certainly || certain(e) }
		for j, at := 1, from; j <= length; j++ {
			at = m.first(h, at, to, length-j, pass)
			if p.Nodes[p.Named[i]+j].ID != m.nodes[at].id {
				return "not the way whose ids come first"
			}
		}
		for j, s := range steps {
			at := p.Named[i] + j
			if s.Sure && !m.has(h, p.Nodes[at].ID, p.Nodes[at+1].ID, certain) || !m.has(h, p.Nodes[at].ID, p.Nodes[at+1].ID, func(e edge) bool { return e.kind == s.Kind }) || certainly && !s.Sure {
				return "a step that is not there"
			}
		}
	}
	if unsure != (len(p.Perhaps) > 0) {
		return "the mark is wrong"
	}
	return ""
}

// first returns the first node one hop away from which the end is so many hops away.
func (m *model) first(h hop, from, to, left int, pass func(edge) bool) int {
	for n := range m.nodes {
		if n != from && m.distance(h, from, n, pass) == 1 && m.distance(h, n, to, pass) == left {
			return n
		}
	}
	return from
}

func (m *model) has(h hop, from, to string, pass func(edge) bool) bool {
	if h.backwards {
		from, to = to, from
	}
	return slices.ContainsFunc(m.edges, func(e edge) bool {
		return m.nodes[e.from].id == from && m.nodes[e.to].id == to && pass(e) &&
			(h.kind == "" && e.step || h.kind == "*" || h.kind == e.kind)
	})
}
