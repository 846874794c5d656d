package query_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/query"
	"github.com/stance-sec/stance/internal/estate"
)

const (
	million = 1_000_000
	fanOut  = 5
)

// large is a graph of 1 million resources and 5 million edges, every fifth of them a step
// of an attacker.
func large(b *testing.B) *query.Graph {
	r, builder := rand.New(rand.NewPCG(1, 1)), query.NewBuilder()
	name := func(i int) string {
		return fmt.Sprintf("arn:aws:service:eu-west-1:111122223333:thing/%07d", i)
	}
	types := []string{"aws_instance", "aws_iam_role", "aws_s3_bucket", "aws_db_instance", "aws_subnet"}
	for range 40 {
		builder.Step(query.Step{From: "entry:internet", To: name(r.IntN(million)), Kind: "internet-exposed", Label: "the internet reaches it"})
	}
	for range million {
		builder.Step(query.Step{From: name(r.IntN(million)), To: name(r.IntN(million)), Kind: "reads-data", Unsure: r.IntN(3) == 0})
	}
	builder.Add(&query.Resource{Ref: estate.Ref{ID: "entry:internet", Type: query.Internet, Name: query.Internet}})
	for i := range million {
		res := &query.Resource{Ref: estate.Ref{ID: name(i), Name: fmt.Sprintf("%07d", i), Type: types[i%len(types)], Account: "111122223333"}}
		res.Attributes = []query.Attribute{{Name: "data.class", Value: []string{"restricted", "public"}[r.IntN(2)]}}
		for range fanOut - 1 {
			res.Relations = append(res.Relations, estate.Relation{Kind: estate.MemberOf, Target: name(r.IntN(million))})
		}
		builder.Add(res)
	}
	g, err := builder.Graph()
	if err != nil {
		b.Fatal(err)
	}
	return g
}

// BenchmarkGraph makes it, and reports what it holds.
func BenchmarkGraph(b *testing.B) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var g *query.Graph
	for b.Loop() {
		g = large(b)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/million, "MB")
	runtime.KeepAlive(g)
}

// BenchmarkAsk asks a graph of 1 million resources and 5 million edges, some of it with
// queries that try to take long.
func BenchmarkAsk(b *testing.B) {
	g := large(b)
	for name, text := range map[string]string{
		"internet-to-data": `internet -> * -> aws_s3_bucket where data.class == restricted`,
		"twenty-hops":      `internet -> *..20 -> aws_s3_bucket where data.class == restricted`,
		"everything":       `any -*-> *1..20 -*-> any limit 10000`,
		"to-one":           `any -*-> *1..20 -*-> "0000001" limit 10000`,
		"far":              `any -*-> *9..20 -*-> any`,
		"chain":            `any -*-> * -*-> any -*-> * -*-> any -*-> * -*-> any -*-> * -*-> any`,
		"never":            `any a -*-> any b -*-> any c where a.id == c.id`,
		"nothing":          `any a -*-> * -*-> any b where a.name == "x" or b.name == "y"`,
	} {
		q, err := query.Parse(text, vocabulary(), nil)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				a, err := g.Ask(b.Context(), q)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(a.Paths)), "paths")
				if a.Stopped {
					b.ReportMetric(1, "stopped")
				}
			}
		})
	}
}
