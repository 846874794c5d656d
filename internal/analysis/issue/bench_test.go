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
