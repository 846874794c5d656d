package risk_test

import (
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/estate"
)

func TestWrongTablesAreRefusedWithTheirPlace(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ from, to, want string }{
		"unknown-key":       {"blast: {weight: 0.5}", "blast: {weight: 0.5, wait: 1}", `75:22: blast has no key "wait"`},
		"above-one":         {"runs-as:                   {value: 0.95", "runs-as:                   {value: 1.95", `steps.runs-as.value is "1.95", want a number from 0 to 1`},
		"not-a-number":      {"runs-as:                   {value: 0.95", "runs-as:                   {value: .nan", `steps.runs-as.value is ".nan"`},
		"no-label":          {"label: a secret lies", "lable: a secret lies", `steps.secret has no key "lable"; did you mean label?`},
		"twice":             {"reads-data-narrow: ", "reads-data: ", `key "reads-data" stands twice in steps`},
		"falling":           {"low: 0.05, high: 0.95, label: may take on", "low: 0.60, high: 0.95, label: may take on", "low, value and high must not fall"},
		"no-question":       {`, question: "can the condition of the trust be met?"`, "", "has no question"},
		"missing-unknown":   {"  unknown:     {value: 0.8,", "  unheard:     {value: 0.8,", "environment needs a row unknown"},
		"missing-section":   {"blast: {weight: 0.5}\n", "", "a risk table needs blast"},
		"bands-out-of-turn": {"high: 60", "high: 85", "bands.high must be below bands.critical"},
		"floor-of-nothing":  {"steps: [leaked-credential]", "steps: [leaked-credentials]", `names "leaked-credentials", which steps does not have`},
		"floor-without-end": {"band: medium, because: attackers", "band: info, because: attackers", "has no least score"},
		"no-version":        {`version: "2026-11-22"`, "version: 3", "version must be a text"},
		"broken-yaml":       {"floors:", "floors: [", "did not find expected"},
		"word-twice":        {"also: [lab, playground, personal]", "also: [lab, qa]", `environment: "qa" comes twice`},
	}
	for name, c := range cases {
		text := strings.Replace(risk.Source(), c.from, c.to, 1)
		if text == risk.Source() {
			t.Errorf("%s: the table does not hold %q", name, c.from)
			continue
		}
		_, err := risk.Load("mine.yaml", strings.NewReader(text))
		if estate.CodeOf(err) != estate.CodeInvalid || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "mine.yaml: ") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if _, err := risk.Load("empty", strings.NewReader("# nothing\n")); estate.CodeOf(err) != estate.CodeInvalid {
		t.Errorf("an empty table: %v", err)
	}
	if _, err := risk.Load("large", strings.NewReader(strings.Repeat("# x\n", 1<<19))); estate.CodeOf(err) != estate.CodeInvalid {
		t.Errorf("a large table: %v", err)
	}
}

func TestAChangedNumberChangesScoresAndVersion(t *testing.T) {
	t.Parallel()
	text := strings.Replace(risk.Source(), "anonymous-access:          {value: 0.95", "anonymous-access:          {value: 0.25", 1)
	mine, err := risk.Load("mine", strings.NewReader(strings.Replace(text, `version: "2026-11-22"`, `version: "mine"`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	p := risk.Path{Entry: "internet", Steps: []risk.Step{{Kind: "anonymous-access"}}, Impact: risk.Impact{Data: "internal", Privilege: "none", Environment: "production", Criticality: "critical"}}
	s, err := mine.Score(p)
	if err != nil || s.Table != "mine" || !near(s.Likelihood, 0.25) {
		t.Errorf("with an own table: %+v, %v", s, err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(risk.Source())
	f.Add("version: x\nentries: &a {internet: {value: 1, label: x}}\nsteps: *a\n")
	f.Add("a: [[[[[[[[[")
	f.Add("? {a: b}\n: c\nversion: !!binary aGk=\n")
	f.Fuzz(func(t *testing.T, text string) {
		table, err := risk.Load("fuzzed", strings.NewReader(text))
		if err != nil {
			if estate.CodeOf(err) != estate.CodeInvalid {
				t.Fatalf("%v", err)
			}
			return
		}
		// What is accepted can rate every step, and stays between its bounds.
		for _, kind := range table.Steps() {
			s, err := table.Score(risk.Path{Entry: "internet", Steps: []risk.Step{{Kind: kind}}})
			if err != nil || !(s.Value >= 0 && s.Value <= 100 && s.Low <= s.Value && s.Value <= s.High) {
				t.Fatalf("step %q: %+v, %v", kind, s, err)
			}
		}
	})
}
