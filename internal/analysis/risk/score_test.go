package risk_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/estate"
)

const tries = 3000

// random returns a path of random rows of the table, some with probabilities of their own.
func random(t *testing.T, r *rand.Rand) risk.Path {
	t.Helper()
	pick := func(words ...string) string { return words[r.IntN(len(words))] }
	p := risk.Path{Entry: pick(table(t).Entries()...), Impact: risk.Impact{
		Data:        pick("restricted", "confidential", "internal", "public", "none", "", "gibberish"),
		DataGuessed: r.IntN(2) == 0,
		Privilege:   pick("organization-admin", "service-admin", "write", "compute", "none", ""),
		Reach:       r.IntN(100), Estate: r.IntN(1000),
		Environment: pick("production", "Prod", "sandbox", "qa", ""), Criticality: pick("critical", "low", "tier1", ""),
	}}
	for range r.IntN(6) {
		s := risk.Step{Kind: pick(table(t).Steps()...)}
		if r.IntN(3) == 0 {
			low := r.Float64() / 2
			mid := low + r.Float64()/4
			s.P = &risk.Interval{Low: low, Expected: mid, High: mid + r.Float64()/4}
		}
		p.Steps = append(p.Steps, s)
	}
	return p
}

func score(t *testing.T, p risk.Path) estate.Score {
	t.Helper()
	s, err := table(t).Score(p)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9*(1+math.Abs(a)) }

func TestWaterfallMultipliesToTheScore(t *testing.T) {
	t.Parallel()
	for seed := range uint64(tries) {
		s := score(t, random(t, rand.New(rand.NewPCG(seed, 1))))
		product, shares := 100.0, 0.0
		for _, f := range s.Waterfall {
			product *= f.Multiplier
			shares += f.Share
			if !near(f.Multiplier*f.Multiplier, f.Value) || !near(f.After, product) || f.Low > f.Value || f.High < f.Value {
				t.Fatalf("seed %d: factor %+v after %v", seed, f, product)
			}
		}
		if !near(product, s.Raw) || !near(100*math.Sqrt(s.Likelihood*s.Impact), s.Raw) {
			t.Fatalf("seed %d: factors make %v, likelihood and impact %v, the score is %v", seed, product, 100*math.Sqrt(s.Likelihood*s.Impact), s.Raw)
		}
		if s.Raw > 0 && s.Raw < 100 && !near(shares, 1) {
			t.Fatalf("seed %d: shares add up to %v", seed, shares)
		}
		if s.Low > s.Value || s.High < s.Value || s.Value < s.Raw || (s.Value != s.Raw) != (s.Adjusted != "") {
			t.Fatalf("seed %d: score %+v", seed, s)
		}
		if s.Band != table(t).Band(s.Value) || s.Table != table(t).Version() {
			t.Fatalf("seed %d: band %s of %v, table %s", seed, s.Band, s.Value, s.Table)
		}
	}
}

func TestAnswersStayWithinTheInterval(t *testing.T) {
	t.Parallel()
	for seed := range uint64(tries) {
		r := rand.New(rand.NewPCG(seed, 2))
		p := random(t, r)
		wide := score(t, p)
		for i, s := range p.Steps {
			n, _ := table(t).Step(s.Kind)
			if s.P != nil {
				n.Interval = *s.P
			}
			answer := risk.Exactly([]float64{n.Low, n.Expected, n.High}[r.IntN(3)])
			p.Steps[i].P = &answer
		}
		if p.Impact.Data == "" {
			p.Impact.Data = []string{"public", "confidential", "restricted"}[r.IntN(3)]
			p.Impact.DataGuessed = true
		}
		narrow := score(t, p)
		if narrow.Value < wide.Low-1e-9 || narrow.Value > wide.High+1e-9 {
			t.Fatalf("seed %d: answered %v, which is outside %v to %v", seed, narrow.Value, wide.Low, wide.High)
		}
	}
}

func TestLongerPathsAreNeverLikelier(t *testing.T) {
	t.Parallel()
	for seed := range uint64(tries) {
		r := rand.New(rand.NewPCG(seed, 3))
		p := random(t, r)
		before := score(t, p)
		p.Steps = append(p.Steps, risk.Step{Kind: table(t).Steps()[r.IntN(len(table(t).Steps()))]})
		if after := score(t, p); after.Raw > before.Raw+1e-9 {
			t.Fatalf("seed %d: a further step raises %v to %v", seed, before.Raw, after.Raw)
		}
	}
}

func TestMoreImpactNeverLowersAScore(t *testing.T) {
	t.Parallel()
	better := map[string]string{"public": "internal", "internal": "confidential", "confidential": "restricted", "none": "public"}
	for seed := range uint64(tries) {
		p := random(t, rand.New(rand.NewPCG(seed, 4)))
		before := score(t, p)
		worse := p
		worse.Impact.Data = better[p.Impact.Data]
		worse.Impact.Reach += 50
		if better[p.Impact.Data] == "" {
			worse.Impact.Data = p.Impact.Data
		}
		if after := score(t, worse); after.Value < before.Value-1e-9 {
			t.Fatalf("seed %d: %+v is worth %v, %+v only %v", seed, p.Impact, before.Value, worse.Impact, after.Value)
		}
	}
}

func TestNobodyIsAskedWhatChangesNothing(t *testing.T) {
	t.Parallel()
	p := risk.Path{Entry: "internet", Steps: []risk.Step{{Kind: "login-mfa"}}, Impact: risk.Impact{Data: "public", Privilege: "none", Environment: "sandbox"}}
	if s := score(t, p); s.Low == s.High || s.Band != estate.Info || table(t).Question(p) != "" {
		t.Errorf("%v to %v is %s, and asks %q", s.Low, s.High, s.Band, table(t).Question(p))
	}
	p.Impact.Data, p.Impact.Environment, p.Steps[0].Kind = "restricted", "production", "password-login"
	if s := score(t, p); table(t).Question(p) != "how critical is it to the business?" {
		t.Errorf("%v to %v is %s, and asks %q", s.Low, s.High, s.Band, table(t).Question(p))
	}
}

func TestWhatTheTableDoesNotHaveIsRefused(t *testing.T) {
	t.Parallel()
	nan := risk.Exactly(math.NaN())
	bad := map[string]risk.Path{
		"entry": {Entry: "nowhere"},
		"step":  {Entry: "internet", Steps: []risk.Step{{Kind: "teleport"}}},
		"nan":   {Entry: "internet", Steps: []risk.Step{{Kind: "exploit", P: &nan}}},
	}
	for name, p := range bad {
		if _, err := table(t).Score(p); estate.CodeOf(err) != estate.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHolesOfAMachineCombine(t *testing.T) {
	t.Parallel()
	epss := func(p float64) *float64 { return &p }
	cases := map[string]struct {
		holes []risk.Vulnerability
		kind  string
		want  float64
	}{
		"epss-of-90-days":        {[]risk.Vulnerability{{EPSS: epss(0.3)}}, risk.StepExploit, 1 - 0.7*0.7*0.7},
		"public-code":            {[]risk.Vulnerability{{EPSS: epss(0.0001), PublicExploit: true}}, risk.StepExploit, 0.05},
		"kev":                    {[]risk.Vulnerability{{KEV: true}}, risk.StepExploitKEV, 0.95},
		"kev-of-ransomware":      {[]risk.Vulnerability{{KEV: true}, {KEV: true, Ransomware: true}, {KEV: true}}, risk.StepExploitRansomware, 0.99},
		"kev-that-takes-a-login": {[]risk.Vulnerability{{KEV: true, Privileged: true}}, risk.StepExploit, 0.95 * 0.3},
		"local-and-a-user":       {[]risk.Vulnerability{{KEV: true, Local: true, NeedsUser: true}}, risk.StepExploit, 0.95 * 0.3 * 0.3},
		"three-highest-of-five": {[]risk.Vulnerability{{EPSS: epss(0)}, {EPSS: epss(0.1)}, {EPSS: epss(0.1)}, {EPSS: epss(0.1)}, {EPSS: epss(0.05)}},
			risk.StepExploit, 1 - math.Pow(0.9, 9)},
		"no-epss":           {[]risk.Vulnerability{{}}, risk.StepExploit, 0.10},
		"epss-is-no-number": {[]risk.Vulnerability{{EPSS: epss(math.NaN())}}, risk.StepExploit, 0.99},
	}
	for name, c := range cases {
		step, ok := table(t).Exploit(c.holes)
		if !ok || step.Kind != c.kind || !near(step.P.Expected, c.want) || !step.P.Valid() {
			t.Errorf("%s: %s %v, want %s %v", name, step.Kind, step.P, c.kind, c.want)
		}
	}
	if _, ok := table(t).Exploit(nil); ok {
		t.Error("a machine without holes has an exploit")
	}
}
