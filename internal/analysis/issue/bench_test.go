package issue_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/issue"
	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/estate"
)

// BenchmarkAdd takes findings that lie on no way, each of another resource. The memory
// reported is all that the collector keeps of them.
func BenchmarkAdd(b *testing.B) {
	table, err := risk.Default()
	if err != nil {
		b.Fatal(err)
	}
	source := &company{facts: map[string]issue.Facts{}}
	k := issue.NewCollector(table, attack.NewBuilder(table).Model().View(), check, source, issue.Options{})
	kept := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := kept()
	f := estate.Finding{Check: "database-encrypted", Severity: estate.Medium, Status: estate.Fail, Resource: estate.Ref{Account: "111"}}
	n := 0
	for b.Loop() {
		n++
		f.Key = fmt.Sprint("key ", n)
		f.Resource.ID = fmt.Sprint("resource ", n)
		k.Add(&f)
	}
	b.ReportMetric(float64(kept()-before)/1e6, "MB-kept")
	runtime.KeepAlive(k)
}

// BenchmarkNewCollector makes the issues of 5,000 ways through a machine and a role each,
// to 100,000 buckets.
func BenchmarkNewCollector(b *testing.B) {
	table, err := risk.Default()
	if err != nil {
		b.Fatal(err)
	}
	builder := attack.NewBuilder(table)
	add := func(from, to, kind, fix string) {
		if err := builder.Add(attack.Step{From: from, To: to, Kind: kind, Fixes: []estate.FixKey{estate.FixKey(fix)}}); err != nil {
			b.Fatal(err)
		}
	}
	const hosts, each = 5_000, 20
	for i := range hosts {
		host, role := fmt.Sprint("host/", i), fmt.Sprint("role/", i)
		add(attack.Entry(attack.Internet), host, "internet-exposed", fmt.Sprint("close@resource:", i/10))
		add(host, role, "runs-as", "detach@resource:"+host)
		for k := range each {
			bucket := fmt.Sprint("bucket/", i, "-", k)
			add(role, bucket, "reads-data", "narrow@resource:"+role)
			builder.Target(attack.Target{Node: bucket, Class: "restricted-data", Impact: customers})
		}
	}
	view := builder.Model().View()
	source := &company{facts: map[string]issue.Facts{}}
	for b.Loop() {
		r := issue.NewCollector(table, view, check, source, issue.Options{}).Result()
		if len(r.Issues) != 25 {
			b.Fatalf("%d issues", len(r.Issues))
		}
	}
}
