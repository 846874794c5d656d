package compile_test

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/analysis/identity/compile"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/analysis/identity/reference"
)

func (c *company) relate() *compile.Relations {
	return compile.Relate(c.index, compile.Capabilities(), c.things, func(t *compile.Thing) (decide.Resource, [][]decide.Source) { return c.resource(t), nil })
}

func TestCapabilitiesAreActionsOfAWS(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	classes := []string{"assume", "pass", "policy", "credential", "run", "read", "write", "key", "guard"}
	for _, c := range compile.Capabilities() {
		if _, known := reference.Load().Lookup(c.Action); !known {
			t.Errorf("%s is no action", c.Action)
		}
		key := c.Kind + " " + c.Action
		if seen[key] || !slices.Contains(classes, c.Class) {
			t.Errorf("%s %s stands twice, or its class is not one of %v", c.Class, key, classes)
		}
		seen[key] = true
	}
	if len(seen) < 150 {
		t.Errorf("%d capabilities", len(seen))
	}
}

// edgesByHand asks about every principal, capability and thing.
func (c *company) edgesByHand(thing int, index *compile.Index) []compile.Edge {
	var list []compile.Edge
	for i, capability := range compile.Capabilities() {
		t := c.things[thing]
		if capability.Kind != t.Kind {
			continue
		}
		r := c.resource(&t)
		r.ARN += capability.Suffix
		for _, h := range index.WhoCan(c.compiler.Target(capability.Action, r, nil), nil) {
			list = append(list, compile.Edge{Capability: int32(i), Number: h.Number, Outcome: h.Outcome})
		}
	}
	return list
}

func (c *company) compare(t *testing.T, r *compile.Relations) {
	t.Helper()
	edges := 0
	for i := range c.things {
		got, want := r.Edges(i), c.edgesByHand(i, c.index)
		edges += len(want)
		if !slices.Equal(got, want) {
			t.Fatalf("%s: %d edges, want %d", c.things[i].ARN, len(got), len(want))
		}
	}
	if edges < len(c.things) {
		t.Errorf("%d edges to %d things", edges, len(c.things))
	}
}

// TestRelationsAreThoseOfEachThing holds classes against single things, before and after
// a policy changed.
func TestRelationsAreThoseOfEachThing(t *testing.T) {
	t.Parallel()
	c := newCompany(t, size{accounts: 3, principals: 120, sets: 15, resources: 1500})
	r := c.relate()
	r.All(2)
	c.compare(t, r)
	if r.Classes() >= len(c.things) {
		t.Errorf("%d classes of %d things", r.Classes(), len(c.things))
	}
	for round := range 4 {
		r.Update(c.change(round))
		c.compare(t, r)
	}
}

// change gives the application of a number another policy, and returns who holds it.
func (c *company) change(round int) []int32 {
	app := fmt.Sprint("app-", round)
	statements := []string{
		`{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::app-1-1*"},{"Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::*/secret*"}`,
		`{"Effect":"Allow","Action":"*","Resource":"*"}`,
		`{"Effect":"Allow","Action":["kms:Decrypt","sts:AssumeRole"],"Resource":"arn:aws:*:*:*:*/app-2-*7*"}`,
		`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::app-?-${aws:username}/*"}`,
	}
	changed := c.policy(app+"-changed", statements[round%len(statements)]+fmt.Sprintf(`,{"Effect":"Allow","Action":"dynamodb:Scan","Resource":"arn:aws:dynamodb:*:*:table/app-%d*"}`, round))
	var numbers []int32
	for n := range c.layers {
		if own := c.layers[n].Identity; len(own) == 1 && own[0].Name == app {
			c.layers[n].Identity = []decide.Source{changed}
			c.index.Replace(int32(n), c.compiler.Set(c.layers[n]))
			numbers = append(numbers, int32(n))
		}
	}
	return numbers
}

// BenchmarkRelations works out all capabilities of the large company, then those that
// change with one policy.
func BenchmarkRelations(b *testing.B) {
	c := newCompany(b, large())
	for b.Loop() {
		start := time.Now()
		r := c.relate()
		classified := time.Since(start)
		r.All(runtime.GOMAXPROCS(0))
		b.ReportMetric(time.Since(start).Seconds(), "cold-s")
		b.ReportMetric(classified.Seconds(), "classes-s")
		b.ReportMetric(float64(r.Classes()), "classes")
		b.ReportMetric(float64(r.Count()), "edges")
		start = time.Now()
		numbers := c.change(2)
		r.Update(numbers)
		b.ReportMetric(time.Since(start).Seconds(), "update-s")
		b.ReportMetric(float64(len(numbers)), "changed")
	}
}
