package picture_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/enrich"
	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/picture"
	"github.com/stance-sec/stance/paths"
)

// drawn draws the picture of a shelf.
func drawn(t *testing.T, s shelf) *picture.Picture {
	t.Helper()
	return drawnBy(t, s, picture.Options{})
}

func drawnBy(t *testing.T, s shelf, options picture.Options) *picture.Picture {
	t.Helper()
	g, options := gathered(t, s, options)
	p, err := g.Draw(context.Background(), s, options)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// gathered is what a shelf is drawn from.
func gathered(t *testing.T, s shelf, options picture.Options) (*picture.Gatherer, picture.Options) {
	t.Helper()
	table, err := risk.Default()
	if err != nil {
		t.Fatal(err)
	}
	rules, err := escalate.Load(paths.FS, ".")
	if err != nil {
		t.Fatal(err)
	}
	g, observer := picture.NewGatherer(), enrich.NewObserver()
	for _, c := range s.Coverage() {
		g.Lost(c)
		for _, line := range s[c.Scope] {
			if err := g.Observe(c.Scope, line); err != nil {
				t.Fatal(err)
			}
			if err := observer.Observe(line); err != nil {
				t.Fatal(err)
			}
		}
	}
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	options.Table, options.Rules, options.Overlay, options.Now = table, rules, observer.Overlay(nil, now), now
	return g, options
}

// steps are the kinds of the steps between two nodes, which are told by how they end.
func steps(p *picture.Picture, from, to string) []string { return kindsOf(p.Model, from, to) }

func kindsOf(m *attack.Model, from, to string) []string {
	var kinds []string
	for s := range m.Steps() {
		if strings.HasSuffix(s.From, from) && strings.HasSuffix(s.To, to) && !slices.Contains(kinds, s.Kind) {
			kinds = append(kinds, s.Kind)
		}
	}
	return kinds
}

// Each role and user of the file can be taken from outside, or is what it leads to; twins
// differ in one thing.
func TestIdentitiesLeadWhereAWSLetsThem(t *testing.T) {
	t.Parallel()
	p := drawn(t, read(t, "testdata/identities.jsonl", nil))
	cases := []struct {
		name, from, to string
		want           []string
	}{
		{"a-table-is-read-by-query", "role/ddb", "table/jb-ddb", []string{"reads-data"}},
		{"a-table-is-read-item-by-item", "role/ddb3", "table/jb-ddb3", []string{"reads-data"}},
		{"a-table-is-not-read-by-writing", "role/ddb2", "table/jb-ddb2", nil},
		{"parameters-are-read-by-path", "role/par", "parameter/jb-par", []string{"reads-data"}},
		{"a-bucket-that-names-the-role", "role/bonly", ":::jb-bonly", []string{"reads-data"}},
		{"both-accounts-allow", "role/bx", ":::jb-bx", []string{"reads-data"}},
		{"the-key-delegates-and-the-role-decrypts", "role/k-ok", ":::jb-k-ok", []string{"reads-data"}},
		{"the-role-does-not-decrypt", "role/k-noid", ":::jb-k-noid", nil},
		{"the-key-denies", "role/k-deny", ":::jb-k-deny", nil},
		{"joining-a-group-of-readers", "group/readers", ":::jb-joinread", []string{"reads-data"}},
		{"joining-a-group-of-administrators", "group/admins", ":root", []string{"administers"}},
		{"no-such-group", "user/joiner2", ":root", nil},
		{"an-administrator", "user/root-ish", ":root", []string{"administers"}},
		{"an-administrator-with-a-second-factor", "user/root-mfa", ":root", []string{"administers"}},
		{"an-administrator-by-several-policies", "role/shadow", ":root", []string{"administers"}},
		{"writing-its-own-policy", "role/putself", ":root", []string{"escalate"}},
		{"a-boundary-without-that", "role/putbound", ":root", nil},
		{"a-vendor-without-external-id", "entry:internal-foothold", "role/vend", []string{"assume-role"}},
		{"a-vendor-with-external-id", "entry:internal-foothold", "role/vend-ext", []string{"assume-role-external-id"}},
		{"a-vendor-that-would-have-to-be-of-the-organisation", "entry:internal-foothold", "role/vend-org", nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := steps(p, c.from, c.to); !slices.Equal(got, c.want) {
				t.Errorf("from %s to %s lead %v, want %v", c.from, c.to, got, c.want)
			}
		})
	}
}

// A resource control policy over the account of a role closes it to strangers, whatever
// its trust policy says; one over another account, or with the stranger exempt, does not.
func TestResourceControlPoliciesCloseRoles(t *testing.T) {
	t.Parallel()
	const work, gov = "ou-1atd-pp7eagmz", "ou-1atd-s69axvq4"
	open := []string{"assume-role"}
	for name, c := range map[string]struct {
		unit, exempt string
		want         []string
	}{
		"over-the-account":         {work, "000000000000", nil},
		"over-another-account":     {gov, "000000000000", open},
		"with-the-stranger-exempt": {work, "999988887777", open},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			perimeter := strings.NewReplacer("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", gov, c.unit,
				`{"sid":"","effect":"Deny","actions":["iam:PassRole","iam:Put*"],"resources":["*"]}`,
				`{"sid":"","effect":"Deny","principals":[{"kind":"*","id":"*"}],"actions":["sts:AssumeRole"],"resources":["*"],"conditions":[`+
					`{"operator":"StringNotEqualsIfExists","key":"aws:PrincipalOrgID","values":["o-a78cnvt0sy"]},`+
					`{"operator":"StringNotEqualsIfExists","key":"aws:PrincipalAccount","values":["`+c.exempt+`"]}]}`)
			p := drawn(t, read(t, "testdata/identities.jsonl", func(r *estate.Resource, line string) string {
				switch {
				case r.Type == "aws_organizations_organization":
					return strings.Replace(line, `"SERVICE_CONTROL_POLICY"`, `"SERVICE_CONTROL_POLICY","RESOURCE_CONTROL_POLICY"`, 1)
				case r.Name == "no-iam":
					return perimeter.Replace(line)
				}
				return line
			}))
			if got := steps(p, "entry:internal-foothold", "role/vend"); !slices.Equal(got, c.want) {
				t.Errorf("a vendor takes the role by %v, want %v", got, c.want)
			}
		})
	}
}

// A change is named only where it alone takes the step away.
func TestAChangeIsNamedWhereItCuts(t *testing.T) {
	t.Parallel()
	cuts := func(from, to string, edit func(*estate.Resource, string) string) []string {
		p := drawn(t, read(t, "testdata/identities.jsonl", edit))
		var actions []string
		for target := range p.Model.Targets() {
			if !strings.HasSuffix(p.Model.Target(target).Node, to) {
				continue
			}
			route, _ := p.Model.View().Route(target)
			for _, s := range route.Steps {
				if !strings.HasSuffix(s.From, from) {
					continue
				}
				for _, f := range s.Fixes {
					actions = append(actions, f.Action())
				}
			}
		}
		return actions
	}
	both := func(r *estate.Resource, line string) string {
		if r.Name != "bonly" {
			return line
		}
		return strings.Replace(line, `"inline_policies":[]`, `"inline_policies":[{"name":"own","document":{"version":"2012-10-17","id":"","statements":[`+
			`{"sid":"","effect":"Allow","actions":["s3:GetObject"],"resources":["arn:aws:s3:::jb-bonly/*"]}]}}]`, 1)
	}
	cases := map[string]struct {
		from, to string
		edit     func(*estate.Resource, string) string
		want     []string
	}{
		"only-the-bucket-allows":    {"role/bonly", ":::jb-bonly", nil, []string{"aws-narrow-resource-policy"}},
		"either-side-suffices":      {"role/bonly", ":::jb-bonly", both, nil},
		"both-sides-of-two-account": {"role/bx", ":::jb-bx", nil, []string{"aws-iam-narrow-policy", "aws-narrow-resource-policy"}},
		"several-ways-one-policy":   {"role/ddb", "table/jb-ddb", nil, []string{"aws-iam-narrow-policy"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := cuts(c.from, c.to, c.edit); !slices.Equal(got, c.want) {
				t.Errorf("the changes are %v, want %v", got, c.want)
			}
		})
	}
}

// An identity of which nothing was read may do anything: the way to it stays.
func TestAnIdentityThatWasNotReadIsATarget(t *testing.T) {
	t.Parallel()
	list := issues(t, company(t, func(r *estate.Resource, line string) string {
		if r.Type == "aws_iam_role" || r.Type == "aws_iam_policy" || r.Type == "aws_iam_user" {
			return ""
		}
		return line
	}))
	for i := range list.Issues {
		path := list.Issues[i].Path
		if s := list.Issues[i].Score; strings.HasSuffix(path[len(path)-1].To, "role/front") {
			if s.High-s.Low < 20 || list.Issues[i].FirstQuestion == "" {
				t.Errorf("the score runs from %.0f to %.0f and asks %q", s.Low, s.High, list.Issues[i].FirstQuestion)
			}
			return
		}
	}
	t.Error("no issue ends at the role of the machine")
}

// A store whose policy was not read is reached by those whom their own policies let, and
// not by everybody.
func TestAnUnreadPolicyOfAStoreOpensItToNobodyNew(t *testing.T) {
	t.Parallel()
	p := drawn(t, read(t, "testdata/identities.jsonl", func(r *estate.Resource, line string) string {
		if r.Type != "aws_s3_bucket" {
			return line
		}
		head, _, _ := strings.Cut(line, `"facets"`)
		return head + `"facets":{"data_store":{"kind":"object"},"access_policy":null},"unknown":[{"path":"policy","reason":"denied","permission":"s3:GetBucketPolicy"},` +
			`{"path":"facets.access_policy","reason":"denied","permission":"s3:GetBucketPolicy"}]}`
	}))
	if got := steps(p, "role/k-ok", ":::jb-k-ok"); len(got) != 1 {
		t.Errorf("its reader has %v", got)
	}
	if got := steps(p, "role/ddb", ":::jb-k-ok"); got != nil {
		t.Errorf("a role without any right has %v", got)
	}
}
