package bench_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/app"
	"github.com/stance-sec/stance/internal/bench"
	"github.com/stance-sec/stance/internal/service/scan"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/catalog"
	"github.com/stance-sec/stance/internal/source/collect"
	"github.com/stance-sec/stance/internal/store/run"
)

// small is an organisation that is read in seconds.
func small() *bench.Cloud {
	return &bench.Cloud{
		Accounts: 3, Regions: []string{"eu-west-1", "sa-east-1", bench.Home}, Seed: 1, Throttled: 10, Broken: 5, Closed: bench.AccountID(2), Dead: "sa-east-1",
		Content:    bench.Content{Buckets: 4, Roles: 120, Instances: 6, Volumes: 600, Groups: 12, Databases: 3, Functions: 4},
		Denied:     map[string]string{bench.AccountID(1): "kms"},
		MinLatency: time.Millisecond, MaxLatency: 3 * time.Millisecond,
	}
}

// large is the organisation of the model: accounts in 17 regions and one that does not
// answer, a quarter of them in use. Every fifth account refuses a service, one cannot be
// entered.
func large(accounts int) *bench.Cloud {
	const dead = "me-south-1"
	c := &bench.Cloud{
		Accounts: accounts, Regions: append(slices.Clone(bench.Regions), dead), Dead: dead,
		Seed: 1, Throttled: 10, Broken: 5, Closed: bench.AccountID(accounts - 1),
		Content:    bench.Content{Buckets: 37, Roles: 180, Instances: 200, Volumes: 1000, Groups: 300, Databases: 40, Functions: 75},
		Denied:     map[string]string{},
		MinLatency: 20 * time.Millisecond, MaxLatency: 150 * time.Millisecond,
	}
	for i := 2; i < accounts-1; i += 5 {
		c.Denied[bench.AccountID(i)] = []string{"kms", "sqs", "rds", "lambda"}[i/5%4]
	}
	return c
}

// reading is what a child process does: read the organisation at Endpoint into Dir, all
// services unless some are named. After is an earlier run, after which what was empty is
// left out as with --quick, but for the types that are always read.
type reading struct {
	Endpoint, Dir    string
	Services, Always []string
	After            string
	Workers          int
}

// took is what it took.
type took struct {
	Wall  time.Duration
	Usage bench.Usage
}

// read scans the organisation as `stance scan aws --org` does.
func read(t testing.TB, r reading) took {
	t.Helper()
	start := time.Now()
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Minute)
	defer stop()
	connector, err := aws.Open(ctx, aws.Options{Endpoint: r.Endpoint, Role: "StanceAudit"})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := connector.Plan(ctx, catalog.Kinds(), aws.Selection{Org: true, Services: r.Services})
	if err != nil {
		t.Fatal(err)
	}
	if r.After != "" {
		thin(t, &plan, r)
	}
	w, err := run.Create(r.Dir, run.Meta{Tool: "stance", Version: "bench", Started: bench.Now()})
	if err != nil {
		t.Fatal(err)
	}
	if err := (scan.Reading{Workers: r.Workers, Now: time.Now}).Into(ctx, plan, w); err != nil {
		t.Fatal(err)
	}
	return took{Wall: time.Since(start), Usage: bench.OwnUsage()}
}

// thin leaves out of the plan what the earlier run found empty.
func thin(t testing.TB, plan *collect.Plan, r reading) {
	t.Helper()
	before, err := run.Open(r.After)
	if err != nil {
		t.Fatal(err)
	}
	defer before.Close()
	usage := &scan.Usage{Empty: map[string]time.Time{}}
	usage.Learn(before.Coverage())
	usage.Thin(plan, func(kind string) bool { return slices.Contains(r.Always, kind) }, time.Now())
}

// always returns the types that are read in every region also with --quick: those that
// exist in each, and those that checks look for.
func always(t testing.TB) []string {
	t.Helper()
	library, _, err := app.Checks{}.Library()
	if err != nil {
		t.Fatal(err)
	}
	types := library.Collections()
	for _, info := range app.AWSInfos() {
		if info.Always {
			types = append(types, info.Name)
		}
	}
	return types
}

// environment takes away what the SDK would find on this machine.
func environment(t testing.TB) {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "AKIA" + bench.AccountID(0) + "BENCH", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "", "AWS_PROFILE": "",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": bench.Home,
		"AWS_ENDPOINT_URL": "",
	} {
		t.Setenv(name, value)
	}
}

// TestReadOrganisation reads a small organisation with everything that goes wrong in a
// large one, and accounts for every scope.
func TestReadOrganisation(t *testing.T) {
	environment(t)
	cloud := small()
	endpoint := cloud.Start()
	defer cloud.Stop()
	whole := reading{Endpoint: endpoint, Dir: filepath.Join(t.TempDir(), "run")}
	spent := read(t, whole)
	tally := cloud.Tally()
	account(t, cloud, whole, tally)
	t.Logf("%s, %+v", spent.Wall.Round(time.Millisecond), tally)

	quick := reading{Endpoint: endpoint, Dir: filepath.Join(t.TempDir(), "quick"), After: whole.Dir, Always: always(t)}
	read(t, quick)
	again := cloud.Tally()
	again.Calls -= tally.Calls
	account(t, cloud, quick, again)
	again.Lost -= tally.Lost
	// how often a region that does not answer is tried is chance
	if quick, whole := again.Calls-again.Lost, tally.Calls-tally.Lost; quick > whole*3/4 {
		t.Errorf("the quick scan made %d calls after %d", quick, whole)
	}
}

// TestReadingJob is the child process of BenchmarkOrganisation.
func TestReadingJob(t *testing.T) {
	bench.Serve(t, func(r reading) took { return read(t, r) })
}

// BenchmarkOrganisation reads organisations of 10 and 50 accounts over all regions, whole
// and then quickly, each in a process of its own, and accounts for every scope.
func BenchmarkOrganisation(b *testing.B) {
	if testing.Short() {
		b.Skip("it takes minutes")
	}
	environment(b)
	types := always(b)
	for _, accounts := range []int{10, 50} {
		dir, runs := b.TempDir(), 0
		next := func() string { runs++; return filepath.Join(dir, fmt.Sprint(runs)) }
		var whole string
		b.Run(fmt.Sprintf("%dx%d", accounts, len(bench.Regions)), func(b *testing.B) {
			for b.Loop() {
				whole = next()
				measure(b, large(accounts), reading{Dir: whole})
			}
		})
		b.Run(fmt.Sprintf("%dx%d-quick", accounts, len(bench.Regions)), func(b *testing.B) {
			for b.Loop() {
				measure(b, large(accounts), reading{Dir: next(), After: whole, Always: types})
			}
		})
	}
}

// BenchmarkWorkers reads an organisation of 10 accounts with so many scopes at once.
func BenchmarkWorkers(b *testing.B) {
	if testing.Short() {
		b.Skip("it takes minutes")
	}
	environment(b)
	for _, workers := range []int{32, 64, 128, 256} {
		b.Run(fmt.Sprint(workers), func(b *testing.B) {
			for b.Loop() {
				measure(b, large(10), reading{Dir: filepath.Join(b.TempDir(), "run"), Workers: workers})
			}
		})
	}
}

func measure(b *testing.B, cloud *bench.Cloud, r reading) {
	b.Helper()
	r.Endpoint = cloud.Start()
	spent := bench.Child[reading, took](b, "TestReadingJob", r)
	tally := cloud.Tally()
	cloud.Stop()
	report(b, spent, tally, account(b, cloud, r, tally))
}

// BenchmarkDeadRegion reads a small organisation of which one region takes connections and
// cuts them without an answer, or holds them for longer than anybody waits.
func BenchmarkDeadRegion(b *testing.B) {
	if testing.Short() {
		b.Skip("it waits for retries")
	}
	environment(b)
	for name, hang := range map[string]time.Duration{"cuts": 0, "hangs": time.Hour} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				cloud := small()
				cloud.Hang = hang
				r := reading{Endpoint: cloud.Start(), Dir: filepath.Join(b.TempDir(), "run")}
				spent := read(b, r)
				tally := cloud.Tally()
				cloud.Stop()
				report(b, spent, tally, account(b, cloud, r, tally))
				b.ReportMetric(float64(tally.Lost), "lost")
			}
		})
	}
}

func report(b *testing.B, spent took, tally bench.Tally, resources int) {
	b.ReportMetric(spent.Wall.Seconds(), "wall-s")
	b.ReportMetric(spent.Usage.CPU.Seconds(), "cpu-s")
	b.ReportMetric(float64(spent.Usage.Peak)/(1<<20), "peak-MiB")
	b.ReportMetric(float64(tally.Calls), "calls")
	b.ReportMetric(float64(resources), "resources")
	b.ReportMetric(float64(tally.OverLimit), "over-limit")
	b.ReportMetric(float64(tally.AtRandom), "throttled-at-random")
	b.ReportMetric(tally.FloorOfBudget.Seconds(), "floor-s")
	b.ReportMetric(0, "ns/op")
	b.Logf("%+v", tally)
}
