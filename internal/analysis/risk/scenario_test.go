package risk_test

import (
	"math"
	"os"
	"sync"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/estate"
)

// scenario is a line of testdata/scenarios.yaml: what a person would say of it.
type scenario struct {
	Name        string          `yaml:"name"`
	Entry       string          `yaml:"entry"`
	Steps       []yaml.Node     `yaml:"steps"`
	Data        string          `yaml:"data"`
	Guessed     bool            `yaml:"guessed"`
	Privilege   string          `yaml:"privilege"`
	Reach       []int           `yaml:"reach"`
	Environment string          `yaml:"environment"`
	Criticality string          `yaml:"criticality"`
	OffPath     bool            `yaml:"off_path"`
	Severity    estate.Severity `yaml:"severity"`

	Band     estate.Severity `yaml:"band"`
	Score    *float64        `yaml:"score"`
	Low      *float64        `yaml:"low"`
	High     *float64        `yaml:"high"`
	Question string          `yaml:"question"`
	Adjusted bool            `yaml:"adjusted"`
}

type hole struct {
	KEV        bool     `yaml:"kev"`
	Ransomware bool     `yaml:"ransomware"`
	EPSS       *float64 `yaml:"epss"`
	Public     bool     `yaml:"public"`
	Local      bool     `yaml:"local"`
	Privileged bool     `yaml:"privileged"`
	User       bool     `yaml:"user"`
}

var loaded = sync.OnceValues(risk.Default)

func table(t testing.TB) *risk.Table {
	t.Helper()
	table, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func scenarios(t *testing.T) []scenario {
	t.Helper()
	f, err := os.Open("testdata/scenarios.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	d := yaml.NewDecoder(f)
	d.KnownFields(true)
	var all []scenario
	if err := d.Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

func (s scenario) path(t *testing.T) risk.Path {
	t.Helper()
	p := risk.Path{Entry: s.Entry, Impact: risk.Impact{
		Data: s.Data, DataGuessed: s.Guessed, Privilege: s.Privilege, Environment: s.Environment, Criticality: s.Criticality,
	}}
	if p.Entry == "" {
		p.Entry = "internet"
	}
	if len(s.Reach) == 2 {
		p.Impact.Reach, p.Impact.Estate = s.Reach[0], s.Reach[1]
	}
	for i := range s.Steps {
		if s.Steps[i].Kind == yaml.ScalarNode {
			p.Steps = append(p.Steps, risk.Step{Kind: s.Steps[i].Value})
			continue
		}
		p.Steps = append(p.Steps, exploit(t, &s.Steps[i]))
	}
	return p
}

func exploit(t *testing.T, n *yaml.Node) risk.Step {
	t.Helper()
	var cves struct {
		CVEs []hole `yaml:"cves"`
	}
	if err := n.Decode(&cves); err != nil {
		t.Fatal(err)
	}
	var holes []risk.Vulnerability
	for _, h := range cves.CVEs {
		holes = append(holes, risk.Vulnerability{
			KEV: h.KEV, Ransomware: h.Ransomware, EPSS: h.EPSS, PublicExploit: h.Public,
			Local: h.Local, Privileged: h.Privileged, NeedsUser: h.User,
		})
	}
	step, ok := table(t).Exploit(holes)
	if !ok {
		t.Fatal("a step without a hole")
	}
	return step
}

// band returns the band of a scenario, with its score where it lies on a path.
func (s scenario) rate(t *testing.T) (estate.Severity, estate.Score) {
	t.Helper()
	if s.OffPath {
		return table(t).Capped("off-path", s.Severity), estate.Score{}
	}
	score, err := table(t).Score(s.path(t))
	if err != nil {
		t.Fatalf("%s: %v", s.Name, err)
	}
	return score.Band, score
}

func TestScenariosAreRatedAsPeopleWould(t *testing.T) {
	t.Parallel()
	all := scenarios(t)
	if len(all) < 60 {
		t.Fatalf("%d scenarios, want at least 60", len(all))
	}
	for _, s := range all {
		band, score := s.rate(t)
		if band != s.Band {
			t.Errorf("%s: %s (%.1f), want %s", s.Name, band, score.Value, s.Band)
		}
		for what, pair := range map[string][2]*float64{"score": {s.Score, &score.Value}, "low": {s.Low, &score.Low}, "high": {s.High, &score.High}} {
			if pair[0] != nil && math.Abs(*pair[0]-*pair[1]) > 0.6 {
				t.Errorf("%s: %s %.1f, want %.0f", s.Name, what, *pair[1], *pair[0])
			}
		}
		if (score.Adjusted != "") != s.Adjusted {
			t.Errorf("%s: adjusted %q", s.Name, score.Adjusted)
		}
		if s.OffPath {
			continue
		}
		if got := table(t).Question(s.path(t)); got != s.Question {
			t.Errorf("%s: asks %q, want %q", s.Name, got, s.Question)
		}
	}
}

// The file is in the order in which people would attend to the scenarios; the scores
// must not turn it round.
func TestScenariosKeepTheirOrder(t *testing.T) {
	t.Parallel()
	all := scenarios(t)
	for i := 1; i < len(all); i++ {
		_, before := all[i-1].rate(t)
		_, after := all[i].rate(t)
		if after.Value > before.Value {
			t.Errorf("%s (%.2f) must not come before %s (%.2f)", all[i].Name, after.Value, all[i-1].Name, before.Value)
		}
	}
}
