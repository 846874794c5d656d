package identity_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/stance-sec/stance/internal/analysis/identity"
	"github.com/stance-sec/stance/internal/estate"
)

// trust is a trust policy with one allow statement.
func trust(action, principal, condition string) string {
	text := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"` + action + `","Principal":` + principal
	if condition != "" {
		text += `,"Condition":` + condition
	}
	return text + `}]}`
}

const self = "111122223333"

func TestTrustsWithoutExternalID(t *testing.T) {
	t.Parallel()
	const other = `{"AWS":"444455556666"}`
	root := []identity.Gap{{Principal: "arn:aws:iam::444455556666:root", Verdict: estate.Yes}}
	unknown := []identity.Gap{{Principal: "arn:aws:iam::444455556666:root", Verdict: estate.Maybe}}
	tests := map[string]struct {
		policy string
		want   []identity.Gap
	}{
		"OtherAccount":       {trust("sts:AssumeRole", other, ""), root},
		"OtherAccountByStar": {trust("sts:*", other, ""), root},
		"OtherRole": {trust("sts:AssumeRole", `{"AWS":["arn:aws:iam::111122223333:role/a","arn:aws:iam::444455556666:role/b"]}`, ""),
			[]identity.Gap{{Principal: "arn:aws:iam::444455556666:role/b", Verdict: estate.Yes}}},
		"OwnAccount":             {trust("sts:AssumeRole", `{"AWS":"arn:aws:iam::111122223333:root"}`, ""), nil},
		"ExternalID":             {trust("sts:AssumeRole", other, `{"StringEquals":{"sts:ExternalId":"abc"}}`), nil},
		"ExternalIDIfExists":     {trust("sts:AssumeRole", other, `{"StringEqualsIfExists":{"sts:ExternalId":"abc"}}`), root},
		"ExternalIDAnything":     {trust("sts:AssumeRole", other, `{"StringLike":{"sts:ExternalId":"*"}}`), root},
		"ExternalIDNot":          {trust("sts:AssumeRole", other, `{"StringNotEquals":{"sts:ExternalId":"abc"}}`), root},
		"ExternalIDPresent":      {trust("sts:AssumeRole", other, `{"Null":{"sts:ExternalId":"false"}}`), root},
		"Organization":           {trust("sts:AssumeRole", other, `{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`), nil},
		"Caller":                 {trust("sts:AssumeRole", other, `{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::444455556666:role/deploy-*"}}`), nil},
		"CallerOfAnyAccount":     {trust("sts:AssumeRole", other, `{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/deploy"}}`), root},
		"MFAOnly":                {trust("sts:AssumeRole", other, `{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`), root},
		"UnknownOperator":        {trust("sts:AssumeRole", other, `{"StringResembles":{"sts:ExternalId":"abc"}}`), unknown},
		"Service":                {trust("sts:AssumeRole", `{"Service":"ec2.amazonaws.com"}`, ""), nil},
		"Federated":              {trust("sts:AssumeRoleWithSAML", `{"Federated":"arn:aws:iam::444455556666:saml-provider/x"}`, ""), nil},
		"TagSessionOnly":         {trust("sts:TagSession", other, ""), nil},
		"EveryoneIsLeftToPublic": {trust("sts:AssumeRole", `"*"`, ""), nil},
		"Deny":                   {`{"Statement":[{"Effect":"Deny","Action":"sts:AssumeRole","Principal":` + other + `}]}`, nil},
		"NotAction":              {`{"Statement":[{"Effect":"Allow","NotAction":"sts:TagSession","Principal":` + other + `}]}`, root},
		"NotActionLeavesOut":     {`{"Statement":[{"Effect":"Allow","NotAction":"sts:Assume*","Principal":` + other + `}]}`, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := identity.TrustsWithoutExternalID(parse(t, test.policy), self)
			if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(identity.Gap{}, "Why")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestConfusedDeputies(t *testing.T) {
	t.Parallel()
	const sns = `{"Service":"sns.amazonaws.com"}`
	gap := []identity.Gap{{Principal: "sns.amazonaws.com", Verdict: estate.Yes}}
	unknown := []identity.Gap{{Principal: "sns.amazonaws.com", Verdict: estate.Maybe}}
	tests := map[string]struct {
		policy string
		want   []identity.Gap
	}{
		"Bare":                  {trust("sqs:SendMessage", sns, ""), gap},
		"SourceARN":             {trust("sqs:SendMessage", sns, `{"ArnLike":{"aws:SourceArn":"arn:aws:sns:eu-west-1:111122223333:*"}}`), nil},
		"SourceAccount":         {trust("sqs:SendMessage", sns, `{"StringEquals":{"AWS:SourceAccount":"111122223333"}}`), nil},
		"SourceOrganization":    {trust("sqs:SendMessage", sns, `{"StringEquals":{"aws:SourceOrgID":"o-a1b2c3d4e5"}}`), nil},
		"SourceARNOfAnyAccount": {trust("sqs:SendMessage", sns, `{"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:*:t"}}`), gap},
		"SourceAccountIfExists": {trust("sqs:SendMessage", sns, `{"StringEqualsIfExists":{"aws:SourceAccount":"111122223333"}}`), gap},
		"SourceAccountInPart":   {trust("sqs:SendMessage", sns, `{"StringLike":{"aws:SourceAccount":"11112222333?"}}`), unknown},
		"OtherConditionOnly":    {trust("s3:PutObject", sns, `{"StringEquals":{"s3:x-amz-acl":"bucket-owner-full-control"}}`), gap},
		"NoService":             {trust("sqs:SendMessage", `{"AWS":"444455556666"}`, ""), nil},
		"Several": {trust("sqs:SendMessage", `{"Service":["sns.amazonaws.com","events.amazonaws.com"],"AWS":"*"}`, ""),
			[]identity.Gap{{Principal: "events.amazonaws.com", Verdict: estate.Yes}, {Principal: "sns.amazonaws.com", Verdict: estate.Yes}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := identity.ConfusedDeputies(parse(t, test.policy))
			if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(identity.Gap{}, "Why")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestExternalAccounts(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		policy string
		want   []string
	}{
		"SortedOnceWithoutSelf": {trust("a:B", `{"AWS":["777788889999","111122223333","arn:aws:iam::444455556666:role/x","444455556666"]}`, ""), []string{"444455556666", "777788889999"}},
		"OtherPartitions":       {trust("a:B", `{"AWS":"arn:aws-cn:iam::444455556666:user/x"}`, ""), []string{"444455556666"}},
		"NoAccountInTheName":    {trust("a:B", `{"AWS":["*","AIDAEXAMPLE"],"Service":"s3.amazonaws.com","CanonicalUser":"79a5"}`, ""), nil},
		"NarrowedToAccount":     {trust("a:B", `"*"`, `{"StringEquals":{"aws:PrincipalAccount":["444455556666","111122223333"]}}`), []string{"444455556666"}},
		"NarrowedToRole":        {trust("a:B", `"*"`, `{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::444455556666:role/*"}}`), []string{"444455556666"}},
		"NarrowedAwayFrom":      {trust("a:B", `"*"`, `{"StringNotEquals":{"aws:PrincipalAccount":"444455556666"}}`), nil},
		"NarrowedButNamed":      {trust("a:B", `{"AWS":"111122223333"}`, `{"StringEquals":{"aws:PrincipalAccount":"444455556666"}}`), nil},
		"Deny":                  {`{"Statement":[{"Effect":"Deny","Action":"a:B","Principal":{"AWS":"444455556666"}}]}`, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := identity.ExternalAccounts(parse(t, test.policy), self)
			if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
