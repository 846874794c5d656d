package issue_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/issue"
	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/estate"
)

// checks are those of the estate below.
var checks = map[string]estate.Check{
	"bucket-not-public": {
		ID: "bucket-not-public", Title: "Bucket is not public", Severity: estate.High, Type: "aws_s3_bucket", Categories: []string{"public-access"},
		Fix: estate.Fix{Text: "Block public access.", ControlPoint: []string{"organization", "account", "template", "resource"}},
	},
	"instance-tokens": {
		ID: "instance-tokens", Title: "Instance demands tokens", Severity: estate.High, Type: "aws_instance", Categories: []string{"identity", "network"},
		Fix: estate.Fix{ControlPoint: []string{"organization", "account", "template", "resource"}},
	},
	"port-closed": {
		ID: "port-closed", Title: "Port is closed", Severity: estate.High, Type: "aws_security_group", Categories: []string{"network"},
		Fix: estate.Fix{Action: "narrow-ingress", ControlPoint: []string{"template", "shared-policy", "resource"}},
	},
	"role-limited": {
		ID: "role-limited", Title: "Role cannot raise itself", Severity: estate.High, Type: "aws_iam_role", Categories: []string{"identity"},
		Fix: estate.Fix{ControlPoint: []string{"shared-policy", "resource"}},
	},
	"bucket-logging": {
		ID: "bucket-logging", Title: "Bucket is logged", Severity: estate.Low, Type: "aws_s3_bucket", Categories: []string{"logging"},
		Fix: estate.Fix{ControlPoint: []string{"template", "resource"}},
	},
	"database-encrypted": {
		ID: "database-encrypted", Title: "Database is encrypted", Severity: estate.Medium, Type: "aws_db_instance", Categories: []string{"encryption"},
		Fix: estate.Fix{ControlPoint: []string{"template", "resource"}},
	},
}

func check(id string) (estate.Check, bool) {
	c, ok := checks[id]
	return c, ok
}

// company has paths, causes and a crowd of findings.
type company struct {
	facts    map[string]issue.Facts
	builder  *attack.Builder
	table    *risk.Table
	findings []estate.Finding
}

func (c *company) Facts(ref estate.Ref) issue.Facts { return c.facts[ref.ID] }

func ref(kind, name, account string) estate.Ref {
	return estate.Ref{ID: "arn:aws:x:eu-west-1:" + account + ":" + kind + "/" + name, Type: kind, Cloud: estate.AWS, Account: account, Region: "eu-west-1", Name: name}
}

func (c *company) fail(id string, r estate.Ref, element string) {
	c.findings = append(c.findings, estate.Finding{
		Key: estate.FindingKey(id, r, element), Check: id, Title: checks[id].Title, Severity: checks[id].Severity,
		Status: estate.Fail, Resource: r, Element: element,
	})
}

func (c *company) step(t *testing.T, from, to, kind, check string, at estate.Ref) {
	t.Helper()
	s := attack.Step{From: from, To: to, Kind: kind}
	if check != "" {
		s.Fixes = []estate.FixKey{issue.KeyOf(checks[check], at, c.facts[at.ID])}
	}
	if err := c.builder.Add(s); err != nil {
		t.Fatal(err)
	}
}

func (c *company) collector(options issue.Options) *issue.Collector {
	k := issue.NewCollector(c.table, c.builder.Model().View(), check, c, options)
	for i := range c.findings {
		k.Add(&c.findings[i])
	}
	return k
}

func newCompany(t *testing.T) *company {
	t.Helper()
	table, err := risk.Default()
	if err != nil {
		t.Fatal(err)
	}
	return &company{facts: map[string]issue.Facts{}, builder: attack.NewBuilder(table), table: table}
}

var customers = risk.Impact{Data: "restricted", Privilege: "none", Environment: "production", Criticality: "high"}

// planted returns a company with three causes: twelve open buckets over two accounts, a
// machine that is open and has a hole, whose role reads forty buckets, and a role that
// raises itself to administrator.
func planted(t *testing.T) *company {
	c := newCompany(t)
	internet := attack.Entry(attack.Internet)
	for i := range 12 {
		b := ref("aws_s3_bucket", fmt.Sprint("open-", i), []string{"111", "222"}[i%2])
		c.fail("bucket-not-public", b, "")
		c.step(t, internet, b.ID, "anonymous-access", "bucket-not-public", b)
		c.builder.Target(attack.Target{Node: b.ID, Class: "restricted-data", Impact: customers})
	}
	group, host, role, admin := ref("aws_security_group", "web", "111"), ref("aws_instance", "web-1", "111"), ref("aws_iam_role", "web", "111"), ref("aws_iam_role", "admin", "111")
	c.fail("port-closed", group, "ingress[0]")
	c.fail("instance-tokens", host, "")
	c.fail("role-limited", role, "")
	c.step(t, internet, attack.At(host.ID, "reached"), "internet-exposed", "port-closed", group)
	c.step(t, attack.At(host.ID, "reached"), host.ID, "exploit-kev", "", host)
	c.step(t, host.ID, role.ID, "runs-as", "instance-tokens", host)
	c.step(t, role.ID, admin.ID, "escalate", "role-limited", role)
	for i := range 40 {
		b := ref("aws_s3_bucket", fmt.Sprint("private-", i), "111")
		c.step(t, role.ID, b.ID, "reads-data", "", role)
		c.builder.Target(attack.Target{Node: b.ID, Class: "restricted-data", Impact: customers})
	}
	c.builder.Target(attack.Target{Node: host.ID, Class: "compute", Impact: risk.Impact{Data: "none", Privilege: "compute", Environment: "production", Criticality: "high"}})
	c.builder.Target(attack.Target{Node: admin.ID, Class: "account-admin", Impact: risk.Impact{Data: "none", Privilege: "account-admin", Environment: "production", Criticality: "high"}})
	return c
}

// crowd adds findings that lie on no way.
func (c *company) crowd() {
	for i := range 700 {
		account := []string{"111", "222", "333"}[i%3]
		c.fail("bucket-logging", ref("aws_s3_bucket", fmt.Sprint("quiet-", i), account), "")
		c.fail("database-encrypted", ref("aws_db_instance", fmt.Sprint("db-", i), account), "")
		machine := ref("aws_instance", fmt.Sprint("m-", i), account)
		c.facts[machine.ID] = issue.Facts{LaunchTemplate: fmt.Sprint("lt-", i%2), Owner: []string{"red", "blue"}[i%2]}
		c.fail("instance-tokens", machine, "")
	}
}

func TestManyFindingsBecomeFewIssues(t *testing.T) {
	t.Parallel()
	c := planted(t)
	c.crowd()
	r := c.collector(issue.Options{}).Result()
	if r.Findings < 2000 || len(r.Issues) > 25 || len(r.Issues) == 0 {
		t.Fatalf("%d findings became %d issues", r.Findings, len(r.Issues))
	}
	if r.OnPaths+r.InCampaigns+r.SetAside != r.Findings {
		t.Errorf("%d on ways, %d in campaigns and %d set aside are not %d", r.OnPaths, r.InCampaigns, r.SetAside, r.Findings)
	}
	for _, cause := range []string{"open-0", "open-1", "web-1", "role/admin"} {
		if !slices.ContainsFunc(r.Issues, func(i estate.Issue) bool { return strings.Contains(strings.Join(i.Resources, " "), cause) }) {
			t.Errorf("no issue has %s: %+v", cause, titles(r))
		}
	}
	want := []string{
		"anyone on the internet → open-0 (restricted data) and 5 more",
		"anyone on the internet → open-1 (restricted data) and 5 more",
		"anyone on the internet → web-1 → web → private-0 (restricted data) and 39 more",
		"anyone on the internet → web-1 → web → admin (account admin)",
	}
	got := titles(r)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("issues\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(r.Campaigns) != 4 {
		t.Errorf("campaigns %+v, want logging, encryption, and tokens of two owners", r.Campaigns)
	}
	for _, k := range r.Campaigns {
		if k.Band.Rank() < estate.Low.Rank() {
			t.Errorf("campaign %s is %s: what lies on no way is at most low", k.Check, k.Band)
		}
		if k.Check == "instance-tokens" && (k.Level != estate.LevelTemplate || k.Changes != 3 || k.Resources != 350) {
			t.Errorf("tokens: %d changes at %s for %d machines, want 3 templates for 350", k.Changes, k.Level, k.Resources)
		}
	}
}

func titles(r estate.Priorities) []string {
	var all []string
	for _, i := range r.Issues {
		all = append(all, i.Title)
	}
	return all
}

func TestFixesAreRankedByTheRiskTheyRemove(t *testing.T) {
	t.Parallel()
	r := planted(t).collector(issue.Options{}).Result()
	want := []estate.FixKey{
		"narrow-ingress@shared-policy:arn:aws:x:eu-west-1:111:aws_security_group/web",
		"bucket-not-public@account:111",
		"bucket-not-public@account:222",
		"instance-tokens@account:111",
		"role-limited@resource:arn:aws:x:eu-west-1:111:aws_iam_role/web",
	}
	var got []estate.FixKey
	for _, f := range r.Fixes {
		got = append(got, f.Key)
	}
	if !slices.Equal(got, want) {
		t.Fatalf("fixes %q, want %q", got, want)
	}
	if block := r.Fixes[1]; block.Findings != 6 || block.Resources != 6 || block.PathsCut != 6 || block.Title != "Bucket is not public" || len(block.Issues) != 1 {
		t.Errorf("the block of an account: %+v", block)
	}
	if last := r.Fixes[2]; last.Cumulative < 0.999 {
		t.Errorf("three changes remove %v of all risk, want all", last.Cumulative)
	}
	if rest := r.Fixes[3]; rest.RiskRemoved != 0 || rest.RiskAlone <= 0 {
		t.Errorf("after those before it, %s removes %v, alone %v", rest.Key, rest.RiskRemoved, rest.RiskAlone)
	}
}

func TestTooManyWaysAreToldTogether(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	for i := range 300 {
		host, role := ref("aws_instance", fmt.Sprint("host-", i), "111"), ref("aws_iam_role", fmt.Sprint("role-", i), "111")
		c.step(t, attack.Entry(attack.Internet), host.ID, "internet-exposed", "instance-tokens", host)
		c.step(t, host.ID, role.ID, "runs-as", "", host)
		c.builder.Target(attack.Target{Node: role.ID, Class: []string{"a", "b", "c"}[i%3], Impact: customers})
	}
	r := c.collector(issue.Options{MaxIssues: 10}).Result()
	targets := 0
	for _, i := range r.Issues {
		targets += i.Targets
	}
	if len(r.Issues) != 10 || targets != 300 {
		t.Errorf("%d issues with %d targets, want 10 with 300", len(r.Issues), targets)
	}
}

func TestAnIssueSaysWhatWouldCloseIt(t *testing.T) {
	t.Parallel()
	r := planted(t).collector(issue.Options{Describe: func(k estate.FixKey) (string, estate.Fix) {
		return "do " + k.Action(), estate.Fix{Text: "like this"}
	}, Name: func(id string) string {
		if strings.HasSuffix(id, "web-1") {
			return "front\ndoor"
		}
		return ""
	}}).Result()
	for _, i := range r.Issues {
		if i.Class != "account-admin" {
			continue
		}
		if !strings.Contains(i.Title, " → front\ufffddoor → ") || !strings.Contains(i.Title, " → admin (") {
			t.Errorf("title %q", i.Title)
		}
		if len(i.EveryWay) != 3 || !strings.HasSuffix(i.EveryWay[0], "web-1") || !strings.HasSuffix(i.EveryWay[2], "admin") {
			t.Errorf("every way to the administrator passes %v", i.EveryWay)
		}
		if len(i.AfterFix) != 3 || i.AfterFix[0].Value != 0 || i.AfterFix[0].Band != estate.Info {
			t.Errorf("after each fix %+v, want nothing left", i.AfterFix)
		}
		return
	}
	t.Error("no issue leads to the administrator")
}
