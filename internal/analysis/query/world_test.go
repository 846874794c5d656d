package query_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/query"
	"github.com/stance-sec/stance/internal/estate"
)

// model is an estate in plain slices, of which a naive evaluator and a graph are made.
type model struct {
	nodes []node
	edges []edge
}

type node struct {
	id, kind string
	read     bool
	// owner is "" for none, "?" for unread, and has a ~ before it for a guess.
	owner string
}

type edge struct {
	from, to             int
	kind                 string
	step, unsure, onward bool
}

func world() *model {
	return &model{
		nodes: []node{{"e", "internet", true, ""}, {"i", "aws_instance", true, "ana"}, {"r", "aws_iam_role", true, "?"}, {"b", "aws_s3_bucket", true, "~ana"}, {"x", "", false, ""}},
		edges: []edge{{0, 1, "internet-exposed", true, false, true}, {1, 2, "runs-as", true, false, false}, {2, 3, "reads-data", true, true, false}, {1, 4, "member-of", false, false, false}},
	}
}

func randomModel(r *rand.Rand) *model {
	m := &model{}
	kinds := []string{"internet", "aws_instance", "aws_iam_role", "aws_s3_bucket"}
	owners := []string{"", "ana", "bo", "?", "~ana", "~bo"}
	for i := range 2 + r.IntN(7) {
		n := node{id: fmt.Sprintf("n%d", i), read: r.IntN(8) > 0}
		if n.read {
			n.kind, n.owner = kinds[r.IntN(len(kinds))], owners[r.IntN(len(owners))]
		}
		m.nodes = append(m.nodes, n)
	}
	edges := []string{"runs-as", "member-of", "reads-data"}
	for range r.IntN(3 * len(m.nodes)) {
		e := edge{from: r.IntN(len(m.nodes)), to: r.IntN(len(m.nodes)), kind: edges[r.IntN(len(edges))], step: r.IntN(3) > 0}
		if e.step {
			e.unsure, e.onward = r.IntN(4) == 0, r.IntN(4) == 0
		}
		if m.nodes[e.from].read || e.step {
			m.edges = append(m.edges, e)
		}
	}
	for i := range m.nodes { // what nothing leads to or from and nobody read is not in a graph
		n := &m.nodes[i]
		n.read = n.read || !slices.ContainsFunc(m.edges, func(e edge) bool { return e.from == i || e.to == i })
	}
	return m
}

// graph makes the graph of a model, with resources in an order of its own.
func (m *model) graph(t testing.TB) *query.Graph {
	t.Helper()
	b := query.NewBuilder()
	for _, e := range m.edges {
		if e.step {
			b.Step(query.Step{From: m.nodes[e.from].id, To: m.nodes[e.to].id, Kind: e.kind, Unsure: e.unsure, ThenUnsure: e.onward})
		}
	}
	for i, n := range slices.Backward(m.nodes) {
		if !n.read {
			continue
		}
		r := &query.Resource{Ref: estate.Ref{ID: n.id, Type: n.kind, Name: n.id}}
		switch {
		case n.owner == "?":
			r.Attributes = []query.Attribute{{Name: "owner", Certainty: query.Unread}}
		case strings.HasPrefix(n.owner, "~"):
			r.Attributes = []query.Attribute{{Name: "owner", Value: n.owner[1:], Certainty: query.Guessed}}
		case n.owner != "":
			r.Attributes = []query.Attribute{{Name: "owner", Value: n.owner}}
		}
		for _, e := range m.edges {
			if e.from == i && !e.step {
				r.Relations = append(r.Relations, estate.Relation{Kind: estate.RelationKind(e.kind), Target: m.nodes[e.to].id})
			}
		}
		b.Add(r)
	}
	g, err := b.Graph()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// question is a query as the naive evaluator takes it.
type question struct {
	types []string // "" for any
	hops  []hop
	where []where
	limit int
}

type hop struct {
	kind      string // "" for steps of attackers, * for all
	backwards bool
	min, max  int
}

type where struct {
	place   int
	negated bool
	value   string
	other   int // the place to compare with, or -1
}

func randomQuestion(r *rand.Rand) *question {
	q := &question{limit: 1 + r.IntN(30)}
	types := []string{"", "", "internet", "aws_instance", "aws_iam_role", "aws_s3_bucket"}
	kinds := []string{"", "", "*", "runs-as", "member-of", "reads-data"}
	for i := range 1 + r.IntN(4) {
		q.types = append(q.types, types[r.IntN(len(types))])
		if i == 0 {
			continue
		}
		h := hop{kind: kinds[r.IntN(len(kinds))], backwards: r.IntN(3) == 0, min: 1, max: 1}
		if r.IntN(2) == 0 {
			h.min = 1 + r.IntN(3)
			h.max = h.min + r.IntN(4)
		}
		q.hops = append(q.hops, h)
	}
	for range r.IntN(3) {
		w := where{place: r.IntN(len(q.types)), negated: r.IntN(2) == 0, value: []string{"ana", "bo", "unknown"}[r.IntN(3)], other: -1}
		if r.IntN(3) == 0 {
			w.other = r.IntN(len(q.types))
		}
		q.where = append(q.where, w)
	}
	return q
}

// text writes the question in the language.
func (q *question) text() string {
	var b strings.Builder
	for i, kind := range q.types {
		if i > 0 {
			b.WriteString(q.hops[i-1].text())
		}
		fmt.Fprintf(&b, " %s p%d", cmp.Or(kind, "any"), i)
	}
	for i, w := range q.where {
		right := w.value
		if w.other >= 0 {
			right = fmt.Sprintf("p%d.owner", w.other)
		}
		fmt.Fprintf(&b, " %s p%d.owner %s %s", []string{"where", "and"}[min(i, 1)], w.place, map[bool]string{true: "!=", false: "=="}[w.negated], right)
	}
	fmt.Fprintf(&b, " limit %d", q.limit)
	return b.String()
}

func (h hop) text() string {
	arrow := " ->"
	switch {
	case h.kind == "" && h.backwards:
		arrow = " <-"
	case h.backwards:
		arrow = " <-" + h.kind + "-"
	case h.kind != "":
		arrow = " -" + h.kind + "->"
	}
	if h.min == 1 && h.max == 1 {
		return arrow
	}
	return fmt.Sprintf("%s *%d..%d%s", arrow, h.min, h.max, arrow)
}
