package scan_test

import (
	"bytes"
	"cmp"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/bench"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store/run"
)

// cost is what one check takes on one resource.
type cost struct {
	check string
	each  time.Duration
}

// BenchmarkCheck measures each built-in check that judges a type of the synthetic estate
// alone, on a hundred resources of the type, and logs the dearest and the median.
func BenchmarkCheck(b *testing.B) {
	all := library(b, false)
	lines := samples(b)
	var costs []cost
	for b.Loop() {
		costs = costs[:0]
		for _, kind := range benchTypes {
			for _, c := range all.ForType(kind) {
				costs = append(costs, cost{c.ID, measureCheck(b, all, c.ID, lines[kind])})
			}
		}
	}
	slices.SortFunc(costs, func(x, y cost) int { return cmp.Compare(y.each, x.each) })
	for _, c := range costs[:15] {
		b.Logf("%8.1f µs  %s", float64(c.each.Nanoseconds())/1000, c.check)
	}
	b.ReportMetric(float64(costs[len(costs)/2].each.Nanoseconds()), "median-ns/check")
	b.ReportMetric(float64(len(costs)), "checks")
}

// measureCheck returns the time that it takes to read a resource and judge it by the check.
func measureCheck(b *testing.B, all *policy.Library, id string, lines [][]byte) time.Duration {
	b.Helper()
	one, err := all.Select([]string{id})
	if err != nil {
		b.Fatal(err)
	}
	e := one.NewEvaluator(bench.Now())
	e.SkipPass = true
	pass := func() time.Duration {
		start := time.Now()
		for _, line := range lines {
			if _, err := e.Evaluate(line, nil, nil, func(estate.Finding) error { return nil }); err != nil {
				b.Fatal(err)
			}
		}
		return time.Since(start)
	}
	pass()
	best := pass()
	for range 10 {
		best = min(best, pass())
	}
	return best / time.Duration(len(lines))
}

// samples returns a hundred resources of each type.
func samples(b *testing.B) map[string][][]byte {
	b.Helper()
	dir := filepath.Join(b.TempDir(), "run")
	writeEstate(b, job{Dir: dir, Resources: 20_000, Accounts: 1})
	reader, err := run.Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	defer reader.Close()
	lines := map[string][][]byte{}
	for _, scope := range reader.Scopes() {
		err := reader.Each(scope, func(line []byte) error {
			if len(lines[scope.Type]) < 100 {
				lines[scope.Type] = append(lines[scope.Type], bytes.Clone(line))
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return lines
}
