package access_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate"
)

// collected returns what a collector makes of an AWS answer: the lines in the golden part
// of one of its archives.
func collected(tb testing.TB, archive string) []string {
	tb.Helper()
	parsed, err := txtar.ParseFile(filepath.Join("../../../source/aws", archive))
	if err != nil {
		tb.Fatal(err)
	}
	var lines []string
	for _, file := range parsed.Files {
		if file.Name != "want.json" {
			continue
		}
		var list []json.RawMessage
		if err := json.Unmarshal(file.Data, &list); err != nil {
			tb.Fatal(err)
		}
		for _, raw := range list {
			lines = append(lines, string(raw))
		}
	}
	if len(lines) == 0 {
		tb.Fatalf("%s has no resources", archive)
	}
	return lines
}

// add puts lines into a builder.
func add(tb testing.TB, b *access.Builder, lines ...string) {
	tb.Helper()
	for _, line := range lines {
		var r struct {
			Type string `json:"type"`
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			tb.Fatal(err)
		}
		if err := b.Add(r.Type, []byte(line)); err != nil {
			tb.Fatal(err)
		}
	}
}

// whole are archives that together make an account of an organisation.
func whole(tb testing.TB) *access.Builder {
	tb.Helper()
	b := access.NewBuilder()
	for _, archive := range []string{"iam/testdata/aws_iam_user.txtar", "iam/testdata/aws_iam_role.txtar", "iam/testdata/aws_iam_group.txtar", "iam/testdata/aws_iam_policy.txtar",
		"organizations/testdata/aws_organizations_organization.txtar", "organizations/testdata/aws_organizations_account.txtar", "organizations/testdata/aws_organizations_policy.txtar",
		"account/testdata/aws_account.txtar", "s3/testdata/aws_s3_bucket.txtar", "s3/testdata/aws_s3_account_public_access_block.txtar"} {
		add(tb, b, collected(tb, archive)...)
	}
	return b
}

const (
	user = "arn:aws:iam::123456789012:user/"
	role = "arn:aws:iam::123456789012:role/"
)

func TestCollectedLinesAreUnderstood(t *testing.T) {
	t.Parallel()
	d := whole(t).Directory()
	cases := []struct {
		name, principal, action, resource string
		want                              decide.Outcome
		by                                string
	}{
		{"through a group", user + "chief", "ec2:RunInstances", "*", decide.Allowed, "arn:aws:iam::aws:policy/AdministratorAccess"},
		{"boundary caps", user + "bot", "iam:CreateUser", user + "x", decide.DeniedImplicitly, ""},
		{"within the boundary", user + "bot", "ec2:RunInstances", "*", decide.Allowed, "all"},
		{"deny beside administrator", role + "ci/deploy", "iam:CreateUser", user + "x", decide.DeniedExplicitly, "not-iam"},
		{"boundary and administrator", role + "ci/deploy", "sqs:ListQueues", "*", decide.DeniedImplicitly, ""},
		{"a session finds its role", "arn:aws:sts::123456789012:assumed-role/deploy/me", "ec2:RunInstances", "*", decide.Allowed, "arn:aws:iam::aws:policy/AdministratorAccess"},
		{"a malformed policy may deny", user + "eng/ada", "sqs:ListQueues", "*", decide.Unknown, "odd"},
		{"nothing at all", user + "new", "s3:ListAllMyBuckets", "*", decide.DeniedImplicitly, ""},
		{"its own policies suffice in the account", user + "bot", "s3:GetObject", "arn:aws:s3:::bare/x", decide.Allowed, "all"},
		{"trust that names the user", user + "eng/ada", "sts:AssumeRole", role + "ci/deploy", decide.Unknown, ""},
		{"trust that could not be read", user + "chief", "sts:AssumeRole", role + "odd", decide.Unknown, ""},
		{"service-linked", role + "aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport", "ec2:RunInstances", "*", decide.DeniedImplicitly, ""},
		{"trusted account", "arn:aws:iam::210987654321:role/x", "sts:AssumeRole", role + "ci/deploy", decide.Unknown, ""},
		{"stranger", "arn:aws:iam::555555555555:role/x", "sts:AssumeRole", role + "ci/deploy", decide.DeniedImplicitly, ""},
	}
	for _, c := range cases {
		decision, err := d.Ask(access.Question{Principal: c.principal, Action: c.action, Resource: c.resource})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if decision.Outcome != c.want || c.by != "" && decision.By.Source != c.by {
			t.Errorf("%s: %s by %+v, want %s by %q; unknown %v", c.name, decision.Outcome, decision.By, c.want, c.by, decision.Unknown)
		}
		if p := d.Principal(c.principal); p != nil && p.ARN == c.principal {
			if got := d.May(p, c.action, c.resource); got != decision.Outcome {
				t.Errorf("%s: May says %s, Ask %s", c.name, got, decision.Outcome)
			}
		}
	}
}

// line writes a resource as its line.
func line(kind, id, config string, more ...string) string {
	account := strings.Split(id+"::::::", ":")[4]
	if account == "" {
		account = "111111111111"
	}
	name := id[strings.LastIndexAny(id, "/:")+1:]
	return fmt.Sprintf(`{"id":%q,"type":%q,"account":%q,"name":%q,"config":%s%s}`, id, kind, account, name, config, strings.Join(more, ""))
}

func allow(actions string) string {
	return `{"version":"2012-10-17","statements":[{"effect":"Allow","actions":["` + actions + `"],"resources":["*"]}]}`
}

func inline(actions string) string {
	return `"inline_policies":[{"name":"own","document":` + allow(actions) + `}]`
}

const ann = "arn:aws:iam::111111111111:user/ann"

// alone is the line of an account that stands in no organisation.
func alone() string {
	return line("aws_account", "arn:aws:iam::111111111111:root", `{"organization":null}`)
}

// TestUnknownLayers names what is missing, and what would answer.
func TestUnknownLayers(t *testing.T) {
	t.Parallel()
	org := []string{
		line("aws_organizations_organization", "arn:aws:organizations::999999999999:organization/o-1", `{"management_account":"999999999999","policy_types":["SERVICE_CONTROL_POLICY"]}`),
		line("aws_organizations_account", "arn:aws:organizations::999999999999:account/o-1/111111111111", `{"account_id":"111111111111","unit_path":["r-1"]}`),
		line("aws_account", "arn:aws:iam::111111111111:root", `{"organization":{"management_account":"999999999999"}}`),
	}
	scp := func(name, document string, targets ...string) string {
		list := make([]string, 0, len(targets))
		for _, target := range targets {
			list = append(list, `{"target_id":"`+target+`"}`)
		}
		return line("aws_organizations_policy", "arn:aws:organizations::999999999999:policy/o-1/service_control_policy/"+name,
			`{"kind":"SERVICE_CONTROL_POLICY","document":`+document+`,"targets":[`+strings.Join(list, ",")+`]}`)
	}
	plain := line("aws_iam_user", ann, `{`+inline("s3:*")+`}`)
	cases := []struct {
		name       string
		lines      []string
		lost       []estate.Coverage
		want       decide.Outcome
		permission string
		detail     string
	}{
		{"stands alone", []string{plain, alone()}, nil, decide.Allowed, "", ""},
		{"organisation not read", []string{plain}, nil, decide.Unknown, "organizations:DescribeOrganization", "management account"},
		{"a lost organisation says why", []string{plain}, []estate.Coverage{{Scope: estate.Scope{Type: "aws_organizations_organization", Account: "999999999999"}, Reason: estate.Denied, Permissions: []string{"organizations:X"}}}, decide.Unknown, "organizations:X", ""},
		{"full access on every level", append(slices.Clone(org), plain, scp("full", allow("*"), "r-1", "111111111111")), nil, decide.Allowed, "", ""},
		{"a level without a policy", append(slices.Clone(org), plain, scp("full", allow("*"), "r-1")), nil, decide.Unknown, "organizations:ListTargetsForPolicy", "always has one"},
		{"a level that does not allow", append(slices.Clone(org), plain, scp("full", allow("*"), "r-1"), scp("narrow", allow("ec2:*"), "111111111111")), nil, decide.DeniedImplicitly, "", ""},
		{"a policy of another account", append(slices.Clone(org), plain, scp("full", allow("*"), "r-1", "111111111111"), scp("narrow", allow("ec2:*"), "222222222222")), nil, decide.Allowed, "", ""},
		{"lost organisation policies", append(slices.Clone(org), plain), []estate.Coverage{{Scope: estate.Scope{Type: "aws_organizations_policy", Account: "999999999999"}, Reason: estate.Denied, Permissions: []string{"organizations:ListPolicies"}}}, decide.Unknown, "organizations:ListPolicies", ""},
		{"boundary not in the inventory", []string{line("aws_iam_user", ann, `{"permissions_boundary":"arn:aws:iam::111111111111:policy/b",`+inline("s3:*")+`}`), alone()}, nil, decide.Unknown, "", "referred to"},
		{"boundary of a lost scope", []string{line("aws_iam_user", ann, `{"permissions_boundary":"arn:aws:iam::111111111111:policy/b",`+inline("s3:*")+`}`), alone()}, []estate.Coverage{{Scope: estate.Scope{Type: "aws_iam_policy", Account: "111111111111"}, Reason: estate.Denied, Permissions: []string{"iam:ListPolicies"}}}, decide.Unknown, "iam:ListPolicies", ""},
		{"boundary that could not be read", []string{line("aws_iam_user", ann, `{`+inline("s3:*")+`}`, `,"unknown":[{"path":"permissions_boundary","reason":"denied","permission":"iam:GetUser"}]`), alone()}, nil, decide.Unknown, "iam:GetUser", ""},
		{"group not in the inventory", []string{line("aws_iam_user", ann, `{"groups":["arn:aws:iam::111111111111:group/g"]}`), alone()}, nil, decide.Unknown, "", "referred to"},
		{"what a group may deny does not take away a deny", []string{line("aws_iam_user", ann, `{"groups":["arn:aws:iam::111111111111:group/g"],"inline_policies":[{"name":"no","document":{"version":"2012-10-17","statements":[{"effect":"Deny","actions":["*"],"resources":["*"]}]}}]}`), alone()}, nil, decide.DeniedExplicitly, "", ""},
		{"attached policies unread", []string{line("aws_iam_user", ann, `{}`, `,"unknown":[{"path":"attached_policies","reason":"denied","permission":"iam:ListAttachedUserPolicies"}]`), alone()}, nil, decide.Unknown, "iam:ListAttachedUserPolicies", ""},
		{"tags unread", []string{line("aws_iam_user", ann, `{"inline_policies":[{"name":"own","document":{"version":"2012-10-17","statements":[{"effect":"Allow","actions":["s3:*"],"resources":["*"],"conditions":[{"operator":"StringEquals","key":"aws:PrincipalTag/team","values":["a"]}]}]}}]}`, `,"unknown":[{"path":"tags","reason":"denied","permission":"iam:ListUserTags"}]`), alone()}, nil, decide.Unknown, "iam:ListUserTags", ""},
		{"a scope that is not enabled is not lost", []string{plain, alone()}, []estate.Coverage{{Scope: estate.Scope{Type: "aws_iam_policy", Account: "111111111111"}, Reason: estate.NotEnabled}}, decide.Allowed, "", ""},
	}
	for _, c := range cases {
		b := access.NewBuilder()
		add(t, b, c.lines...)
		for _, coverage := range c.lost {
			b.Lost(coverage)
		}
		d := b.Directory()
		decision, err := d.Ask(access.Question{Principal: ann, Action: "s3:ListAllMyBuckets", Resource: "*"})
		if err != nil {
			t.Fatal(err)
		}
		said := fmt.Sprint(decision.Unknown)
		if decision.Outcome != c.want || !strings.Contains(said, c.detail) || c.permission != "" && !slices.ContainsFunc(decision.Unknown, func(u estate.Unknown) bool { return u.Permission == c.permission }) {
			t.Errorf("%s: %s by %+v, want %s; unknown %s", c.name, decision.Outcome, decision.By, c.want, said)
		}
		if got := d.May(d.Principal(ann), "s3:ListAllMyBuckets", "*"); got != decision.Outcome {
			t.Errorf("%s: May says %s", c.name, got)
		}
	}
}

func TestHostileLines(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"aws_iam_user", "aws_iam_role", "aws_iam_group", "aws_iam_policy", "aws_organizations_policy", "aws_organizations_account", "aws_account", "aws_s3_account_public_access_block"} {
		for _, bad := range []string{``, `[`, `{"id":1}`, `{"config":{"attached_policies":"x"},"id":[]}`, `"text"`} {
			if err := access.NewBuilder().Add(kind, []byte(bad)); err == nil {
				t.Errorf("%s takes %q", kind, bad)
			}
		}
		b := access.NewBuilder()
		if err := b.Add(kind, []byte(`{}`)); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		b.Directory()
	}
}

func FuzzAdd(f *testing.F) {
	for _, archive := range []string{"iam/testdata/aws_iam_user.txtar", "iam/testdata/aws_iam_role.txtar", "iam/testdata/aws_iam_group.txtar", "iam/testdata/aws_iam_policy.txtar", "organizations/testdata/aws_organizations_policy.txtar", "s3/testdata/aws_s3_bucket.txtar"} {
		for _, l := range collected(f, archive) {
			f.Add(strings.TrimSuffix(filepath.Base(archive), ".txtar"), l)
		}
	}
	f.Fuzz(func(t *testing.T, kind, text string) {
		b := access.NewBuilder()
		if b.Add(kind, []byte(text)) != nil {
			return
		}
		d := b.Directory()
		for _, p := range d.Principals() {
			for _, resource := range []string{"*", "arn:aws:s3:::bare/x", p.ARN} {
				decision := d.AskFor(p, access.Question{Action: "s3:GetObject", Resource: resource})
				if got := d.May(p, "s3:GetObject", resource); got != decision.Outcome && !decision.Residue.Complex {
					t.Errorf("May says %s, AskFor %s", got, decision.Outcome)
				}
			}
		}
		for _, r := range d.Resources() {
			if _, err := d.WhoCan(t.Context(), "s3:GetObject", r.ARN, nil); err != nil {
				t.Error(err)
			}
		}
	})
}
