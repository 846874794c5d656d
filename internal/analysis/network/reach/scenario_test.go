package reach_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/analysis/network/reach"
	"github.com/stance-sec/stance/internal/estate"
)

// A file holds a base estate and scenarios that change it. A resource is its type
// without "aws_", its short id, and its settings; "region", "account" and "unknown"
// stand beside it. A scenario's resource changes the settings of the base's.
type scenarioFile struct {
	Base      []node     `yaml:"base"`
	Scenarios []scenario `yaml:"scenarios"`
}

type node map[string]any

type scenario struct {
	Name    string                 `yaml:"name"`
	Source  string                 `yaml:"source"`
	Change  []node                 `yaml:"change"`
	Remove  []string               `yaml:"remove"`
	Lost    []string               `yaml:"lost"`
	Want    map[string]expectation `yaml:"want"`
	Between []betweenExpectation   `yaml:"between"`
}

type expectation struct {
	Yes      []string `yaml:"yes"`
	Maybe    []string `yaml:"maybe"`
	Blocked  string   `yaml:"blocked"`
	Path     []string `yaml:"path"`
	Filtered []string `yaml:"filtered"`
	Unknown  []string `yaml:"unknown"`
	Auth     string   `yaml:"auth"`
}

type betweenExpectation struct {
	From    string   `yaml:"from"`
	To      string   `yaml:"to"`
	Yes     []string `yaml:"yes"`
	Maybe   []string `yaml:"maybe"`
	Blocked string   `yaml:"blocked"`
	Path    []string `yaml:"path"`
	Unknown []string `yaml:"unknown"`
}

// beside are the words of a resource that are no settings.
var beside = []string{"type", "id", "region", "account", "unknown"}

// arnOf gives the short id of a resource the form it has in an inventory.
func (r node) arn() string {
	kind := map[string]string{"nat_gateway": "natgateway", "eip": "elastic-ip", "db_instance": "db", "db_subnet_group": "subgrp"}[r.text("type")]
	if kind == "" {
		kind = strings.ReplaceAll(r.text("type"), "_", "-")
	}
	return "arn:aws:ec2:" + r.region() + ":" + r.account() + ":" + kind + "/" + r.text("id")
}

func (r node) text(name string) string {
	text, _ := r[name].(string)
	return text
}

func (r node) region() string {
	if text := r.text("region"); text != "" {
		return text
	}
	return "eu-west-1"
}

func (r node) account() string {
	if text := r.text("account"); text != "" {
		return text
	}
	return "111111111111"
}

// line is the resource as an inventory holds it.
func (r node) line(t testing.TB) []byte {
	t.Helper()
	config := map[string]any{}
	for name, value := range r {
		if !slices.Contains(beside, name) {
			config[name] = value
		}
	}
	raw, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	res := estate.Resource{
		ID: r.arn(), Type: "aws_" + r.text("type"), Cloud: estate.AWS, Account: r.account(), Region: r.region(), Name: r.text("id"), Config: raw,
	}
	if list, ok := r["unknown"].([]any); ok {
		for _, path := range list {
			res.Unknown = append(res.Unknown, estate.Unknown{Path: path.(string), Reason: estate.Denied, Permission: "x:Y"})
		}
	}
	data, err := json.Marshal(res)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// estateOf puts a scenario's changes over the base, in the order of the files.
func (s scenario) estateOf(base []node) []node {
	var list []node
	for _, from := range base {
		if !slices.Contains(s.Remove, from.text("id")) {
			list = append(list, maps.Clone(from))
		}
	}
	for _, change := range s.Change {
		same := func(r node) bool {
			return r.text("id") == change.text("id") && (change["type"] == nil || r["type"] == change["type"])
		}
		if i := slices.IndexFunc(list, same); i >= 0 {
			maps.Copy(list[i], change)
			continue
		}
		list = append(list, change)
	}
	return list
}

func build(t testing.TB, list []node, lost []string) *reach.Network {
	t.Helper()
	b := reach.NewBuilder()
	for _, r := range list {
		if err := b.Add(r.line(t)); err != nil {
			t.Fatalf("%v: %v", r, err)
		}
	}
	for _, kind := range lost {
		b.Lost(estate.Coverage{
			Scope:  estate.Scope{Cloud: estate.AWS, Account: "111111111111", Region: "eu-west-1", Type: "aws_" + kind},
			Status: estate.CoverageFailed, Reason: estate.Denied, Permissions: []string{"x:Describe"},
		})
	}
	return b.Build()
}

// shown writes an exposure as the scenarios do: family, protocol, ports, sources.
func shown(e reach.Exposure) string {
	words := []string{e.Protocol}
	if e.Family != "" {
		words = []string{e.Family, e.Protocol}
	}
	var ports []string
	for _, p := range e.Ports {
		switch {
		case p.From == p.To:
			ports = append(ports, fmt.Sprint(p.From))
		case p.From == 0 && p.To == 65535:
			ports = append(ports, "every")
		default:
			ports = append(ports, fmt.Sprintf("%d-%d", p.From, p.To))
		}
	}
	if len(ports) > 0 {
		words = append(words, strings.Join(ports, ","))
	}
	if e.Sources.Kind == reach.Internet {
		return strings.Join(append(words, "internet"), " ")
	}
	return strings.Join(append(words, "from", strings.Join(e.Sources.Ranges, ",")), " ")
}

func kinds(hops []reach.Hop) []string {
	var list []string
	for _, h := range hops {
		list = append(list, h.Kind)
	}
	return list
}

func scenarioFiles(t testing.TB) map[string]scenarioFile {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	files := map[string]scenarioFile{}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var f scenarioFile
		decoder := yaml.NewDecoder(strings.NewReader(string(data)))
		decoder.KnownFields(true)
		if err := decoder.Decode(&f); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		files[strings.TrimSuffix(filepath.Base(path), ".yaml")] = f
	}
	return files
}

func TestScenarios(t *testing.T) {
	t.Parallel()
	for name, file := range scenarioFiles(t) {
		for _, s := range file.Scenarios {
			t.Run(name+"/"+s.Name, func(t *testing.T) {
				t.Parallel()
				list := s.estateOf(file.Base)
				n := build(t, list, s.Lost)
				for id, want := range s.Want {
					want.check(t, id, n.Exposure(find(t, list, id).arn()))
				}
				for _, want := range s.Between {
					want.check(t, n.Between(find(t, list, want.From).arn(), find(t, list, want.To).arn()))
				}
			})
		}
	}
}

func find(t testing.TB, list []node, id string) node {
	t.Helper()
	i := slices.IndexFunc(list, func(r node) bool { return r.text("id") == id })
	if i < 0 {
		t.Fatalf("there is no %s", id)
	}
	return list[i]
}

func (want expectation) check(t *testing.T, id string, got []reach.Exposure) {
	t.Helper()
	var is expectation
	for _, e := range got {
		switch e.Verdict {
		case estate.Yes:
			is.Yes = append(is.Yes, shown(e))
		case estate.Maybe:
			is.Maybe = append(is.Maybe, shown(e))
			if len(e.Unknown) == 0 {
				t.Errorf("%s: %s is unknown without a reason", id, shown(e))
			}
			for _, u := range e.Unknown {
				is.Unknown = append(is.Unknown, u.Path+" "+u.Detail)
			}
		default:
			if len(e.Blocked) == 0 {
				t.Errorf("%s: nothing is said to block it", id)
				continue
			}
			is.Blocked = e.Blocked[0].Kind
		}
		if e.Verdict != estate.No && (len(e.Path) < 2 || e.Path[0].Kind != "internet") {
			t.Errorf("%s: path %v", id, e.Path)
		}
	}
	compare(t, id+": open", is.Yes, want.Yes)
	compare(t, id+": maybe", is.Maybe, want.Maybe)
	if is.Blocked != want.Blocked {
		t.Errorf("%s: blocked by %q, want %q: %+v", id, is.Blocked, want.Blocked, got)
	}
	for _, text := range want.Unknown {
		if !slices.ContainsFunc(is.Unknown, func(u string) bool { return strings.Contains(u, text) }) {
			t.Errorf("%s: unknown %q lacks %q", id, is.Unknown, text)
		}
	}
	if want.Path != nil {
		compare(t, id+": path", kinds(got[0].Path), want.Path)
	}
	if want.Filtered != nil {
		compare(t, id+": filtered", kinds(got[0].Filtered), want.Filtered)
	}
	if want.Auth != "" && got[0].Auth != want.Auth {
		t.Errorf("%s: auth %q, want %q", id, got[0].Auth, want.Auth)
	}
}

func (want betweenExpectation) check(t *testing.T, got reach.Answer) {
	t.Helper()
	what := want.From + " to " + want.To
	var is betweenExpectation
	for _, e := range got.Openings {
		text := strings.TrimSuffix(shown(e), " from ")
		if e.Verdict == estate.Yes {
			is.Yes = append(is.Yes, text)
		} else {
			is.Maybe = append(is.Maybe, text)
		}
	}
	compare(t, what+": open", is.Yes, want.Yes)
	compare(t, what+": maybe", is.Maybe, want.Maybe)
	if got.Verdict == estate.No {
		is.Blocked = got.Blocked[0].Kind
	}
	if is.Blocked != want.Blocked {
		t.Errorf("%s: blocked by %q, want %q: %+v", what, is.Blocked, want.Blocked, got)
	}
	if want.Path != nil {
		compare(t, what+": path", kinds(got.Openings[0].Path), want.Path)
	}
	for _, text := range want.Unknown {
		if !slices.ContainsFunc(got.Unknown, func(u estate.Unknown) bool { return strings.Contains(u.Path+" "+u.Detail, text) }) {
			t.Errorf("%s: unknown %v lacks %q", what, got.Unknown, text)
		}
	}
}

// compare takes lists as sets.
func compare(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !strings.HasSuffix(what, "path") {
		got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	}
	if diff := cmp.Diff(want, got, cmp.Transformer("some", func(l []string) string { return strings.Join(l, "\n") })); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
