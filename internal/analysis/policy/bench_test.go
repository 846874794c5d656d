package policy_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/estate"
)

// benchChecks are twenty checks of the kinds that a real library has: most read one
// or two settings, some go over rules, all pass on benchResource.
var benchChecks = []string{
	"resource.versioning",
	"has(resource.logging) && resource.logging.enabled",
	"resource.encrypted",
	"resource.size < params.limit",
	"resource.ratio <= 0.5",
	"resource.logging.target != ''",
	"resource.rules.all(r, r.port != 22 || !('0.0.0.0/0' in r.cidrs))",
	"resource.rules.all(r, r.port != 3389 || !('0.0.0.0/0' in r.cidrs))",
	"'owner' in resource.tags && resource.tags['owner'] != ''",
	"resource.age_days < 3650",
	"resource.region in ['eu-west-1', 'eu-central-1']",
	"!resource.name.startsWith('tmp-')",
	"size(resource.regions) > 1",
	"!(resource.note.contains('password'))",
	"resource.settings['mode'] == 'strict'",
	"days_since(resource.rotated) < 90",
	"!has(resource.logging.depth) || resource.logging.depth.level > 1",
	"resource.account != '999999999999' || resource.versioning",
	"resource.rules.exists(r, r.port == 443)",
	"resource.size >= 0 && resource.size < 1000000 && resource.versioning && resource.logging.enabled",
}

func benchLibrary(b testing.TB) *policy.Library {
	checks := map[string]string{}
	for i, expr := range benchChecks {
		checks[fmt.Sprintf("c%02d", i)] = "params: {limit: {type: int, default: 100000}}\nassert:\n  - expr: |\n      " + expr + "\n"
	}
	return mustCompile(b, checks, policy.Options{})
}

func benchResource(b testing.TB) []byte {
	created := testNow.AddDate(0, 0, -400)
	rotated := testNow.AddDate(0, 0, -30)
	config := bucket{
		Versioning: true, Encrypted: estate.Yes, Size: 5000, Ratio: 0.25, Note: strings.Repeat("n", 200), Rotated: &rotated,
		Logging: &logging{Enabled: true, Target: "central-logs", Depth: &depth{Level: 2}},
		Regions: []string{"eu-west-1", "eu-central-1"}, Settings: map[string]string{"mode": "strict", "other": "value"},
	}
	for i := range 6 {
		config.Rules = append(config.Rules, rule{Port: 443 + i, CIDRs: []string{"10.0.0.0/8", fmt.Sprintf("192.168.%d.0/24", i)}})
	}
	text, err := json.Marshal(config)
	if err != nil {
		b.Fatal(err)
	}
	return resource(b, string(text), func(r *estate.Resource) {
		r.Created = &created
		r.Tags = map[string]string{"owner": "platform", "env": "production", "cost-center": "4711"}
		for i := range 4 {
			r.Relations = append(r.Relations, estate.Relation{Kind: estate.LogsTo, Target: fmt.Sprintf("arn:aws:s3:::central-logs-%d", i)})
		}
	})
}

// BenchmarkEvaluate judges one resource with twenty checks, from bytes to verdicts,
// on one core.
func BenchmarkEvaluate(b *testing.B) {
	lib, line := benchLibrary(b), benchResource(b)
	b.Logf("%d bytes", len(line))
	e := lib.NewEvaluator(testNow)
	e.SkipPass = true
	b.ReportAllocs()
	total := 0
	for b.Loop() {
		n, err := e.Evaluate(line, nil, nil, func(f estate.Finding) error { b.Fatal(f.Check, f.Message); return nil })
		if err != nil {
			b.Fatal(err)
		}
		total += n.Total()
	}
	b.ReportMetric(float64(total)/b.Elapsed().Seconds(), "evals/s")
}

// BenchmarkEvaluateFailing is the same with findings for all twenty checks, each
// with its message and evidence.
func BenchmarkEvaluateFailing(b *testing.B) {
	checks := map[string]string{}
	for i, expr := range benchChecks {
		checks[fmt.Sprintf("c%02d", i)] = "params: {limit: {type: int, default: 100000}}\nmessage: '{resource.name} is not so'\nassert:\n  - expr: |\n      !(" + expr + ")\n"
	}
	lib, line := mustCompile(b, checks, policy.Options{}), benchResource(b)
	e := lib.NewEvaluator(testNow)
	b.ReportAllocs()
	total := 0
	for b.Loop() {
		n, err := e.Evaluate(line, nil, nil, func(estate.Finding) error { return nil })
		if err != nil {
			b.Fatal(err)
		}
		total += n.Fail
	}
	b.ReportMetric(float64(total)/b.Elapsed().Seconds(), "findings/s")
}

// BenchmarkCompile compiles a library of a hundred checks.
func BenchmarkCompile(b *testing.B) {
	checks := map[string]string{}
	for i := range 100 {
		checks[fmt.Sprintf("c%03d", i)] = "let: {open: 'resource.rules.filter(r, r.port == params.port)'}\nparams: {port: {type: int, default: 22}}\n" +
			"message: '{resource.name} has it'\nassert:\n  - expr: size(open) == 0 && " + benchChecks[i%3] + "\n"
	}
	sources, err := policy.Load(files(checks), "checks")
	if err != nil {
		b.Fatal(err)
	}
	set := testSet(b)
	for b.Loop() {
		if _, err := policy.Compile(set, sources, policy.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
