package access_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
)

// bucket is the line of a bucket with a policy of one statement.
func bucket(principals, blocked, more string) string {
	return line("aws_s3_bucket", "arn:aws:s3:::site", `{}`, `,"facets":{"access_policy":{"documents":[{"version":"2012-10-17","statements":[{"effect":"Allow","principals":[`+principals+
		`],"actions":["s3:GetObject"],"resources":["arn:aws:s3:::site/*"]`+more+`}]}],"grants":[],"policy_blocked":`+blocked+`,"list_blocked":false,"enforced":false}}`)
}

// guarded is the line of an account-wide block.
func guarded(policies, lists string) string {
	return line("aws_s3_account_public_access_block", "arn:aws:s3::111111111111:public-access-block", `{}`,
		`,"facets":{"public_guard":{"protects":"aws_s3_bucket","blocks_policies":`+policies+`,"ignores_lists":`+lists+`}}`)
}

const (
	everyone = `{"kind":"*","id":"*"}`
	stranger = `{"kind":"AWS","id":"arn:aws:iam::222222222222:root"}`
	service  = `{"kind":"Service","id":"cloudtrail.amazonaws.com"}`
)

func TestBlockPublicAccess(t *testing.T) {
	t.Parallel()
	reader := line("aws_iam_user", ann, `{}`)
	cases := []struct {
		name      string
		bucket    string
		guard     string
		principal string
		want      decide.Outcome
	}{
		{"open", bucket(everyone, "false", ""), guarded("false", "false"), "anonymous", decide.Allowed},
		{"closed by the bucket", bucket(everyone, "true", ""), guarded("false", "false"), "anonymous", decide.DeniedExplicitly},
		{"closed by the account", bucket(everyone, "false", ""), guarded("true", "false"), "anonymous", decide.DeniedExplicitly},
		{"closed by the bucket, account unread", bucket(everyone, "true", ""), "", "anonymous", decide.DeniedExplicitly},
		{"account unread", bucket(everyone, "false", ""), "", "anonymous", decide.Unknown},
		{"account not known", bucket(everyone, "false", ""), guarded("null", "false"), "anonymous", decide.Unknown},
		{"bucket not known", bucket(everyone, "null", ""), guarded("false", "false"), "anonymous", decide.Unknown},
		{"other accounts under a public policy", bucket(everyone, "true", ""), guarded("false", "false"), "arn:aws:iam::222222222222:root", decide.DeniedExplicitly},
		{"the owner's account stays", bucket(everyone, "true", ""), guarded("true", "false"), ann, decide.Allowed},
		{"a policy that names an account is not public", bucket(stranger, "true", ""), guarded("true", "false"), "arn:aws:iam::222222222222:root", decide.Allowed},
		{"beside a public statement all strangers are out", bucket(stranger+","+everyone, "true", ""), guarded("true", "false"), "arn:aws:iam::222222222222:root", decide.DeniedExplicitly},
		{"services stay", bucket(service+","+everyone, "true", ""), guarded("true", "false"), "cloudtrail.amazonaws.com", decide.Allowed},
		{"a fixed organisation is not public", bucket(everyone, "true", `,"conditions":[{"operator":"StringEquals","key":"aws:SourceVpc","values":["vpc-1"]}]`), guarded("true", "false"), "anonymous", decide.Conditional},
		{"what was denied before stays denied", bucket(stranger, "null", ""), "", "arn:aws:iam::333333333333:root", decide.DeniedImplicitly},
	}
	for _, c := range cases {
		b := access.NewBuilder()
		add(t, b, reader, alone(), c.bucket)
		if c.guard != "" {
			add(t, b, c.guard)
		}
		d := b.Directory()
		decision, err := d.Ask(access.Question{Principal: c.principal, Action: "s3:GetObject", Resource: "arn:aws:s3:::site/x", Elsewhere: true})
		if err != nil || decision.Outcome != c.want {
			t.Errorf("%s: %s by %+v, want %s; unknown %v %v", c.name, decision.Outcome, decision.By, c.want, decision.Unknown, err)
		}
		if (decision.Outcome == decide.Unknown) != (len(decision.Unknown) > 0) {
			t.Errorf("%s: %s, but unknown is %v", c.name, decision.Outcome, decision.Unknown)
		}
		if p := d.Principal(c.principal); p != nil {
			if got := d.May(p, "s3:GetObject", "arn:aws:s3:::site/x"); got != c.want {
				t.Errorf("%s: May says %s", c.name, got)
			}
		}
		holders, err := d.WhoCan(t.Context(), "s3:GetObject", "arn:aws:s3:::site/x", nil)
		if err != nil {
			t.Fatal(err)
		}
		open := slices.ContainsFunc(holders, func(h access.Holder) bool { return h.Principal == "anonymous" })
		if c.principal == "anonymous" && open != (c.want != decide.DeniedExplicitly && c.want != decide.DeniedImplicitly) {
			t.Errorf("%s: who-can names anonymous: %v", c.name, open)
		}
	}
}

func TestAccessLists(t *testing.T) {
	t.Parallel()
	listed := func(group, permission, blocked, policy string) string {
		return line("aws_s3_bucket", "arn:aws:s3:::site", `{}`, `,"facets":{"access_policy":{"documents":[`+policy+`],"grants":[{"principal":"http://acs.amazonaws.com/groups/global/`+group+
			`","anyone":true,"permission":"`+permission+`","read":true,"write":false}],"policy_blocked":true,"list_blocked":`+blocked+`,"enforced":false}}`)
	}
	deny := `{"version":"2012-10-17","statements":[{"effect":"Deny","principals":[` + everyone + `],"actions":["s3:ListBucket"],"resources":["*"]}]}`
	cases := []struct {
		name, bucket, guard, action, want string
	}{
		{"read lists the bucket", listed("AllUsers", "READ", "false", ""), guarded("false", "false"), "s3:ListBucket", "anonymous allow"},
		{"in any case", listed("AllUsers", "READ", "false", ""), guarded("false", "false"), "S3:listbucket", "anonymous allow"},
		{"any account", listed("AuthenticatedUsers", "READ", "false", ""), guarded("false", "false"), "s3:ListBucket", access.AnyAccount + " allow"},
		{"read does not write", listed("AllUsers", "READ", "false", ""), guarded("false", "false"), "s3:PutObject", ""},
		{"full control writes the list", listed("AllUsers", "FULL_CONTROL", "false", ""), guarded("false", "false"), "s3:PutBucketAcl", "anonymous allow"},
		{"ignored by the bucket", listed("AllUsers", "READ", "true", ""), guarded("false", "false"), "s3:ListBucket", ""},
		{"ignored by the account", listed("AllUsers", "READ", "false", ""), guarded("false", "true"), "s3:ListBucket", ""},
		{"account unread", listed("AllUsers", "READ", "false", ""), "", "s3:ListBucket", "anonymous unknown"},
		{"denied by the policy", listed("AllUsers", "READ", "false", deny), guarded("false", "false"), "s3:ListBucket", ""},
	}
	for _, c := range cases {
		b := access.NewBuilder()
		add(t, b, alone(), c.bucket)
		if c.guard != "" {
			add(t, b, c.guard)
		}
		holders, err := b.Directory().WhoCan(t.Context(), c.action, "arn:aws:s3:::site", nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, h := range holders {
			got = append(got, h.Principal+" "+h.Decision.Outcome.String())
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
