package graph_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/graph"
)

const (
	million = 1_000_000
	fanOut  = 5
)

func name(i int) string {
	return fmt.Sprintf("arn:aws:service:eu-west-1:111122223333:thing/%07d", i)
}

func randomEdges() (from, to []uint32, kinds []uint8) {
	r := rand.New(rand.NewPCG(1, 1))
	for range million * fanOut {
		from, to = append(from, r.Uint32N(million)), append(to, r.Uint32N(million))
		kinds = append(kinds, uint8(r.IntN(12)))
	}
	return from, to, kinds
}

// heap returns the bytes in use after a collection.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkArrays makes both directions of 1 million nodes and 5 million edges.
func BenchmarkArrays(b *testing.B) {
	from, to, kinds := randomEdges()
	before := heap()
	var out, in *graph.Adjacency
	for b.Loop() {
		out = graph.NewAdjacency(million, from, to, kinds, nil)
		in = out.Reverse()
	}
	b.ReportMetric(float64(heap()-before)/million, "MB")
	runtime.KeepAlive(from)
	runtime.KeepAlive(to)
	runtime.KeepAlive(kinds)
	runtime.KeepAlive(out)
	runtime.KeepAlive(in)
}

func BenchmarkReach(b *testing.B) {
	from, to, kinds := randomEdges()
	a := graph.NewAdjacency(million, from, to, kinds, nil)
	for b.Loop() {
		graph.Reach(a, []uint32{0}, nil)
	}
}

func BenchmarkComponents(b *testing.B) {
	from, to, kinds := randomEdges()
	a := graph.NewAdjacency(million, from, to, kinds, nil)
	for b.Loop() {
		graph.Components(a)
	}
}

// million resources with their names, put one by one.
func filled(b *testing.B) *graph.Graph {
	r, g := rand.New(rand.NewPCG(1, 1)), graph.New()
	relations := make([]graph.Relation, fanOut)
	for i := range million {
		for k := range relations {
			relations[k] = graph.Relation{Kind: estate.MemberOf, Target: name(r.IntN(million))}
		}
		if err := g.Put(graph.Resource{ID: name(i), Type: "aws_thing", Account: "111122223333"}, relations); err != nil {
			b.Fatal(err)
		}
	}
	return g
}

// BenchmarkPut includes the making of names, of 49 bytes each.
func BenchmarkPut(b *testing.B) {
	before := heap()
	var s *graph.Snapshot
	for b.Loop() {
		s = filled(b).Snapshot()
	}
	b.ReportMetric(float64(heap()-before)/million, "MB")
	runtime.KeepAlive(s)
}

// BenchmarkChange puts one changed resource among a million and takes a snapshot.
func BenchmarkChange(b *testing.B) {
	g := filled(b)
	g.Snapshot()
	r := rand.New(rand.NewPCG(2, 2))
	for b.Loop() {
		relation := []graph.Relation{{Kind: estate.MemberOf, Target: name(r.IntN(million))}}
		if err := g.Put(graph.Resource{ID: name(r.IntN(million)), Type: "aws_thing", Account: "111122223333"}, relation); err != nil {
			b.Fatal(err)
		}
		g.Snapshot()
	}
}
