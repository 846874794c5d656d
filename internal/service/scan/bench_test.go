package scan_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/analysis/enrich"
	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/bench"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/picture"
	"github.com/stance-sec/stance/internal/service/scan"
	"github.com/stance-sec/stance/internal/store/run"
	"github.com/stance-sec/stance/paths"
)

// job is what a child process does: write an estate into Dir, or judge the run there.
type job struct {
	Dir string
	// Resources and Accounts are set to write.
	Resources, Accounts int
	// Twenty judges with twenty checks for each resource, instead of the whole library.
	Twenty bool
	// Failing makes findings only of what fails or is unknown, as --only-failing does.
	Failing bool
	// Issues draws the picture and makes issues of the findings.
	Issues bool
}

// outcome is what it took.
type outcome struct {
	Resources, Evaluations, Findings int
	Wall                             time.Duration
	Usage                            bench.Usage
	Issues, Fixes, LeftOut           int
	// Drawing is how long the picture took.
	Drawing time.Duration
}

func (o outcome) report(b *testing.B) {
	b.ReportMetric(float64(o.Resources)/o.Wall.Seconds(), "resources/s")
	b.ReportMetric(o.Usage.CPU.Seconds(), "cpu-s")
	b.ReportMetric(o.Wall.Seconds(), "wall-s")
	b.ReportMetric(float64(o.Usage.Peak)/(1<<20), "peak-MiB")
	if o.Evaluations > 0 {
		b.ReportMetric(float64(o.Evaluations)/o.Usage.CPU.Seconds(), "evals/cpu-s")
		b.ReportMetric(float64(o.Evaluations)/float64(o.Resources), "evals/resource")
	}
	if o.Issues > 0 {
		b.ReportMetric(o.Drawing.Seconds(), "drawing-s")
		b.ReportMetric(float64(o.Issues), "issues")
		b.ReportMetric(float64(o.LeftOut), "left-out")
	}
	b.ReportMetric(0, "ns/op") // wall-s is meant
}

// sizes are the estates; the largest two are left out of -short.
var sizes = []struct {
	name                string
	resources, accounts int
}{{"10k", 10_000, 5}, {"100k", 100_000, 20}, {"1M", 1_000_000, 50}}

// BenchmarkEstate writes estates into saved runs and judges them, each in a process of
// its own, so that the peak of memory is that of the one step.
func BenchmarkEstate(b *testing.B) {
	for _, size := range sizes {
		if testing.Short() && size.resources > 10_000 {
			continue
		}
		dir := filepath.Join(b.TempDir(), "run")
		write := job{Dir: dir, Resources: size.resources, Accounts: size.accounts}
		b.Run(size.name+"/write", func(b *testing.B) { measure(b, write) })
		b.Run(size.name+"/judge-20-checks", func(b *testing.B) { measure(b, job{Dir: dir, Twenty: true, Failing: true}) })
		b.Run(size.name+"/judge-20-checks-all-findings", func(b *testing.B) { measure(b, job{Dir: dir, Twenty: true}) })
		b.Run(size.name+"/judge-all-checks", func(b *testing.B) { measure(b, job{Dir: dir, Failing: true}) })
		b.Run(size.name+"/judge-all-checks-issues", func(b *testing.B) { measure(b, job{Dir: dir, Failing: true, Issues: true}) })
	}
}

func measure(b *testing.B, j job) {
	var last outcome
	for b.Loop() {
		if j.Resources > 0 {
			if err := os.RemoveAll(j.Dir); err != nil {
				b.Fatal(err)
			}
		}
		last = bench.Child[job, outcome](b, "TestBenchmarkJob", j)
	}
	last.report(b)
}

// TestBenchmarkJob is the child process of BenchmarkEstate.
func TestBenchmarkJob(t *testing.T) {
	bench.Serve(t, func(j job) outcome {
		scan.TuneMemory(os.Getenv) // as the program does
		if file := os.Getenv("STANCE_BENCH_PROFILE"); file != "" {
			defer profile(t, file)()
		}
		if j.Resources > 0 {
			return writeEstate(t, j)
		}
		return judgeEstate(t, j)
	})
}

func profile(t *testing.T, name string) func() {
	t.Helper()
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		t.Fatal(err)
	}
	return func() {
		pprof.StopCPUProfile()
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	}
}

func writeEstate(t testing.TB, j job) outcome {
	t.Helper()
	start := time.Now()
	w, err := run.Create(j.Dir, run.Meta{Tool: "stance", Version: "bench", Started: bench.Now()})
	if err != nil {
		t.Fatal(err)
	}
	if err := (bench.Estate{Resources: j.Resources, Accounts: j.Accounts, Seed: 1, Workers: runtime.GOMAXPROCS(0)}).Write(w); err != nil {
		t.Fatal(err)
	}
	if err := w.Finish(bench.Now()); err != nil {
		t.Fatal(err)
	}
	return outcome{Resources: j.Resources, Wall: time.Since(start), Usage: bench.OwnUsage()}
}

func judgeEstate(t testing.TB, j job) outcome {
	t.Helper()
	library := library(t, j.Twenty)
	drawn := ways(t, library, j.Issues)
	before, start := bench.OwnUsage(), time.Now()
	summary, handled := judge(t, j.Dir, library, j.Failing, drawn)
	o := outcome{Resources: summary.Resources, Findings: handled.findings, Wall: time.Since(start), Usage: bench.OwnUsage()}
	if drawn != nil {
		o.Issues, o.Fixes, o.LeftOut, o.Drawing = len(summary.Priorities.Issues), len(summary.Priorities.Fixes), drawn.LeftOut(), drawn.took
	}
	o.Usage.CPU -= before.CPU
	c := summary.Counts
	o.Evaluations = c.Pass + c.Fail + c.Unknown + c.NotApplicable
	return o
}

// timed tells how long the picture takes.
type timed struct {
	*picture.Priorities

	took time.Duration
}

func (p *timed) Ready(ctx context.Context, inventory scan.Inventory, overlay *enrich.Overlay) error {
	start := time.Now()
	defer func() { p.took = time.Since(start) }()
	return p.Priorities.Ready(ctx, inventory, overlay)
}

// ways is what the program makes issues with; nil when none are wanted.
func ways(t testing.TB, library *policy.Library, wanted bool) *timed {
	t.Helper()
	if !wanted {
		return nil
	}
	table, err := risk.Default()
	if err != nil {
		t.Fatal(err)
	}
	rules, err := escalate.Load(paths.FS, ".")
	if err != nil {
		t.Fatal(err)
	}
	return &timed{Priorities: &picture.Priorities{Table: table, Rules: rules, Checks: library.Checks(), Now: bench.Now()}}
}

func judge(t testing.TB, dir string, library *policy.Library, failing bool, drawn *timed) (output.Summary, *counter) {
	t.Helper()
	reader, err := run.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := reader.Close(); err != nil {
			t.Error(err)
		}
	}()
	j := &scan.Judge{Library: library, Now: bench.Now(), Workers: runtime.GOMAXPROCS(0), SkipPass: failing}
	if drawn != nil {
		j.Priorities = drawn
	}
	handled := &counter{}
	about := output.Run{Tool: "stance", Started: bench.Now(), Finished: bench.Now(), Checks: library.Checks()}
	summary, err := j.Run(context.Background(), reader, about, handled)
	if err != nil {
		t.Fatal(err)
	}
	return summary, handled
}

// counter is a report that only counts.
type counter struct{ scopes, findings int }

func (c *counter) Begin(output.Run) error         { return nil }
func (c *counter) Coverage(estate.Coverage) error { c.scopes++; return nil }
func (c *counter) Finding(*estate.Finding) error  { c.findings++; return nil }
func (c *counter) End(output.Summary) error       { return nil }
