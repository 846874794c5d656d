package policy_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/estate"
)

// judge returns the findings of one check file on a bucket.
func judge(t testing.TB, check, config string, change ...func(*estate.Resource)) []estate.Finding {
	t.Helper()
	return evaluate(t, mustCompile(t, map[string]string{"c": check}, policy.Options{}), resource(t, config, change...), nil, nil)
}

func evidenceOf(f estate.Finding) map[string]string {
	out := map[string]string{}
	for _, e := range f.Evidence {
		out[e.Path] = string(e.Value)
	}
	return out
}

func TestFindingHasEverything(t *testing.T) {
	t.Parallel()
	const check = "when: resource.region == 'eu-west-1'\nassert:\n  - {expr: has(resource.logging) && resource.logging.enabled, message: 'Bucket {resource.name} writes {resource.size} to {resource.regions}.'}\n"
	lib := mustCompile(t, map[string]string{"c": check}, policy.Options{})
	ctx := &estate.Context{Environment: "production"}
	got := evaluate(t, lib, resource(t, `{"size":5,"regions":["a"],"logging":{"enabled":false,"target":"t"}}`), ctx, nil)
	want := []estate.Finding{{
		Key: estate.FindingKey("c", estate.Ref{ID: "arn:aws:s3:::b", Account: "111122223333"}, ""), Check: "c", Title: "Good state", Status: estate.Fail, Severity: estate.High,
		Message:  "Bucket b writes 5 to a.",
		Resource: estate.Ref{ID: "arn:aws:s3:::b", Type: "aws_s3_bucket", Cloud: "aws", Account: "111122223333", Region: "eu-west-1", Name: "b"},
		Evidence: []estate.Evidence{
			{Path: "logging", Value: json.RawMessage(`{"enabled":false,"target":"t"}`)},
			{Path: "logging.enabled", Value: json.RawMessage("false")},
			{Path: "region", Value: json.RawMessage(`"eu-west-1"`)},
		},
		Unknown: []estate.Unknown{}, Context: ctx,
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestForEach(t *testing.T) {
	t.Parallel()
	const check = `for_each: {r: resource.rules}
assert:
  - expr: r.port != 22
    message_expr: '"port " + string(r.port) + " of " + resource.name'
    at: r.cidrs
  - {expr: size(r.cidrs) < 2, message: 'many {r.cidrs}'}
`
	got := judge(t, check, `{"rules":[{"port":22,"cidrs":["a"]},{"port":80,"cidrs":["a"]},{"cidrs":["a"],"port":22},{"port":1,"cidrs":["a","b"]}]}`)
	type short struct {
		Element, Message string
		Evidence         map[string]string
	}
	var shorts []short
	keys := map[string]bool{}
	for _, f := range got {
		if f.Status != estate.Fail {
			t.Errorf("got %s", f.Status)
		}
		shorts = append(shorts, short{f.Element, f.Message, evidenceOf(f)})
		keys[f.Key] = true
	}
	want := []short{
		{"rules[0].cidrs", "port 22 of b", map[string]string{"rules[0].port": "22"}},
		{"rules[2].cidrs", "port 22 of b", map[string]string{"rules[2].port": "22"}},
		{"rules[3]", "many a, b", map[string]string{"rules[3].cidrs": `["a","b"]`}},
	}
	if diff := cmp.Diff(want, shorts); diff != "" {
		t.Error(diff)
	}
	if len(keys) != 3 {
		t.Errorf("equal elements share a key: %v", keys)
	}
	if want := estate.FindingKey("c", estate.Ref{ID: "arn:aws:s3:::b", Account: "111122223333"}, `{"cidrs":["a"],"port":22}`); got[0].Key != want {
		t.Errorf("the key is not made of the element's canonical JSON")
	}
}

func TestForEachVerdicts(t *testing.T) {
	t.Parallel()
	const check = "for_each: {r: resource.rules}\nassert: [{expr: r.port != 22}]\n"
	const config = `{"rules":[{"port":22,"cidrs":[]},{"port":80,"cidrs":[]}]}`
	tests := []struct {
		name    string
		config  string
		unknown []string
		want    string
	}{
		{"none", `{"rules":[]}`, nil, "pass"},
		{"absent", `{}`, nil, "pass"},
		{"all_pass", `{"rules":[{"port":80}]}`, nil, "pass"},
		{"fail", config, nil, "fail rules[0]"},
		{"list_unknown", config, []string{"rules"}, "unknown  rules"},
		{"fails_and_unknown", config, []string{"rules[1].port"}, "fail rules[0]; unknown  rules[1].port"},
		{"failing_one_unknown", config, []string{"rules[0]"}, "unknown  rules[0]"},
		{"more_may_follow", `{"rules":[{"port":80}]}`, []string{"rules[7]"}, "unknown  rules[7]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, f := range judge(t, check, tt.config, unknown(tt.unknown...)) {
				s := strings.TrimSpace(fmt.Sprintf("%s %s", f.Status, f.Element))
				for _, u := range f.Unknown {
					s += "  " + u.Path
				}
				got = append(got, s)
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, "; ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLetsOfTheElement(t *testing.T) {
	t.Parallel()
	const check = `for_each: {r: wanted}
let:
  open: r.port in ports || resource.rules.exists(r, r.port == 0)
  ports: resource.rules.map(r, r.port).filter(p, p > 20)
  wanted: resource.rules
  shown: '"port " + string(r.port) + (open ? " open" : "")'
message_expr: shown
assert: [{expr: '!open'}]
`
	got := judge(t, check, `{"rules":[{"port":22,"cidrs":[]},{"port":1,"cidrs":[]},{"port":80,"cidrs":[]}]}`)
	var messages []string
	for _, f := range got {
		messages = append(messages, f.Element+" "+f.Message)
	}
	if diff := cmp.Diff([]string{"rules[0] port 22 open", "rules[2] port 80 open"}, messages); diff != "" {
		t.Error(diff)
	}
}

func TestForEachOverValues(t *testing.T) {
	t.Parallel()
	got := judge(t, "for_each: {r: resource.regions}\nassert: [{expr: r != 'b', message: '{r}'}]\n", `{"regions":["a","b"]}`)
	if len(got) != 1 || got[0].Element != "regions[1]" || got[0].Message != "b" || evidenceOf(got[0])["regions[1]"] != `"b"` {
		t.Errorf("got %+v", got)
	}
	got = judge(t, "for_each: {p: 'resource.rules.map(r, r.port + 1)'}\nassert: [{expr: p != 23, message: '{p}'}]\n", `{"rules":[{"port":1},{"port":22}]}`)
	if len(got) != 1 || got[0].Element != "p[1]" || got[0].Message != "23" {
		t.Errorf("got %+v", got)
	}
	got = judge(t, "for_each: {r: 'resource.rules.filter(r, r.port > 5)'}\nassert: [{expr: r.port != 22}]\n", `{"rules":[{"port":1},{"port":22}]}`)
	if len(got) != 1 || got[0].Element != "rules[1]" {
		t.Errorf("got %+v", got)
	}
}

func TestUnknownNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	f := judge(t, "assert: [{expr: resource.versioning && resource.logging.enabled && resource.size > 1}]\n",
		`{"versioning":true}`, unknown("size", "logging", "note"))[0]
	want := []estate.Unknown{
		{Path: "logging", Reason: estate.Denied, Permission: "s3:Getlogging"},
		{Path: "size", Reason: estate.Denied, Permission: "s3:Getsize"},
	}
	if diff := cmp.Diff(want, f.Unknown); diff != "" {
		t.Error(diff)
	}
	if want := "Cannot tell: logging (denied, needs s3:Getlogging), size (denied, needs s3:Getsize)"; f.Message != want {
		t.Errorf("got %q", f.Message)
	}
	if diff := cmp.Diff(map[string]string{"versioning": "true"}, evidenceOf(f)); diff != "" {
		t.Error(diff)
	}
	f = judge(t, "when: resource.versioning\nassert: [{expr: 'true'}]\n", `{}`, unknown("versioning"))[0]
	if want := "Cannot tell whether this applies: versioning (denied, needs s3:Getversioning)"; f.Status != estate.UnknownStatus || f.Message != want {
		t.Errorf("got %s %q", f.Status, f.Message)
	}
}

func TestErrorsAreUnknown(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, expr, config, detail string
	}{
		{"missing_key", "resource.settings['x'] == 'y'", `{}`, "no such key: x"},
		{"index", "resource.regions[3] == 'y'", `{"regions":["a"]}`, "index out of bounds: 3"},
		{"division", "1 / resource.size == 1", `{}`, "division by zero"},
		{"regexp", "'a'.matches(resource.note)", `{"note":"("}`, "error parsing regexp"},
		{"wrong_json", "resource.size > 1", `{"size":"many"}`, "size holds string where int is needed"},
		{"wrong_json_object", "resource.logging.enabled", `{"logging":[]}`, "logging holds array where an object is needed"},
		{"wrong_json_list", "resource.rules.all(r, r.port > 1)", `{"rules":{}}`, "rules holds object where a list is needed"},
		{"wrong_time", "days_since(resource.rotated) > 1", `{"rotated":"soon"}`, "rotated holds string where time is needed"},
		{"version", "version_less(resource.note, '1.2')", `{"note":"latest"}`, `"latest" is no version`},
		{"negated", "!(resource.settings['x'] == 'y')", `{}`, "no such key: x"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := one(t, tt.expr, resource(t, tt.config))
			if f.Status != estate.UnknownStatus || len(f.Unknown) != 1 {
				t.Fatalf("got %+v", f)
			}
			if u := f.Unknown[0]; u.Reason != estate.Malformed || !strings.Contains(u.Detail, tt.detail) {
				t.Errorf("got %+v, want %q", u, tt.detail)
			}
		})
	}
	if f := one(t, "resource.settings['x'] == 'y' || resource.name == 'b'", resource(t, `{}`)); f.Status != estate.Pass {
		t.Errorf("an error beside true: got %s", f.Status)
	}
}

func TestMessageNeverLosesTheFinding(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, check, want string }{
		{"none", "assert: [{expr: 'false'}]\n", "Not so: Good state"},
		{"error", "message_expr: resource.settings['x']\nassert: [{expr: 'false'}]\n", "Not so: Good state (no such key: x)"},
		{"unknown", "message: 'size {resource.size}'\nassert: [{expr: 'false'}]\n", "size (unknown)"},
		{"braces", "message: '{{x}} {resource.name}'\nassert: [{expr: 'false'}]\n", "{x} b"},
		{"own_wins", "message: a\nassert: [{expr: 'false', message: b}]\n", "b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := judge(t, tt.check, `{}`, unknown("size"))[0]
			if f.Status != estate.Fail || f.Message != tt.want {
				t.Errorf("got %s %q, want %q", f.Status, f.Message, tt.want)
			}
		})
	}
}
