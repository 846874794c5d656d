package policy_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/estate"
)

// FuzzEvaluate feeds lines that no source would write: whatever they hold, the
// evaluator answers, and what it answers is valid JSON, and what CEL's interpreter answers.
func FuzzEvaluate(f *testing.F) {
	lib := mustCompile(f, map[string]string{
		"a": "for_each: {r: resource.rules}\nmessage: '{r.port} {resource.tags} {resource.settings}'\nassert: [{expr: 'r.port != 22 && r.cidrs == []', at: r.cidrs}]\n",
		"b": "assert: [{expr: 'resource.tags.all(k, resource.tags[k] != k) && resource.settings == {} && !has(resource.logging) && resource.age_days > 3'}]\n",
		"c": "collect: {trails: aws_cloudtrail}\nassert: [{expr: 'trails.exists(t, t.logging) && resource.regions.join(resource.note).matches(resource.name)'}]\n",
		"d": "title: t\nseverity: low\nfacet: network_rules\nassert: [{expr: '!resource.network_rules.ingress.open_to_internet(\"tcp\", 22)'}]\n",
		"e": "title: t\nseverity: low\nfacet: access_policy\nassert: [{expr: '!resource.access_policy.documents.exists(d, d.is_public() || d.is_admin())'}]\n",
	}, policy.Options{CostLimit: 100_000})
	f.Add(benchResource(f))
	f.Add([]byte(`{"type":"aws_s3_bucket","config":{"rules":[{"port":22,"cidrs":["x"]},null,3],"settings":{"a.b":"c"}},"unknown":[{"path":"rules[1]"},{"path":"settings[\"a.b\"]"},{"path":"[]..[["}]}`))
	f.Add([]byte(`{"type":"aws_s3_bucket","tags":[],"config":[],"facets":{"network_rules":{"ingress":[{"action":"allow","protocol":"tcp","from_port":22,"to_port":22,"cidrs":["::/0"]}]},"access_policy":{"documents":[{"statements":[{}]}]}},"unknown":{}}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		e := lib.NewEvaluator(testNow)
		cols := policy.Collections{"aws_cloudtrail": {Resources: [][]byte{line}}}
		var own, theirs []estate.Finding
		_, err := e.Evaluate(line, nil, cols, func(x estate.Finding) error {
			own = append(own, x)
			if !utf8.ValidString(x.Message) || len(x.Message) > 1000 {
				t.Errorf("message %q", x.Message)
			}
			for _, v := range x.Evidence {
				if !json.Valid(v.Value) || len(v.Value) > 300 {
					t.Errorf("evidence %s: %s", v.Path, v.Value)
				}
			}
			return nil
		})
		if err != nil && estate.CodeOf(err) != estate.CodeInvalid {
			t.Error(err)
		}
		e.Interpreted = true
		_, err = e.Evaluate(line, nil, cols, func(x estate.Finding) error { theirs = append(theirs, x); return nil })
		a, b := fmt.Sprint(own), fmt.Sprint(theirs)
		if a != b && !strings.Contains(a+b, "costs more than the limit") {
			t.Errorf("gives       %s\ninterpreted %s (%v)", a, b, err)
		}
	})
}
