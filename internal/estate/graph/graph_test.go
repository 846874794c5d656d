package graph_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/graph"
)

// world is a graph as plain maps: the definition to hold the arrays against.
type world map[string]node

type node struct {
	typ, account string
	relations    []graph.Relation
}

func (w world) change(r *rand.Rand, size int) (id string, n node, removed bool) {
	id = fmt.Sprintf("id-%d", r.IntN(size))
	if r.IntN(5) == 0 {
		delete(w, id)
		return id, node{}, true
	}
	n = node{typ: fmt.Sprintf("type-%d", r.IntN(3)), account: fmt.Sprint(r.IntN(4))}
	for range r.IntN(5) {
		n.relations = append(n.relations, graph.Relation{
			Kind: []estate.RelationKind{estate.RunsAs, estate.MemberOf, estate.GuardedBy}[r.IntN(3)],
			// Some targets are never put.
			Target: fmt.Sprintf("id-%d", r.IntN(size+5)), Evidence: r.Uint32N(3),
		})
	}
	w[id] = n
	return id, n, false
}

func put(t *testing.T, g *graph.Graph, id string, n node) {
	t.Helper()
	if err := g.Put(graph.Resource{ID: id, Type: n.typ, Account: n.account}, n.relations); err != nil {
		t.Fatal(err)
	}
}

// lines writes all that a snapshot says, in an order that does not depend on numbers.
func lines(s *graph.Snapshot) []string {
	var all []string
	for n := range uint32(s.Nodes()) {
		r, present := s.Resource(n)
		if present {
			all = append(all, fmt.Sprintf("%s is %s in %s", r.ID, r.Type, r.Account))
		}
		edges := func(arrow string, e graph.Edges) {
			for i, other := range e.Targets {
				evidence := uint32(0)
				if e.Evidence != nil {
					evidence = e.Evidence[i]
				}
				all = append(all, fmt.Sprintf("%s %s %s %s %d", r.ID, arrow, s.KindName(e.Kinds[i]), s.ID(other), evidence))
			}
		}
		edges("->", s.Out(n))
		edges("<-", s.In(n))
	}
	slices.Sort(all)
	return all
}

func (w world) lines() []string {
	var all []string
	for id, n := range w {
		all = append(all, fmt.Sprintf("%s is %s in %s", id, n.typ, n.account))
		for _, e := range n.relations {
			all = append(all, fmt.Sprintf("%s -> %s %s %d", id, e.Kind, e.Target, e.Evidence),
				fmt.Sprintf("%s <- %s %s %d", e.Target, e.Kind, id, e.Evidence))
		}
	}
	slices.Sort(all)
	return all
}

// rebuilt is the same world put into a new graph at once.
func (w world) rebuilt(t *testing.T) *graph.Snapshot {
	g := graph.New()
	for _, id := range slices.Sorted(maps.Keys(w)) {
		put(t, g, id, w[id])
	}
	return g.Snapshot()
}

func TestIncrementalEqualsRebuilt(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		size := 3 + r.IntN(60)
		w, g := world{}, graph.New()
		type kept struct {
			snapshot *graph.Snapshot
			lines    []string
		}
		var earlier []kept
		for step := range 200 {
			id, n, removed := w.change(r, size)
			if removed {
				g.Remove(id)
			} else {
				put(t, g, id, n)
			}
			if r.IntN(4) > 0 {
				continue
			}
			s := g.Snapshot()
			got := lines(s)
			if want := w.lines(); !slices.Equal(got, want) {
				t.Fatalf("seed %d, step %d: the graph says\n%v\nwant\n%v", seed, step, got, want)
			}
			if want := lines(w.rebuilt(t)); !slices.Equal(got, want) {
				t.Fatalf("seed %d, step %d: incremental\n%v\nrebuilt\n%v", seed, step, got, want)
			}
			earlier = append(earlier, kept{s, got})
		}
		for _, k := range earlier {
			if got := lines(k.snapshot); !slices.Equal(got, k.lines) {
				t.Fatalf("seed %d: a snapshot changed after it was taken", seed)
			}
		}
	}
}

func TestSnapshotAnswersForEveryId(t *testing.T) {
	t.Parallel()
	g := graph.New()
	put(t, g, "a", node{typ: "x", account: "1", relations: []graph.Relation{{Kind: estate.RunsAs, Target: "gone"}}})
	s := g.Snapshot()
	n, ok := s.Find("gone")
	if _, present := s.Resource(n); !ok || present {
		t.Errorf("what is only pointed at: found %v, present %v, want found and absent", ok, present)
	}
	if _, ok := s.Find("never named"); ok {
		t.Error("an id that nobody named was found")
	}
	for i := range 100 {
		put(t, g, fmt.Sprint("later ", i), node{})
	}
	for i := range 100 {
		if _, ok := s.Find(fmt.Sprint("later ", i)); ok {
			t.Fatal("a snapshot finds what was put after it")
		}
	}
	if k, ok := s.Kind(estate.RunsAs); !ok || s.KindName(k) != estate.RunsAs {
		t.Errorf("kind of runs-as = %d, %v", k, ok)
	}
	if _, ok := s.Kind(estate.LogsTo); ok {
		t.Error("a kind without an edge has a number")
	}
	if e := s.Out(99); len(e.Targets) != 0 {
		t.Errorf("edges of a node out of range: %v", e)
	}
}

func TestTooManyKindsAreRefused(t *testing.T) {
	t.Parallel()
	g := graph.New()
	for i := range 256 {
		put(t, g, "a", node{relations: []graph.Relation{{Kind: estate.RelationKind(fmt.Sprint(i)), Target: "b"}}})
	}
	err := g.Put(graph.Resource{ID: "c"}, []graph.Relation{{Kind: "one too many", Target: "b"}})
	if estate.CodeOf(err) != estate.CodeInvalid {
		t.Fatalf("put with the 257th kind: %v", err)
	}
	if _, ok := g.Snapshot().Find("c"); ok {
		t.Error("the refused resource is in the graph")
	}
}

func TestSnapshotsAreReadWhileTheGraphChanges(t *testing.T) {
	t.Parallel()
	r, w, g := rand.New(rand.NewPCG(1, 2)), world{}, graph.New()
	done := make(chan []string)
	const rounds = 40
	for range rounds {
		id, n, _ := w.change(r, 50)
		put(t, g, id, n)
		s := g.Snapshot()
		go func() { done <- lines(s) }()
	}
	for range rounds {
		<-done
	}
}
