package policy_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/estate"
)

func TestOverrides(t *testing.T) {
	t.Parallel()
	const check = "params: {max: {type: int, default: 10}, tag: {type: string, default: none}, regions: {type: list, default: [a]}, share: {type: double, default: 0.5}, on: {type: bool, default: true}}\n" +
		"aliases: [old]\nmessage: '{params.max} {params.tag} {params.regions} {params.share} {params.on}'\nassert: [{expr: 'false'}]\n"
	overrides := []policy.Override{
		{Check: "c", Account: "1", Params: map[string]any{"max": 20, "tag": "first"}},
		{Check: "old", Account: "1", Params: map[string]any{"max": 25}},
		{Check: "c", Environment: "test", Params: map[string]any{"max": int64(30), "regions": []any{"x", "y"}}},
		{Check: "c", Account: "1", Environment: "test", Params: map[string]any{"max": 40.0}},
		{Check: "c", Params: map[string]any{"share": json.Number("2"), "tag": "all"}},
		{Check: "c", Params: map[string]any{"on": false}},
	}
	lib := mustCompile(t, map[string]string{"c": check}, policy.Options{Overrides: overrides})
	tests := []struct{ account, environment, want string }{
		{"9", "", `10 all a 2 false`},
		{"1", "", `25 first a 2 false`},
		{"9", "test", `30 all x, y 2 false`},
		{"1", "test", `40 first x, y 2 false`},
		{"1", "production", `25 first a 2 false`},
	}
	for _, tt := range tests {
		line := resource(t, `{}`, func(r *estate.Resource) { r.Account = tt.account })
		got := evaluate(t, lib, line, &estate.Context{Environment: tt.environment}, nil)[0].Message
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Error(tt.account, tt.environment, diff)
		}
	}
}

func TestWrongOverridesAreRefused(t *testing.T) {
	t.Parallel()
	checks := map[string]string{"c": "params: {max: {type: int, default: 10}, list: {type: list, default: [1]}}\nassert: [{expr: params.max > 1}]\n"}
	tests := []struct {
		override policy.Override
		want     string
	}{
		{policy.Override{Check: "d", From: "s.yaml:1"}, `s.yaml:1: override of parameters: there is no check "d"`},
		{policy.Override{Check: "c", From: "s.yaml:1", Params: map[string]any{"mx": 1}}, `s.yaml:1: check "c" has no parameter "mx"; it has list, max`},
		{policy.Override{Check: "c", From: "s.yaml:1", Params: map[string]any{"max": "1"}}, `s.yaml:1: check "c": parameter "max" must be of type int, not string`},
		{policy.Override{Check: "c", From: "s.yaml:1", Params: map[string]any{"max": 1.5}}, `s.yaml:1: check "c": parameter "max" must be of type int, not float64`},
		{policy.Override{Check: "c", From: "s.yaml:1", Params: map[string]any{"list": []string{"a"}}}, `s.yaml:1: check "c": parameter "list" must be of type list, not []string`},
	}
	for _, tt := range tests {
		_, err := compile(t, checks, policy.Options{Overrides: []policy.Override{tt.override}})
		if err == nil || err.Error() != tt.want || estate.CodeOf(err) != estate.CodeInvalid {
			t.Errorf("got  %v\nwant %s", err, tt.want)
		}
	}
}

func TestCostLimit(t *testing.T) {
	t.Parallel()
	lib := mustCompile(t, map[string]string{
		"a": "assert: [{expr: 'resource.regions.all(a, resource.regions.all(b, resource.regions.all(c, a != \"\" || b != \"\" || c != \"\")))'}]\n",
		"b": "let: {slow: 'resource.regions.all(a, resource.regions.all(b, resource.regions.all(c, a != \"\")))'}\nassert: [{expr: 'resource.versioning || slow'}]\n",
		"c": "assert: [{expr: 'resource.regions.all(a, a != \"\")'}]\n",
	}, policy.Options{CostLimit: 20_000})
	regions := strings.TrimSuffix(strings.Repeat(`"r",`, 100), ",")
	got := evaluate(t, lib, resource(t, `{"regions":[`+regions+`]}`), nil, nil)
	for _, f := range got[:2] {
		if f.Status != estate.UnknownStatus || f.Unknown[0].Reason != estate.Malformed || !strings.Contains(f.Message, "costs more than the limit") {
			t.Errorf("got %s %q", f.Status, f.Message)
		}
	}
	if got[2].Status != estate.Pass {
		t.Errorf("after the limit: got %s %q", got[2].Status, got[2].Message)
	}
}

func TestHostileText(t *testing.T) {
	t.Parallel()
	name := "<script>'\"}{{resource.id}}\x1b[31m\u202e\x00\nend\\"
	f := judge(t, "message: 'name {resource.name}'\nassert: [{expr: 'resource.name == \"\" && \"x\" in resource.tags'}]\n", `{}`,
		func(r *estate.Resource) { r.Name, r.Tags = name, map[string]string{name: name} })[0]
	if f.Status != estate.Fail || f.Message != "name "+name || f.Resource.Name != name {
		t.Errorf("got %q %q", f.Message, f.Resource.Name)
	}
	var back string
	if err := json.Unmarshal(f.Evidence[0].Value, &back); err != nil || back != name {
		t.Errorf("got %s: %v", f.Evidence[0].Value, err)
	}
	long := judge(t, "message: 'name {resource.note}'\nassert: [{expr: 'false'}]\n", fmt.Sprintf(`{"note":%q}`, strings.Repeat("é", 5000)))[0]
	if len(long.Message) > 1000 || !strings.HasSuffix(long.Message, "…") {
		t.Errorf("message of %d bytes", len(long.Message))
	}
}

func TestFindingsOutliveTheResource(t *testing.T) {
	t.Parallel()
	lib := mustCompile(t, map[string]string{"c": "for_each: {r: resource.regions}\nmessage_expr: resource.name\nassert: [{expr: 'false', at: r}]\n"}, policy.Options{})
	e := lib.NewEvaluator(testNow)
	var found []estate.Finding
	keep := func(f estate.Finding) error { found = append(found, f); return nil }
	for _, name := range []string{"first", "secon", "third"} {
		line := resource(t, fmt.Sprintf(`{"regions":["%s"]}`, name), func(r *estate.Resource) { r.Name, r.ID = name, name })
		if _, err := e.Evaluate(line, nil, nil, keep); err != nil {
			t.Fatal(err)
		}
		copy(line, strings.Repeat("x", len(line)))
	}
	if f := found[0]; f.Message != "first" || f.Resource.Name != "first" || f.Resource.ID != "first" || string(f.Evidence[0].Value) != `"first"` {
		t.Errorf("got %+v", f)
	}
}

func TestCountsAndSkipPass(t *testing.T) {
	t.Parallel()
	lib := mustCompile(t, map[string]string{
		"a": pass, "b": "assert: [{expr: 'false'}]\n", "c": "assert: [{expr: resource.encrypted}]\n", "d": "when: 'false'\n" + pass,
		"e": "for_each: {r: resource.regions}\nassert: [{expr: 'false'}]\n",
	}, policy.Options{})
	e := lib.NewEvaluator(testNow)
	for _, skip := range []bool{false, true} {
		e.SkipPass = skip
		var got []string
		counts, err := e.Evaluate(resource(t, `{"regions":["x","y"]}`), nil, nil, func(f estate.Finding) error { got = append(got, f.Check); return nil })
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(policy.Counts{Pass: 1, Fail: 2, Unknown: 1, NotApplicable: 1}, counts); diff != "" {
			t.Error(diff)
		}
		want := "a b c d e e"
		if skip {
			want = "b c e e"
		}
		if strings.Join(got, " ") != want {
			t.Errorf("got %q", got)
		}
	}
}

func TestEvaluateErrors(t *testing.T) {
	t.Parallel()
	e := mustCompile(t, map[string]string{"a": pass, "b": pass}, policy.Options{}).NewEvaluator(testNow)
	for _, line := range []string{"", "{", "[]", "null", `{"config":` + strings.Repeat("[", 1000) + `}`} {
		_, err := e.Evaluate([]byte(line), nil, nil, func(estate.Finding) error { t.Error("emitted"); return nil })
		if estate.CodeOf(err) != estate.CodeInvalid {
			t.Errorf("%.20q: got %v", line, err)
		}
	}
	stop := errors.New("stop")
	n := 0
	_, err := e.Evaluate(resource(t, `{}`), nil, nil, func(estate.Finding) error { n++; return stop })
	if !errors.Is(err, stop) || n != 1 {
		t.Errorf("got %v after %d", err, n)
	}
	if counts, err := e.Evaluate(resource(t, `{}`, func(r *estate.Resource) { r.Type = "other" }), nil, nil, nil); err != nil || counts.Total() != 0 {
		t.Errorf("got %v %v", counts, err)
	}
}

func TestEvaluatorsShareALibrary(t *testing.T) {
	t.Parallel()
	checks := map[string]string{"each": "for_each: {r: resource.rules}\nmessage: '{r.port}'\nassert: [{expr: r.port != params.p}]\nparams: {p: {type: int, default: 22}}\n"}
	for i, expr := range benchChecks {
		checks[fmt.Sprintf("c%02d", i)] = "params: {limit: {type: int, default: 100000}}\nassert:\n  - expr: |\n      " + expr + "\n"
	}
	lib := mustCompile(t, checks, policy.Options{})
	lines := [][]byte{
		benchResource(t), resource(t, `{}`), resource(t, `{"rules":[{"port":22,"cidrs":[]}]}`, unknown("logging")),
	}
	cols := policy.Collections{"aws_cloudtrail": {}}
	var want []string
	for _, line := range lines {
		want = append(want, fmt.Sprint(evaluate(t, lib, line, nil, cols)))
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			e := lib.NewEvaluator(testNow)
			for i := range 60 {
				var got []estate.Finding
				if _, err := e.Evaluate(lines[i%3], nil, cols, func(f estate.Finding) error { got = append(got, f); return nil }); err != nil {
					t.Error(err)
				}
				if s := fmt.Sprint(got); s != want[i%3] {
					t.Errorf("got  %s\nwant %s", s, want[i%3])
				}
			}
		})
	}
	wg.Wait()
}

func TestTimeIsAParameter(t *testing.T) {
	t.Parallel()
	lib := mustCompile(t, map[string]string{"c": "assert: [{expr: 'resource.age_days < 90 && days_since(resource.rotated) < 90 && now < timestamp(\"2026-02-01T00:00:00Z\")'}]\n"}, policy.Options{})
	created := time.Date(2026, 1, 1, 0, 0, 0, 0, time.FixedZone("x", 3600))
	line := resource(t, `{"rotated":"2026-01-01T00:00:00+01:00"}`, func(r *estate.Resource) { r.Created = &created })
	for day, want := range map[int]estate.Status{2: estate.Pass, 200: estate.Fail} {
		var got estate.Status
		_, err := lib.NewEvaluator(created.AddDate(0, 0, day)).Evaluate(line, nil, nil, func(f estate.Finding) error { got = f.Status; return nil })
		if err != nil || got != want {
			t.Errorf("day %d: got %s %v", day, got, err)
		}
	}
}
