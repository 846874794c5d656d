package policy_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/schema"
)

// bucket and what follows are made-up resource types that hold every kind of value.
type bucket struct {
	Versioning bool              `json:"versioning"`
	Encrypted  estate.Tri        `json:"encrypted"`
	Size       int               `json:"size"`
	Ratio      float64           `json:"ratio"`
	Note       string            `json:"note,omitempty"`
	Rotated    *time.Time        `json:"rotated,omitempty"`
	Logging    *logging          `json:"logging"`
	Rules      []rule            `json:"rules"`
	Regions    []string          `json:"regions"`
	Settings   map[string]string `json:"settings,omitempty"`
}

type logging struct {
	Enabled bool   `json:"enabled"`
	Target  string `json:"target,omitempty"`
	Depth   *depth `json:"depth,omitempty"`
}

type depth struct {
	Level int `json:"level"`
}

type rule struct {
	Port  int      `json:"port"`
	CIDRs []string `json:"cidrs"`
}

type trail struct {
	MultiRegion bool `json:"multi_region"`
	Logging     bool `json:"logging"`
}

type account struct {
	Root bool `json:"root"`
}

func testSet(t testing.TB) *schema.Set {
	t.Helper()
	set := schema.NewSet()
	for name, config := range map[string]reflect.Type{
		"aws_s3_bucket": reflect.TypeFor[bucket](), "aws_cloudtrail": reflect.TypeFor[trail](), "aws_account": reflect.TypeFor[account](),
	} {
		if err := set.AddConfig(name, config); err != nil {
			t.Fatal(err)
		}
	}
	for name, f := range facet.Types() {
		if err := set.AddFacet(name, f); err != nil {
			t.Fatal(err)
		}
	}
	return set
}

// header is how every test check starts.
const header = "title: Good state\nseverity: high\ntype: aws_s3_bucket\n"

// files makes check files of texts; a text without a title gets the header.
func files(checks map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range checks {
		if !strings.Contains(text, "title:") {
			text = header + text
		}
		fsys["checks/"+name+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func compile(t testing.TB, checks map[string]string, opts policy.Options) (*policy.Library, error) {
	t.Helper()
	sources, err := policy.Load(files(checks), "checks")
	if err != nil {
		return nil, err
	}
	return policy.Compile(testSet(t), sources, opts)
}

func mustCompile(t testing.TB, checks map[string]string, opts policy.Options) *policy.Library {
	t.Helper()
	lib, err := compile(t, checks, opts)
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

var testNow = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// resource makes the line of a bucket with the config.
func resource(t testing.TB, config string, change ...func(*estate.Resource)) []byte {
	t.Helper()
	r := estate.Resource{
		ID: "arn:aws:s3:::b", Type: "aws_s3_bucket", Cloud: estate.AWS, Account: "111122223333", Region: "eu-west-1", Name: "b",
		Config: json.RawMessage(config),
	}
	for _, f := range change {
		f(&r)
	}
	line, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return line
}

func unknown(paths ...string) func(*estate.Resource) {
	return func(r *estate.Resource) {
		for _, p := range paths {
			r.Unknown = append(r.Unknown, estate.Unknown{Path: p, Reason: estate.Denied, Permission: "s3:Get" + p})
		}
	}
}

// evaluate returns the findings of a library on one resource.
func evaluate(t testing.TB, lib *policy.Library, line []byte, ctx *estate.Context, cols policy.Collections) []estate.Finding {
	t.Helper()
	var out []estate.Finding
	_, err := lib.NewEvaluator(testNow).Evaluate(line, ctx, cols, func(f estate.Finding) error {
		out = append(out, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// one judges a bucket with a check made of a single assert.
func one(t testing.TB, expr string, line []byte) estate.Finding {
	t.Helper()
	lib := mustCompile(t, map[string]string{"c": "assert:\n  - expr: >-\n      " + expr + "\n"}, policy.Options{})
	return evaluate(t, lib, line, nil, nil)[0]
}
