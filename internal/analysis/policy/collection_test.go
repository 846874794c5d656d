package policy_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/estate"
)

func trails(t testing.TB, configs ...string) (out [][]byte) {
	t.Helper()
	for i, c := range configs {
		out = append(out, resource(t, c, func(r *estate.Resource) {
			r.ID, r.Type, r.Name = fmt.Sprintf("arn:trail/%d", i), "aws_cloudtrail", fmt.Sprint(i)
		}))
	}
	return out
}

func accountLine(t testing.TB) []byte {
	return resource(t, `{}`, func(r *estate.Resource) { r.ID, r.Type, r.Name = "111122223333", "aws_account", "main" })
}

func TestCollections(t *testing.T) {
	t.Parallel()
	const yes, no = `{"multi_region":true,"logging":true}`, `{"multi_region":false,"logging":true}`
	denied := []policy.Lost{{Why: estate.Unknown{Path: "aws_cloudtrail", Reason: estate.Denied, Permission: "cloudtrail:DescribeTrails"}}}
	tests := []struct {
		name, expr string
		collection *policy.Collection
		want       estate.Status
	}{
		{"exists", "trails.exists(t, t.multi_region)", &policy.Collection{Resources: trails(t, no, yes)}, estate.Pass},
		{"exists_not", "trails.exists(t, t.multi_region)", &policy.Collection{Resources: trails(t, no)}, estate.Fail},
		{"empty", "trails.exists(t, t.multi_region)", &policy.Collection{}, estate.Fail},
		{"incomplete_but_there", "trails.exists(t, t.multi_region)", &policy.Collection{Resources: trails(t, yes), Lost: denied}, estate.Pass},
		{"incomplete", "trails.exists(t, t.multi_region)", &policy.Collection{Resources: trails(t, no), Lost: denied}, estate.UnknownStatus},
		{"incomplete_and_empty", "trails.exists(t, t.multi_region)", &policy.Collection{Lost: denied}, estate.UnknownStatus},
		{"all", "trails.all(t, t.multi_region)", &policy.Collection{Resources: trails(t, yes)}, estate.Pass},
		{"all_incomplete", "trails.all(t, t.multi_region)", &policy.Collection{Resources: trails(t, yes), Lost: denied}, estate.UnknownStatus},
		{"all_incomplete_but_false", "trails.all(t, t.multi_region)", &policy.Collection{Resources: trails(t, no), Lost: denied}, estate.Fail},
		{"size", "size(trails) == 2", &policy.Collection{Resources: trails(t, yes, no)}, estate.Pass},
		{"size_incomplete", "trails.size() > 0", &policy.Collection{Resources: trails(t, yes, no), Lost: denied}, estate.UnknownStatus},
		{"filter_incomplete", "trails.filter(t, t.multi_region).size() > 0", &policy.Collection{Resources: trails(t, yes, no), Lost: denied}, estate.UnknownStatus},
		{"equal_incomplete", "trails == []", &policy.Collection{Resources: trails(t, yes), Lost: denied}, estate.UnknownStatus},
		{"missing", "trails.exists(t, t.multi_region)", nil, estate.UnknownStatus},
		{"broken_line", "trails.exists(t, t.multi_region)", &policy.Collection{Resources: [][]byte{[]byte("{")}}, estate.UnknownStatus},
		{"header", "trails.exists(t, t.name == '1' && t.account == resource.account && t.type == 'aws_cloudtrail')", &policy.Collection{Resources: trails(t, yes, no)}, estate.Pass},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			lib := mustCompile(t, map[string]string{"c": "title: t\nseverity: low\nscope: account\ncollect: {trails: aws_cloudtrail}\nassert:\n  - expr: |\n      " + tt.expr + "\n"}, policy.Options{})
			f := evaluate(t, lib, accountLine(t), nil, policy.Collections{"aws_cloudtrail": tt.collection})[0]
			if f.Status != tt.want {
				t.Errorf("got %s (%s), want %s", f.Status, f.Message, tt.want)
			}
			if tt.name == "incomplete" {
				if diff := cmp.Diff([]estate.Unknown{denied[0].Why}, f.Unknown); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestCollectionEvidenceAndUnknowns(t *testing.T) {
	t.Parallel()
	lib := mustCompile(t, map[string]string{
		"a": "title: t\nseverity: low\nscope: account\ncollect: {trails: aws_cloudtrail}\nassert: [{expr: 'trails.exists(t, t.multi_region && t.logging)'}]\n",
		"b": "title: t\nseverity: low\nscope: account\ncollect: {trails: aws_cloudtrail}\nassert: [{expr: 'size(trails) > 5'}]\n",
	}, policy.Options{})
	cols := policy.Collections{"aws_cloudtrail": {Resources: trails(t, `{"multi_region":false}`)}}
	got := evaluate(t, lib, accountLine(t), nil, cols)
	want := map[string]string{`aws_cloudtrail["arn:trail/0"].multi_region`: "false"}
	if diff := cmp.Diff(want, evidenceOf(got[0])); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]string{"aws_cloudtrail": `["arn:trail/0"]`}, evidenceOf(got[1])); diff != "" {
		t.Error(diff)
	}
	cols["aws_cloudtrail"].Resources = [][]byte{resource(t, `{"multi_region":true}`, unknown("logging"), func(r *estate.Resource) { r.ID, r.Type = `x"]`, "aws_cloudtrail" })}
	got = evaluate(t, lib, accountLine(t), nil, cols)
	if u := got[0].Unknown; len(u) != 1 || u[0].Path != `aws_cloudtrail["x\"]"].logging` || u[0].Permission != "s3:Getlogging" {
		t.Errorf("got %+v", u)
	}
}

func TestCollectionsFollowTheAccount(t *testing.T) {
	t.Parallel()
	lib := mustCompile(t, map[string]string{"c": "collect: {trails: aws_cloudtrail}\nassert: [{expr: 'trails.exists(t, t.logging)'}]\n"}, policy.Options{})
	e := lib.NewEvaluator(testNow)
	first := policy.Collections{"aws_cloudtrail": {Resources: trails(t, `{"logging":true}`)}}
	second := policy.Collections{"aws_cloudtrail": {}}
	var got []estate.Status
	for i, cols := range []policy.Collections{first, first, second, first} {
		line := resource(t, `{}`, func(r *estate.Resource) { r.Account = fmt.Sprint(i % 3) })
		if _, err := e.Evaluate(line, nil, cols, func(f estate.Finding) error { got = append(got, f.Status); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]estate.Status{estate.Pass, estate.Pass, estate.Fail, estate.Pass}, got); diff != "" {
		t.Error(diff)
	}
}

func TestFacetsAndContext(t *testing.T) {
	t.Parallel()
	lib := mustCompile(t, map[string]string{
		"enc":  "title: t\nseverity: low\nfacet: encryption\nassert: [{expr: resource.encryption.at_rest, at: resource.encryption.at_rest}]\n",
		"pub":  "assert: [{expr: '!resource.context.public.read'}]\n",
		"prod": "when: resource.context.environment == 'production'\nassert: [{expr: resource.versioning}]\n",
	}, policy.Options{})
	with := func(facet string) func(*estate.Resource) {
		return func(r *estate.Resource) { r.Facets = map[string]json.RawMessage{"encryption": json.RawMessage(facet)} }
	}
	tests := []struct {
		name string
		line []byte
		ctx  *estate.Context
		want string
	}{
		{"no_facet_no_context", resource(t, `{}`), nil, "prod not_applicable, pub unknown context.public.read"},
		{"facet", resource(t, `{}`, with(`{"at_rest":true}`)), &estate.Context{Public: &estate.Public{Read: estate.No}}, "enc pass, prod not_applicable, pub pass"},
		{"facet_fails", resource(t, `{}`, with(`{"at_rest":false}`)), &estate.Context{Public: &estate.Public{Read: estate.Yes}, Environment: "production"}, "enc fail facets.encryption.at_rest, prod fail, pub fail"},
		{"facet_undecided", resource(t, `{}`, with(`{"at_rest":null}`)), &estate.Context{Environment: "test"}, "enc unknown facets.encryption.at_rest, prod not_applicable, pub unknown context.public.read"},
		{"facet_undecided_for_a_reason", resource(t, `{}`, with(`{"at_rest":null}`), unknown("sse")), nil, "enc unknown sse, prod not_applicable, pub unknown sse"},
		{"facet_unknown", resource(t, `{}`, unknown("facets.encryption")), nil, "enc unknown facets.encryption, prod not_applicable, pub unknown facets.encryption"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := ""
			for _, f := range evaluate(t, lib, tt.line, tt.ctx, nil) {
				if got != "" {
					got += ", "
				}
				got += f.Check + " " + string(f.Status)
				if f.Element != "" {
					got += " " + f.Element
				}
				for _, u := range f.Unknown {
					got += " " + u.Path
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
