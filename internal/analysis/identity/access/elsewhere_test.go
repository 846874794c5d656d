package access_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate"
)

// TestAStrangerIsOfNoOrganisationOrAnother holds what is answered about an account that
// the organisation is known not to have: what holds of a member of none and of all others.
func TestAStrangerIsOfNoOrganisationOrAnother(t *testing.T) {
	t.Parallel()
	const open, management = "arn:aws:iam::111111111111:role/open", "999999999999"
	organization := []string{
		line("aws_organizations_organization", "arn:aws:organizations::999999999999:organization/o-1",
			`{"management_account":"`+management+`","policy_types":["RESOURCE_CONTROL_POLICY"]}`, `,"region":"global"`),
		line("aws_organizations_account", "arn:aws:organizations::999999999999:account/o-1/111111111111", `{"account_id":"111111111111","unit_path":["r-1"]}`),
		line("aws_account", "arn:aws:iam::111111111111:root", `{"organization":{"management_account":"`+management+`"}}`),
		line("aws_iam_role", open, `{"trust":{"version":"2012-10-17","statements":[{"effect":"Allow","principals":[`+everyone+`],"actions":["sts:AssumeRole"]}]}}`),
	}
	perimeter := func(operator, value string) string {
		return line("aws_organizations_policy", "arn:aws:organizations::999999999999:policy/o-1/resource_control_policy/perimeter",
			`{"kind":"RESOURCE_CONTROL_POLICY","targets":[{"target_id":"r-1"}],"document":{"version":"2012-10-17","statements":[{"effect":"Deny",
			"principals":[`+everyone+`],"actions":["sts:AssumeRole"],"resources":["*"],"conditions":[
			{"operator":"`+operator+`","key":"aws:PrincipalOrgID","values":[`+value+`]}]}]}}`)
	}
	for name, c := range map[string]struct {
		operator, values, account string
		accountsUnread            bool
		want                      decide.Outcome
	}{
		"another account is denied":               {operator: "StringNotEqualsIfExists", values: `"o-1"`, account: "999988887777", want: decide.DeniedExplicitly},
		"whatever the variable says":              {operator: "StringNotEqualsIfExists", values: `"${aws:ResourceOrgID}"`, account: "999988887777", want: decide.DeniedExplicitly},
		"none of none":                            {operator: "StringNotEquals", values: `"o-1","o-partner"`, account: "999988887777", want: decide.Unknown},
		"it may be of the partner":                {operator: "StringNotEqualsIfExists", values: `"o-1","o-partner"`, account: "999988887777", want: decide.Unknown},
		"it may fit a pattern":                    {operator: "StringNotLikeIfExists", values: `"o-1","o-a*"`, account: "999988887777", want: decide.Unknown},
		"who is of any organisation":              {operator: "StringLike", values: `"o-*"`, account: "999988887777", want: decide.Unknown},
		"the accounts were not read":              {operator: "StringNotEqualsIfExists", values: `"o-1"`, account: "999988887777", accountsUnread: true, want: decide.Unknown},
		"a member of which nothing else was read": {operator: "StringNotEqualsIfExists", values: `"o-1"`, account: "222222222222", want: decide.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := access.NewBuilder()
			add(t, b, organization[0], organization[2], organization[3], perimeter(c.operator, c.values))
			if c.accountsUnread {
				b.Lost(estate.Coverage{Scope: estate.Scope{Account: management, Type: "aws_organizations_account"}})
			} else {
				add(t, b, organization[1], line("aws_organizations_account", "arn:aws:organizations::999999999999:account/o-1/222222222222", `{"account_id":"222222222222","unit_path":["r-1"]}`))
			}
			made, err := b.Directory().Ask(access.Question{Principal: "arn:aws:iam::" + c.account + ":role/app", Action: "sts:AssumeRole", Resource: open})
			if err != nil || made.Outcome != c.want {
				t.Errorf("%s by %+v, want %s; %v %v", made.Outcome, made.By, c.want, made.Unknown, err)
			}
		})
	}
}
