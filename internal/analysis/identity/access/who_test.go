package access_test

import (
	"slices"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
)

// TestWhoCanNamesWhomAskAllows holds who-can against asking for each principal.
func TestWhoCanNamesWhomAskAllows(t *testing.T) {
	t.Parallel()
	d := whole(t).Directory()
	questions := []struct{ action, resource string }{
		{"s3:GetObject", "arn:aws:s3:::site/x"}, {"s3:GetObject", "arn:aws:s3:::elsewhere/x"}, {"sts:AssumeRole", role + "ci/deploy"}, {"sts:AssumeRole", role + "odd"},
		{"iam:CreateUser", user + "x"}, {"iam:ChangePassword", user + "chief"}, {"ec2:RunInstances", "*"}, {"kms:Decrypt", "arn:aws:kms:eu-west-1:123456789012:key/1"}, {"sts:GetCallerIdentity", "*"}, {"new:Action", "*"},
	}
	given := []map[string][]string{nil, {"aws:SourceIp": {"10.0.0.1"}, "aws:MultiFactorAuthPresent": {}}}
	found := 0
	for _, q := range questions {
		for _, context := range given {
			holders, err := d.WhoCan(t.Context(), q.action, q.resource, context)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range d.Principals() {
				asked := d.AskFor(p, access.Question{Action: q.action, Resource: q.resource, Context: context})
				at := slices.IndexFunc(holders, func(h access.Holder) bool { return h.Principal == p.ARN })
				switch denied := asked.Outcome == decide.DeniedImplicitly || asked.Outcome == decide.DeniedExplicitly; {
				case denied != (at < 0):
					t.Errorf("%s on %s by %s is %s, but who-can has it: %v", q.action, q.resource, p.ARN, asked.Outcome, at >= 0)
				case at >= 0:
					found++
					if got := holders[at].Decision; got.Outcome != asked.Outcome || got.By != asked.By {
						t.Errorf("%s on %s by %s: who-can says %s by %+v, ask %s by %+v", q.action, q.resource, p.ARN, got.Outcome, got.By, asked.Outcome, asked.By)
					}
				}
			}
		}
	}
	if found < len(questions) {
		t.Errorf("only %d holders", found)
	}
}

// TestWhoCanNamesOutsiders is about those whom the policy of a resource names and the
// inventory does not hold.
func TestWhoCanNamesOutsiders(t *testing.T) {
	t.Parallel()
	b := access.NewBuilder()
	add(t, b, alone(), guarded("false", "false"), line("aws_iam_user", ann, `{}`),
		bucket(`{"kind":"AWS","id":"arn:aws:iam::222222222222:role/deploy"},`+stranger+`,`+service+`,{"kind":"AWS","id":"`+ann+`"}`, "false", ""))
	holders, err := b.Directory().WhoCan(t.Context(), "s3:GetObject", "arn:aws:s3:::site/x", nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, h := range holders {
		got = append(got, h.Principal)
		if h.Outside == (h.Principal == ann) || h.Decision.Outcome != decide.Allowed {
			t.Errorf("%s: outside %v, %s", h.Principal, h.Outside, h.Decision.Outcome)
		}
	}
	want := []string{ann, "arn:aws:iam::222222222222:role/deploy", "arn:aws:iam::222222222222:root", "cloudtrail.amazonaws.com"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
