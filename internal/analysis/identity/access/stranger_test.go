package access_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/access"
)

// TestEveryoneIsNobodyOrAnyAccount holds whom "everyone" in a trust policy or the policy of
// a bucket lets in: who signs nothing, everybody with an account, or neither.
func TestEveryoneIsNobodyOrAnyAccount(t *testing.T) {
	t.Parallel()
	const open = "arn:aws:iam::111111111111:role/open"
	trust := func(principals, more string) string {
		return line("aws_iam_role", open, `{"trust":{"version":"2012-10-17","statements":[{"effect":"Allow","principals":[`+principals+`],"actions":["sts:AssumeRole"]`+more+`}]}}`)
	}
	when := func(operator, key, value string) string {
		return `,"conditions":[{"operator":"` + operator + `","key":"` + key + `","values":["` + value + `"]}]`
	}
	const own = `{"kind":"AWS","id":"arn:aws:iam::111111111111:root"}`
	for name, c := range map[string]struct {
		line, action, resource string
		want                   []string
	}{
		"a-role-is-open-to-accounts":                    {trust(everyone, ""), "sts:AssumeRole", open, []string{"any AWS account: allow"}},
		"everyone-of-aws-means-the-same":                {trust(`{"kind":"AWS","id":"*"}`, ""), "sts:AssumeRole", open, []string{"any AWS account: allow"}},
		"with-an-external-id":                           {trust(everyone, when("StringEquals", "sts:ExternalId", "x")), "sts:AssumeRole", open, []string{"any AWS account: conditional"}},
		"of-an-organisation":                            {trust(everyone, when("StringEquals", "aws:PrincipalOrgID", "o-1")), "sts:AssumeRole", open, nil},
		"of-the-own-account":                            {trust(everyone, when("StringEquals", "aws:PrincipalAccount", "111111111111")), "sts:AssumeRole", open, nil},
		"by-the-arn-of-the-own-account":                 {trust(everyone, when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::111111111111:role/*")), "sts:AssumeRole", open, nil},
		"by-a-name-that-anybody-may-take":               {trust(everyone, when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/deploy")), "sts:AssumeRole", open, []string{"any AWS account: conditional"}},
		"by-a-tag-that-anybody-may-have":                {trust(everyone, when("StringEquals", "aws:PrincipalTag/team", "x")), "sts:AssumeRole", open, []string{"any AWS account: conditional"}},
		"the-own-account-alone":                         {trust(own, ""), "sts:AssumeRole", open, nil},
		"another-account":                               {trust(stranger, ""), "sts:AssumeRole", open, []string{"arn:aws:iam::222222222222:root: allow"}},
		"roles-of-another-account":                      {trust(stranger, when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::222222222222:role/x")), "sts:AssumeRole", open, []string{"arn:aws:iam::222222222222:root: conditional"}},
		"another-account-that-would-have-to-be-a-third": {trust(stranger, when("StringEquals", "aws:PrincipalAccount", "333333333333")), "sts:AssumeRole", open, nil},
		"a-bucket-is-open-to-everyone":                  {bucket(everyone, "false", ""), "s3:GetObject", "arn:aws:s3:::site/x", []string{"anonymous: allow"}},
		"a-bucket-for-whoever-signs":                    {bucket(everyone, "false", when("StringLike", "aws:PrincipalArn", "*")), "s3:GetObject", "arn:aws:s3:::site/x", []string{"any AWS account: allow"}},
		"a-bucket-of-an-organisation":                   {bucket(everyone, "false", when("StringEquals", "aws:PrincipalOrgID", "o-1")), "s3:GetObject", "arn:aws:s3:::site/x", nil},
		"a-bucket-that-is-blocked":                      {bucket(everyone, "true", ""), "s3:GetObject", "arn:aws:s3:::site/x", nil},
		"a-bucket-from-a-range-of-numbers":              {bucket(everyone, "false", when("IpAddress", "aws:SourceIp", "10.0.0.0/8")), "s3:GetObject", "arn:aws:s3:::site/x", []string{"anonymous: conditional"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := access.NewBuilder()
			add(t, b, alone(), guarded("false", "false"), c.line)
			d := b.Directory()
			holders, err := d.WhoCan(t.Context(), c.action, c.resource, nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, h := range holders {
				if h.Outside {
					got = append(got, h.Principal+": "+h.Decision.Outcome.String())
				}
				if h.Principal == access.AnyAccount && (h.Kind != "account" || strings.Contains(h.Decision.Residue.String(), "stance-any-name")) {
					t.Errorf("%s with %s", h.Kind, h.Decision.Residue)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
