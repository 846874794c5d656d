package scan_test

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/bench"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/scan"
	"github.com/stance-sec/stance/internal/store/run"
)

// recorder keeps what identifies each finding.
type recorder struct {
	counter
	seen []string
}

func (r *recorder) Finding(f *estate.Finding) error {
	r.seen = append(r.seen, f.Resource.ID+" "+f.Check+" "+f.Element+" "+string(f.Status))
	return nil
}

// TestFindingsDoNotDependOnWorkers judges an estate of three accounts, each with
// collections of its own, by one worker and by several.
func TestFindingsDoNotDependOnWorkers(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "run")
	writeEstate(t, job{Dir: dir, Resources: 900, Accounts: 3})
	checks := library(t, false)
	findings := func(workers int) []string {
		reader, err := run.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer reader.Close()
		all := &recorder{}
		j := &scan.Judge{Library: checks, Now: bench.Now(), Workers: workers}
		if _, err := j.Run(context.Background(), reader, output.Run{Checks: checks.Checks()}, all); err != nil {
			t.Fatal(err)
		}
		return all.seen
	}
	one, many := findings(1), findings(4)
	if len(one) < 10_000 || !slices.Equal(one, many) {
		t.Errorf("one worker found %d, four found %d, or in another order", len(one), len(many))
	}
}
