package graph_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stance-sec/stance/internal/estate/graph"
)

// random returns a graph with few enough edges to have several components.
func random(r *rand.Rand) *graph.Adjacency {
	nodes := 1 + r.IntN(30)
	var from, to []uint32
	var kinds []uint8
	for range r.IntN(3 * nodes) {
		from, to = append(from, r.Uint32N(uint32(nodes))), append(to, r.Uint32N(uint32(nodes)))
		kinds = append(kinds, uint8(r.IntN(3)))
	}
	return graph.NewAdjacency(nodes, from, to, kinds, nil)
}

// closure is who reaches whom, by Warshall.
func closure(a *graph.Adjacency, follow func(uint8) bool) [][]bool {
	n := a.Nodes()
	reach := make([][]bool, n)
	for i := range reach {
		reach[i] = make([]bool, n)
		reach[i][i] = true
		e := a.Out(uint32(i))
		for k, t := range e.Targets {
			reach[i][t] = reach[i][t] || follow(e.Kinds[k])
		}
	}
	for k := range n {
		for i := range n {
			for j := range n {
				reach[i][j] = reach[i][j] || reach[i][k] && reach[k][j]
			}
		}
	}
	return reach
}

func TestWalksAgreeWithTheClosure(t *testing.T) {
	t.Parallel()
	follow := func(kind uint8) bool { return kind != 1 }
	for seed := range uint64(300) {
		a := random(rand.New(rand.NewPCG(seed, 7)))
		want := closure(a, follow)
		back := a.Reverse()
		for i := range uint32(a.Nodes()) {
			forward, backward := graph.Reach(a, []uint32{i}, follow), graph.Reach(back, []uint32{i}, follow)
			for j := range uint32(a.Nodes()) {
				if forward.Has(j) != want[i][j] || backward.Has(j) != want[j][i] {
					t.Fatalf("seed %d: from %d to %d: forward %v, backward %v", seed, i, j, forward.Has(j), backward.Has(j))
				}
				way := graph.Shortest(a, i, j, follow)
				if (way != nil) != want[i][j] || way != nil && !isWay(a, way, i, j, follow) {
					t.Fatalf("seed %d: way from %d to %d: %v", seed, i, j, way)
				}
			}
		}
	}
}

func isWay(a *graph.Adjacency, way []uint32, from, to uint32, follow func(uint8) bool) bool {
	for i := range len(way) - 1 {
		e := a.Out(way[i])
		if !slices.ContainsFunc(indexes(e.Targets), func(k int) bool { return e.Targets[k] == way[i+1] && follow(e.Kinds[k]) }) {
			return false
		}
	}
	return way[0] == from && way[len(way)-1] == to
}

func indexes(s []uint32) []int {
	all := make([]int, len(s))
	for i := range all {
		all[i] = i
	}
	return all
}

func TestComponentsAreWhoReachesEachOther(t *testing.T) {
	t.Parallel()
	all := func(uint8) bool { return true }
	for seed := range uint64(300) {
		a := random(rand.New(rand.NewPCG(seed, 9)))
		reach := closure(a, all)
		of, count := graph.Components(a)
		for i := range of {
			if int(of[i]) >= count {
				t.Fatalf("seed %d: component %d of %d", seed, of[i], count)
			}
			for j := range of {
				if same := reach[i][j] && reach[j][i]; same != (of[i] == of[j]) {
					t.Fatalf("seed %d: %d and %d reach each other: %v, components %d and %d", seed, i, j, same, of[i], of[j])
				}
				if reach[i][j] && of[i] < of[j] {
					t.Fatalf("seed %d: %d leads to %d but its component has the lower number", seed, i, j)
				}
			}
		}
	}
}

func TestDeepGraphsAreWalked(t *testing.T) {
	t.Parallel()
	const depth = 200_000
	from, to := make([]uint32, depth), make([]uint32, depth)
	for i := range uint32(depth) {
		from[i], to[i] = i, i+1
	}
	if _, count := graph.Components(graph.NewAdjacency(depth+1, from, to, nil, nil)); count != depth+1 {
		t.Errorf("a line of %d nodes has %d components", depth+1, count)
	}
}
