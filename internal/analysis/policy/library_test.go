package policy_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/estate"
)

const pass = "assert: [{expr: 'true'}]\n"

func ids(checks []estate.Check) (out []string) {
	for _, c := range checks {
		out = append(out, c.ID)
	}
	return out
}

func TestLibrary(t *testing.T) {
	t.Parallel()
	lib := mustCompile(t, map[string]string{
		"aws/s3/b": pass + "aliases: [old-name]\n", "aws/s3/a": pass,
		"aws/t":   "title: t\nseverity: low\ntype: aws_cloudtrail\ncollect: {all: aws_s3_bucket}\n" + pass,
		"aws/u":   "title: t\nseverity: low\nscope: account\ncollect: {trails: aws_cloudtrail}\n" + pass,
		"any/enc": "title: t\nseverity: low\nfacet: encryption\n" + pass,
		"gone":    pass + "deprecated: use aws-s3-a\naliases: [gone-before]\n",
	}, policy.Options{})
	if diff := cmp.Diff([]string{"any-enc", "aws-s3-a", "aws-s3-b", "aws-t", "aws-u"}, ids(lib.Checks())); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"aws-s3-a", "aws-s3-b"}, ids(lib.ForType("aws_s3_bucket"))); diff != "" {
		t.Error(diff)
	}
	if c, ok := lib.Check("old-name"); !ok || c.ID != "aws-s3-b" {
		t.Errorf("alias: got %v %v", c, ok)
	}
	if c, _ := lib.Check("aws-u"); c.Type != "aws_account" {
		t.Errorf("scope account judges %q", c.Type)
	}
	if _, ok := lib.Check("nope"); ok {
		t.Error("there is no such check")
	}
	if diff := cmp.Diff([]string{"aws_cloudtrail", "aws_s3_bucket"}, lib.Collections()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"aws_cloudtrail"}, lib.CollectionsFor("aws_account")); diff != "" {
		t.Error(diff)
	}
	if got := lib.CollectionsFor("aws_s3_bucket"); len(got) != 0 {
		t.Errorf("got %q", got)
	}
}

func TestSelect(t *testing.T) {
	t.Parallel()
	lib := mustCompile(t, map[string]string{"aws/s3/a": pass, "aws/s3/b": pass + "aliases: [old]\n", "aws/iam/c": pass}, policy.Options{})
	tests := []struct {
		patterns, want []string
	}{
		{nil, []string{"aws-iam-c", "aws-s3-a", "aws-s3-b"}},
		{[]string{"aws-s3-*"}, []string{"aws-s3-a", "aws-s3-b"}},
		{[]string{"old", "aws-iam-c"}, []string{"aws-iam-c", "aws-s3-b"}},
		{[]string{"*-?"}, []string{"aws-iam-c", "aws-s3-a", "aws-s3-b"}},
	}
	for _, tt := range tests {
		sub, err := lib.Select(tt.patterns)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, ids(sub.Checks())); diff != "" {
			t.Error(tt.patterns, diff)
		}
	}
	for _, bad := range []string{"aws-s3-c", "["} {
		if _, err := lib.Select([]string{bad}); estate.CodeOf(err) != estate.CodeInvalid || !strings.Contains(err.Error(), bad) {
			t.Errorf("%s: got %v", bad, err)
		}
	}
}

func TestDescription(t *testing.T) {
	t.Parallel()
	lib := mustCompile(t, map[string]string{"aws/s3/a": `title: No {port} and {names}
severity: critical
type: aws_s3_bucket
assert: [{expr: 'true'}]
why: |
  Because.
limits: None known.
params: {port: {type: int, default: 22, help: the port}, names: {type: list, default: [a, b]}}
fix: {text: Do it., action: act, control_point: [template, resource], cli: c, terraform: t}
prevent: [p]
references: [https://example.com]
aliases: [old]
categories: [logging]
`}, policy.Options{})
	want := []estate.Check{{
		ID: "aws-s3-a", Title: `No 22 and ["a","b"]`, Severity: estate.Critical, Type: "aws_s3_bucket", Why: "Because.", Limits: "None known.",
		Fix:     estate.Fix{Text: "Do it.", Action: "act", ControlPoint: []string{"template", "resource"}, CLI: "c", Terraform: "t"},
		Prevent: []string{"p"}, References: []string{"https://example.com"}, Aliases: []string{"old"}, Categories: []string{"logging"},
	}}
	if diff := cmp.Diff(want, lib.Checks()); diff != "" {
		t.Error(diff)
	}
}

func TestRows(t *testing.T) {
	t.Parallel()
	lib := mustCompile(t, map[string]string{"aws/port": `title: Port {port} is closed
severity: high
type: aws_s3_bucket
params: {port: {type: int, default: 22}}
rows:
  - {id: ssh}
  - {id: rdp, params: {port: 3389}, title: 'No RDP ({port})', severity: low, aliases: [rdp-old]}
  - {name: my-own-name, params: {port: 80}}
assert: [{expr: '!resource.rules.exists(r, r.port == params.port)', message: 'port {params.port}'}]
`}, policy.Options{})
	var got []string
	for _, f := range evaluate(t, lib, resource(t, `{"rules":[{"port":3389},{"port":80}]}`), nil, nil) {
		got = append(got, strings.Join([]string{f.Check, f.Title, string(f.Severity), string(f.Status), f.Message}, "|"))
	}
	want := []string{"aws-port-rdp|No RDP (3389)|low|fail|port 3389", "aws-port-ssh|Port 22 is closed|high|pass|", "my-own-name|Port 80 is closed|high|fail|port 80"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if c, ok := lib.Check("rdp-old"); !ok || c.ID != "aws-port-rdp" {
		t.Errorf("got %v", c)
	}
}

func TestAttributes(t *testing.T) {
	t.Parallel()
	lib := mustCompile(t, map[string]string{
		"all": `collect: {trails: aws_cloudtrail}
when: resource.context.environment == 'production' && resource.name != ''
let: {open: 'resource.rules.filter(r, r.port == 22)', log: 'resource.versioning ? resource.logging : resource.logging'}
for_each: {r: open}
message: '{resource.note}'
assert:
  - expr: r.cidrs.exists(c, c == 'x') && log.depth.level > 1 && trails.exists(t, t.logging)
  - expr: has(resource.settings.k) && resource.age_days > 1 && resource.regions[0] == 'a' && resource.tags.size() > 0
`,
		"facet": "title: t\nseverity: low\nfacet: encryption\nassert: [{expr: resource.encryption.at_rest}]\n",
	}, policy.Options{})
	var got []string
	for _, a := range lib.Attributes("all") {
		got = append(got, a.Type+" "+a.Path)
	}
	want := []string{
		"aws_cloudtrail logging", "aws_s3_bucket context.environment", "aws_s3_bucket created", "aws_s3_bucket logging",
		"aws_s3_bucket logging.depth.level", "aws_s3_bucket note", "aws_s3_bucket regions", "aws_s3_bucket rules",
		"aws_s3_bucket rules[].cidrs", "aws_s3_bucket rules[].port", "aws_s3_bucket settings.k", "aws_s3_bucket tags", "aws_s3_bucket versioning",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]policy.Attribute{{Path: "facets.encryption.at_rest"}}, lib.Attributes("facet")); diff != "" {
		t.Error(diff)
	}
}
