package query_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/analysis/enrich"
	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
	"github.com/stance-sec/stance/internal/analysis/query"
	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/picture"
	service "github.com/stance-sec/stance/internal/service/query"
	"github.com/stance-sec/stance/paths"
)

// shelf is an inventory in memory.
type shelf struct {
	lines map[estate.Scope][][]byte
	lost  []estate.Coverage
}

func (s *shelf) Coverage() []estate.Coverage {
	all := slices.Clone(s.lost)
	for scope, lines := range s.lines {
		all = append(all, estate.Coverage{Scope: scope, Status: estate.CoverageOK, Resources: len(lines)})
	}
	slices.SortFunc(all, func(a, b estate.Coverage) int { return a.Scope.Compare(b.Scope) })
	return all
}

func (s *shelf) Each(scope estate.Scope, yield func([]byte) error) error {
	for _, line := range s.lines[scope] {
		if err := yield(line); err != nil {
			return err
		}
	}
	return nil
}

func (s *shelf) add(t *testing.T, line string) {
	t.Helper()
	var r estate.Resource
	if err := json.Unmarshal([]byte(line), &r); err != nil {
		t.Fatal(err)
	}
	scope := estate.Scope{Cloud: r.Cloud, Account: r.Account, Region: r.Region, Type: r.Type}
	s.lines[scope] = append(s.lines[scope], []byte(line))
}

// company is the example company's front with its twins.
func company(t *testing.T) *shelf {
	t.Helper()
	data, err := os.ReadFile("../picture/testdata/front.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	s := &shelf{lines: map[estate.Scope][][]byte{}}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		s.add(t, lines.Text())
	}
	return s
}

// ask returns the paths as "name -kind-> name", a ? behind those that are not sure.
func ask(t *testing.T, s *shelf, text string) []string {
	t.Helper()
	table, err := risk.Default()
	if err != nil {
		t.Fatal(err)
	}
	rules, err := escalate.Load(paths.FS, ".")
	if err != nil {
		t.Fatal(err)
	}
	mapping, err := enrich.ParseMapping("m", []byte("context: [{match: {tags: {dataclass: '*'}}, set: {data_class: 'tag:dataclass'}}]"))
	if err != nil {
		t.Fatal(err)
	}
	graph, err := service.Load(t.Context(), s, service.Options{
		Picture: picture.Options{Table: table, Rules: rules}, Mapping: mapping, Now: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		t.Fatal(err)
	}
	q, err := query.Parse(text, query.Vocabulary{Types: []string{"aws_s3_bucket"}, Kinds: slices.Concat(service.Kinds(), table.Steps())}, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := graph.Ask(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, p := range answer.Paths {
		text := p.Nodes[0].Name
		for i, step := range p.Steps {
			text += fmt.Sprintf(" -%s-> %s", step.Kind, p.Nodes[i+1].Name)
		}
		if len(p.Perhaps) > 0 {
			text += " ?"
		}
		list = append(list, text)
	}
	return list
}

func TestTheWayOfAnAttackerIsAnAnswerAndItsTwinsAreNone(t *testing.T) {
	t.Parallel()
	s := company(t)
	for text, want := range map[string][]string{
		`internet -> * -> datastore where data.class == restricted`: {
			"internet -internet-exposed-> front -runs-as-> front -escalate-> export-front -reads-data-> acme-orders-front ?",
		},
		// Reaching a machine is sure, going on from it is not.
		`internet -> "front"`:         {"internet -internet-exposed-> front"},
		`internet -> "front" -> role`: {"internet -internet-exposed-> front -runs-as-> front ?"},
		`instance i -> role r where i.name == r.name and r.name like "front-u*"`: {"front-unrouted -runs-as-> front-unrouted"},
		// No attacker gets to this role, and it can read the data all the same.
		`role -reads-data-> "acme-orders-front-unrouted"`: {"export-front-unrouted -reads-data-> acme-orders-front-unrouted"},
		// What a boundary cuts is no step of anyone.
		`"front-bounded" -escalate*-> role`: nil,
	} {
		if got := ask(t, s, text); !slices.Equal(got, want) {
			t.Errorf("%s\ngot  %q\nwant %q", text, got, want)
		}
	}
}

// bucket is a bucket with a policy view, and with what is unknown of it.
func bucket(name, tags, grants, unknown string) string {
	return fmt.Sprintf(`{"id":"arn:aws:s3:::%s","type":"aws_s3_bucket","cloud":"aws","account":"111111111111","region":"r","name":"%s","tags":%s,"config":{},
"facets":{"data_store":{"kind":"object"},"access_policy":{"documents":[],"grants":%s,"policy_blocked":true,"list_blocked":false,"enforced":false},
"public_guard":{"protects":"aws_s3_bucket","blocks_policies":false,"ignores_lists":false}},"unknown":%s}`, name, name, tags, strings.ReplaceAll(grants, "\n", ""), unknown)
}

func TestAttributes(t *testing.T) {
	t.Parallel()
	grant := func(to string, anyone bool) string {
		return fmt.Sprintf(`{"principal":%q,"anyone":%v,"permission":"READ","read":true,"write":false}`, to, anyone)
	}
	s := &shelf{lines: map[estate.Scope][][]byte{}}
	for _, line := range []string{
		bucket("open", `{"dataclass":"restricted"}`, `[`+grant("all", true)+`]`, `[]`),
		bucket("shut", `{"dataclass":"public"}`, `[`+grant("111111111111", false)+`]`, `[]`),
		bucket("lent", `{}`, `[`+grant("222222222222", false)+`]`, `[]`),
		bucket("odd", `{}`, `[`+grant("abc", false)+`,`+grant("abd", false)+`]`, `[]`),
		bucket("lost", `null`, `[]`, `[{"path":"tags","reason":"denied"},{"path":"facets.access_policy.grants","reason":"denied"}]`),
		bucket("customers", `{}`, `[]`, `[]`),
	} {
		s.add(t, line)
	}
	for text, want := range map[string][]string{
		`bucket where public == yes`:                                                  {"lost ?", "open"},
		`bucket where public == unknown`:                                              {"lost"},
		`bucket where shared == yes`:                                                  {"lent", "lost ?", "odd ?", "open"},
		`bucket where shared == no`:                                                   {"customers", "lost ?", "odd ?", "shut"},
		`bucket where tag["dataclass"] == restricted`:                                 {"lost ?", "open"},
		`bucket where data.class == public`:                                           {"lost ?", "shut"},
		`bucket where data.class in (restricted, confidential) and name == customers`: {"customers ?"},
		`bucket where data.kind != object`:                                            nil,
	} {
		if got := ask(t, s, text); !slices.Equal(got, want) {
			t.Errorf("%s\ngot  %q\nwant %q", text, got, want)
		}
	}
}
