package decide_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/analysis/identity/reference"
	"github.com/stance-sec/stance/internal/estate"
)

// suiteFile is one file of testdata/decisions; the README there explains the format.
type suiteFile struct {
	Source   string      `yaml:"source"`
	About    string      `yaml:"about"` // what the pages leave open, and why it is answered so
	Defaults yaml.Node   `yaml:"defaults"`
	Cases    []yaml.Node `yaml:"cases"`
}

type suiteCase struct {
	Name            string            `yaml:"name"`
	Source          string            `yaml:"source"`
	Principal       principal         `yaml:"principal"`
	Identity        []policy          `yaml:"identity"`
	Boundary        *policy           `yaml:"boundary"`
	SessionPolicies []policy          `yaml:"session_policies"`
	SCPs            [][]policy        `yaml:"scps"`
	RCPs            [][]policy        `yaml:"rcps"`
	Endpoint        *policy           `yaml:"endpoint"`
	ResourcePolicy  *policy           `yaml:"resource_policy"`
	Resource        resource          `yaml:"resource"`
	Action          string            `yaml:"action"`
	Context         map[string]values `yaml:"context"`
	Absent          values            `yaml:"absent"`
	Open            values            `yaml:"open"`
	Unread          values            `yaml:"unread"`
	Reference       string            `yaml:"reference"`
	Expect          string            `yaml:"expect"`
	By              *by               `yaml:"by"`
	Residue         values            `yaml:"residue"`
	Unknown         values            `yaml:"unknown"`
	Trace           values            `yaml:"trace"`
}

type by struct {
	Layer     string  `yaml:"layer"`
	Level     *int    `yaml:"level"`
	Source    *string `yaml:"source"`
	Statement *int    `yaml:"statement"`
	Sid       *string `yaml:"sid"`
}

type principal struct{ decide.Principal }

type resource struct{ decide.Resource }

type policy struct{ decide.Source }

// withDefaults adds the keys of the defaults that a case lacks.
func withDefaults(c, defaults *yaml.Node) *yaml.Node {
	merged := *c
	merged.Content = slices.Clone(c.Content)
	for i := 0; i+1 < len(defaults.Content); i += 2 {
		key := defaults.Content[i]
		has := false
		for j := 0; j < len(c.Content); j += 2 {
			has = has || c.Content[j].Value == key.Value
		}
		if !has {
			merged.Content = append(merged.Content, key, defaults.Content[i+1])
		}
	}
	return &merged
}

// request builds what the evaluator is asked.
func (c *suiteCase) request() (decide.Request, decide.Layers) {
	p, r := c.Principal.Principal, c.Resource.Resource
	if r.ARN == "" {
		r.ARN = "*"
	}
	if fields := strings.SplitN(r.ARN, ":", 6); r.Account == "" && (len(fields) < 6 || fields[4] == "") {
		r.Account = p.Account
	}
	if c.ResourcePolicy != nil {
		r.Policy, r.PolicyUnknown = c.ResourcePolicy.Doc, c.ResourcePolicy.Unknown
	}
	layers := decide.Layers{Identity: sources(c.Identity), Session: sources(c.SessionPolicies), SCPs: levels(c.SCPs), RCPs: levels(c.RCPs)}
	if c.Boundary != nil {
		layers.Boundary = &c.Boundary.Source
	}
	if c.Endpoint != nil {
		layers.Endpoint = &c.Endpoint.Source
	}
	request := decide.Request{Principal: p, Action: c.Action, Resource: r, Context: c.context(&p, &r)}
	if c.Reference != "none" {
		request.Reference = reference.Load()
	}
	return request, layers
}

func (c *suiteCase) context(p *decide.Principal, r *decide.Resource) decide.Context {
	known := decide.Known(p, r, c.Action)
	known.SetWorld(decide.ClosedWorld)
	for key, v := range c.Context {
		known.Set(key, v...)
	}
	for _, key := range c.Absent {
		known.Absent(key)
	}
	for _, key := range c.Unread {
		known.Unread(key, estate.Unknown{Path: key, Reason: estate.Denied})
	}
	for _, key := range c.Open {
		if key == "all" {
			known.SetWorld(decide.OpenWorld)
			continue
		}
		known.Open(key)
	}
	return known
}

func sources(list []policy) []decide.Source {
	var all []decide.Source
	for _, p := range list {
		all = append(all, p.Source)
	}
	return all
}

func levels(list [][]policy) [][]decide.Source {
	var all [][]decide.Source
	for _, level := range list {
		all = append(all, sources(level))
	}
	return all
}

// eachCase calls visit with every case of the suite.
func eachCase(t testing.TB, visit func(file string, c *suiteCase)) {
	t.Helper()
	seen := map[string]bool{}
	err := filepath.WalkDir("testdata/decisions", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".yaml" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		decoder := yaml.NewDecoder(strings.NewReader(string(data)))
		decoder.KnownFields(true)
		var file suiteFile
		if err := decoder.Decode(&file); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if len(file.Cases) == 0 {
			t.Errorf("%s: no cases", path)
		}
		topic := strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(path), "testdata/decisions/"), ".yaml")
		for i := range file.Cases {
			var c suiteCase
			if err := decodeStrict(withDefaults(&file.Cases[i], &file.Defaults), &c); err != nil {
				t.Errorf("%s: case %d: %v", path, i, err)
				continue
			}
			if name := topic + "/" + c.Name; c.Name == "" || seen[name] {
				t.Errorf("%s: case %d: name %q is missing or taken", path, i, c.Name)
			} else {
				seen[name] = true
			}
			if file.Source == "" && c.Source == "" {
				t.Errorf("%s: %s names no source", path, c.Name)
			}
			visit(topic, &c)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestDecisions(t *testing.T) {
	t.Parallel()
	count := 0
	eachCase(t, func(file string, c *suiteCase) {
		count++
		t.Run(file+"/"+c.Name, func(t *testing.T) {
			t.Parallel()
			c.check(t)
		})
	})
	t.Logf("%d cases", count)
}

func (c *suiteCase) check(t *testing.T) {
	request, layers := c.request()
	d := decide.Decide(request, layers)
	var problems []string
	expect := func(ok bool, format string, args ...any) {
		if !ok {
			problems = append(problems, fmt.Sprintf(format, args...))
		}
	}
	expect(d.Outcome.String() == c.Expect, "outcome %s, want %s", d.Outcome, c.Expect)
	if b := c.By; b != nil {
		expect(b.Layer == "" || d.By.Layer.String() == b.Layer, "by layer %s, want %s", d.By.Layer, b.Layer)
		expect(b.Level == nil || d.By.Level == *b.Level, "by level %d", d.By.Level)
		expect(b.Source == nil || d.By.Source == *b.Source, "by source %q", d.By.Source)
		expect(b.Statement == nil || d.By.Index == *b.Statement, "by statement %d", d.By.Index)
		expect(b.Sid == nil || d.By.SID == *b.Sid, "by sid %q", d.By.SID)
	}
	contains := func(what, text string, parts values) {
		for _, part := range parts {
			expect(strings.Contains(strings.ToLower(text), strings.ToLower(part)), "%s %q lacks %q", what, text, part)
		}
	}
	contains("residue", d.Residue.String(), c.Residue)
	contains("unknown", fmt.Sprint(d.Unknown), c.Unknown)
	contains("trace", traceText(&d), c.Trace)
	problems = append(problems, disagreements(&d)...)
	if len(problems) > 0 {
		t.Errorf("%s\nby %+v\nresidue: %s\nunknown: %v\ntrace:\n%s", strings.Join(problems, "\n"), d.By, d.Residue, d.Unknown, traceText(&d))
	}
}

func traceText(d *decide.Decision) string {
	lines := make([]string, 0, len(d.Trace))
	for i := range d.Trace {
		lines = append(lines, "  "+d.Trace[i].String())
	}
	return strings.Join(lines, "\n")
}
