package policy_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/estate"
)

// joins are loops whose elements are looked up. OTHERS stands for the collection.
var joins = map[string]string{
	"field":          "OTHERS.exists(o, o.note == resource.note)",
	"swapped":        "!OTHERS.exists(o, resource.note == o.logging.target && o.versioning)",
	"region":         "OTHERS.filter(o, o.region == resource.region && o.note == resource.note).size() == 1",
	"in":             "OTHERS.exists(o, o.note in resource.regions)",
	"has":            "OTHERS.exists(o, resource.note in o.regions)",
	"last":           "OTHERS.exists(o, o.id.endsWith('/' + resource.note))",
	"end":            "OTHERS.exists(o, resource.id.endsWith('/' + o.note))",
	"any_last":       "OTHERS.exists(o, o.versioning && resource.regions.exists(r, o.id.endsWith('/' + r)))",
	"deep":           "OTHERS.exists(o, o.rules.exists(r, r.port == 1 && resource.note in r.cidrs))",
	"inner":          "OTHERS.exists(o, o.regions.exists(r, r == resource.note))",
	"inner_end":      "OTHERS.exists(o, o.regions.exists(r, resource.id.endsWith('/' + r)))",
	"either":         "OTHERS.exists_one(o, o.note == resource.note || resource.note in o.regions)",
	"either_open":    "OTHERS.exists(o, o.note == resource.note || o.versioning)",
	"filter_all":     "OTHERS.filter(o, o.note == resource.note).all(o, o.versioning)",
	"map":            "OTHERS.map(o, o.note == resource.note, o.name).size() == 1",
	"nested":         "OTHERS.exists(o, o.versioning && OTHERS.exists(p, p.note == o.name))",
	"nested_outside": "resource.regions.exists(r, OTHERS.exists(o, o.note == r))",
	"unknown_key":    "OTHERS.exists(o, o.note == resource.logging.target)",
	"named":          "OTHERS.exists(o, o.note == key)",
	"all":            "OTHERS.all(o, o.note != resource.note || o.versioning)",
	"own_element":    "OTHERS.exists(o, o.note == o.name)",
	"hidden":         "OTHERS.exists(o, resource.rules.exists(o, o.cidrs.exists(c, c == resource.note)))",
}

// joinLibrary compiles the loops twice: as they are, and over an expression that is the
// same collection, in which nothing is looked up.
func joinLibrary(t testing.TB, limit uint64) *policy.Library {
	t.Helper()
	checks := map[string]string{}
	for name, expr := range joins {
		for suffix, over := range map[string]string{"": "others", "-plain": "[others][0]"} {
			checks[strings.ReplaceAll(name, "_", "-")+suffix] = "collect: {others: aws_s3_bucket}\nlet: {key: resource.note}\nassert:\n  - expr: \"" +
				strings.ReplaceAll(expr, "OTHERS", over) + "\"\n"
		}
	}
	return mustCompile(t, checks, policy.Options{CostLimit: limit})
}

// randomBucket is a bucket with few different texts in it, now and then one unknown.
func randomBucket(t testing.TB, r *rand.Rand) []byte {
	t.Helper()
	text := func() string { return []string{"", "a", "b", "c", "a/b", "d", "e"}[r.IntN(7)] }
	texts := func() []string {
		list := make([]string, r.IntN(3))
		for i := range list {
			list[i] = text()
		}
		return list
	}
	config, err := json.Marshal(bucket{
		Versioning: r.IntN(2) == 0, Note: text(), Logging: &logging{Target: text()}, Regions: texts(),
		Rules: []rule{{Port: r.IntN(2), CIDRs: texts()}, {Port: 1, CIDRs: texts()}}, Encrypted: estate.Yes,
	})
	if err != nil {
		t.Fatal(err)
	}
	hidden := []string{"note", "logging", "logging.target", "regions", "regions[0]", "regions[5]", "rules[1]", "rules[*].cidrs", "region", "versioning", ""}
	return resource(t, string(config), func(b *estate.Resource) {
		b.ID, b.Name, b.Region = "arn:x/"+text()+"/"+text(), text(), []string{"eu-west-1", "us-east-1"}[r.IntN(2)]
		if r.IntN(8) == 0 {
			unknown(hidden[r.IntN(len(hidden))])(b)
		}
		if r.IntN(40) == 0 {
			b.Config = json.RawMessage(`{"note":3,"regions":"a"}`)
		}
	})
}

// TestJoinsAnswerAsLoopsDo compares verdicts, evidence and causes of loops that look
// elements up with those that go over all, on random estates.
func TestJoinsAnswerAsLoopsDo(t *testing.T) {
	t.Parallel()
	lib := joinLibrary(t, 0)
	e := lib.NewEvaluator(testNow)
	seen := map[estate.Status]int{}
	for round := range 300 {
		r := rand.New(rand.NewPCG(1, uint64(round)))
		others := &policy.Collection{}
		for range r.IntN(40) {
			others.Resources = append(others.Resources, randomBucket(t, r))
		}
		if r.IntN(4) == 0 {
			others.Lost = []policy.Lost{{Why: estate.Unknown{Path: "aws_s3_bucket", Reason: estate.Denied}}}
		}
		found := map[string]estate.Finding{}
		line := randomBucket(t, r)
		_, err := e.Evaluate(line, nil, policy.Collections{"aws_s3_bucket": others}, func(f estate.Finding) error {
			found[f.Check] = f
			seen[f.Status]++
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for name := range joins {
			name = strings.ReplaceAll(name, "_", "-")
			got, want := found[name], found[name+"-plain"]
			got.Check, got.Key = want.Check, want.Key
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("round %d, %s (-loop +lookup):\n%s\n%s", round, name, diff, line)
			}
		}
		e = lib.NewEvaluator(testNow) // the account is the same, and its collections are kept
	}
	for _, s := range []estate.Status{estate.Pass, estate.Fail, estate.UnknownStatus} {
		if seen[s] < 1000 {
			t.Errorf("only %d findings are %s", seen[s], s)
		}
	}
}

// TestJoinsAreNotLoops judges a resource against a collection that costs more than the
// limit to go over.
func TestJoinsAreNotLoops(t *testing.T) {
	t.Parallel()
	lib := joinLibrary(t, 2000)
	others := &policy.Collection{}
	for i := range 5000 {
		others.Resources = append(others.Resources, resource(t, fmt.Sprintf(`{"note":"n%d","logging":{"target":"n%d"},"regions":["n%d"],"rules":[{"port":1,"cidrs":["n%d"]}]}`, i, i, i, i),
			func(r *estate.Resource) { r.ID, r.Name = fmt.Sprintf("arn:x/n%d", i), fmt.Sprint(i) }))
	}
	line := resource(t, `{"note":"n4999","logging":{"target":"n4999"},"regions":["n4999"]}`, func(r *estate.Resource) { r.ID = "arn:x/n4999" })
	loops := map[string]bool{"either-open": true, "all": true, "own-element": true, "hidden": true, "nested": true}
	for _, f := range evaluate(t, lib, line, nil, policy.Collections{"aws_s3_bucket": others}) {
		name, plain := strings.CutSuffix(f.Check, "-plain")
		if want := plain || loops[name]; want != (f.Status == estate.UnknownStatus) {
			t.Errorf("%s is %s: %s", f.Check, f.Status, f.Message)
		}
	}
}

// TestLargeCollectionsAreLetGo judges resources of an account with more in it than stays
// parsed. A bucket makes buckets parsed, a trail lets go of them and has trails parsed in
// their place, and a second bucket asks the buckets for what the first one did not.
func TestLargeCollectionsAreLetGo(t *testing.T) {
	t.Parallel()
	const many = 5000
	lib := mustCompile(t, map[string]string{
		"bucket": "collect: {others: aws_s3_bucket}\nassert: [{expr: 'others.all(o, o.versioning && (resource.note == \"first\" || o.size == 7 && o.rules[0].port == 22))'}]\n",
		"trail":  "title: T\nseverity: low\ntype: aws_cloudtrail\ncollect: {others: aws_cloudtrail}\nassert: [{expr: 'others.exists(o, o.logging && o.multi_region)'}]\n",
	}, policy.Options{})
	trail := func(r *estate.Resource) { r.Type = "aws_cloudtrail" }
	buckets, trails := &policy.Collection{}, &policy.Collection{}
	for i := range many {
		named := func(r *estate.Resource) { r.ID = fmt.Sprintf("arn:x/n%d", i) }
		buckets.Resources = append(buckets.Resources, resource(t, `{"versioning":true,"size":7,"rules":[{"port":22}]}`, named))
		trails.Resources = append(trails.Resources, resource(t, `{"logging":true}`, trail, named))
	}
	leftOut := policy.Lost{Region: "elsewhere", Why: estate.Unknown{Path: "aws_s3_bucket", Reason: estate.Uncollected}}
	for name, lost := range map[string][]policy.Lost{"whole": nil, "a region left out": {leftOut}} {
		buckets := &policy.Collection{Resources: buckets.Resources, Lost: lost}
		e := lib.NewEvaluator(testNow)
		for _, r := range []struct {
			line []byte
			want estate.Status
		}{
			{resource(t, `{"note":"first"}`), estate.Pass},
			{resource(t, `{}`, trail), estate.Fail},
			{resource(t, `{"note":"second"}`), estate.Pass},
		} {
			counts, err := e.Evaluate(r.line, nil, policy.Collections{"aws_s3_bucket": buckets, "aws_cloudtrail": trails}, func(f estate.Finding) error {
				if f.Status != r.want {
					t.Errorf("%s: %s is %s for %s: %s", name, f.Check, f.Status, r.line, f.Message)
				}
				return nil
			})
			if err != nil || counts.Total() != 1 {
				t.Fatal(counts, err)
			}
		}
	}
}
