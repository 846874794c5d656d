package identity_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity"
	"github.com/stance-sec/stance/internal/estate"
)

func TestOpenFederation(t *testing.T) {
	t.Parallel()
	const (
		github  = "token.actions.githubusercontent.com"
		gitlab  = "gitlab.com"
		tfc     = "app.terraform.io"
		cognito = "cognito-identity.amazonaws.com"
		eks     = "oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123"
	)
	tests := map[string]struct {
		issuer, condition string
		want              estate.Tri
	}{
		"GitHubNothing":            {github, ``, estate.Yes},
		"GitHubAudienceOnly":       {github, `{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}}`, estate.Yes},
		"GitHubBranch":             {github, `{"StringEquals":{"token.actions.githubusercontent.com:sub":"repo:org/app:ref:refs/heads/main"}}`, estate.No},
		"GitHubRepository":         {github, `{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:org/app:*"}}`, estate.No},
		"GitHubOrganization":       {github, `{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:org/*"}}`, estate.No},
		"GitHubAnyRepository":      {github, `{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:*"}}`, estate.Yes},
		"GitHubAnything":           {github, `{"StringLike":{"token.actions.githubusercontent.com:sub":"*"}}`, estate.Yes},
		"GitHubAnyEnvironment":     {github, `{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:*:environment:prod"}}`, estate.Yes},
		"GitHubAnyOwner":           {github, `{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:*/app:ref:refs/heads/main"}}`, estate.Yes},
		"GitHubOwnerPrefix":        {github, `{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:org*"}}`, estate.Yes},
		"GitHubOwnerPrefixSlash":   {github, `{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:org*/app"}}`, estate.Yes},
		"GitHubOneOfTwoIsOpen":     {github, `{"StringLike":{"token.actions.githubusercontent.com:sub":["repo:org/app:*","repo:*"]}}`, estate.Yes},
		"GitHubStarIsTextInEquals": {github, `{"StringEquals":{"token.actions.githubusercontent.com:sub":"repo:*"}}`, estate.No},
		"GitHubNegated":            {github, `{"StringNotLike":{"token.actions.githubusercontent.com:sub":"repo:evil/*"}}`, estate.Yes},
		"GitHubIfExists":           {github, `{"StringLikeIfExists":{"token.actions.githubusercontent.com:sub":"repo:org/*"}}`, estate.No},
		"GitHubKeyCase":            {github, `{"StringLike":{"Token.Actions.GithubUserContent.com:SUB":"repo:org/*"}}`, estate.No},
		"GitHubOwnSubject":         {github, `{"StringLike":{"token.actions.githubusercontent.com:sub":"job_workflow_ref:org/*"}}`, estate.Maybe},
		"GitHubRepositoryClaim":    {github, `{"StringEquals":{"token.actions.githubusercontent.com:repository":"org/app"}}`, estate.No},
		"GitHubOwnerClaim":         {github, `{"StringEquals":{"token.actions.githubusercontent.com:repository_owner":"org"}}`, estate.No},
		"GitHubOwnerClaimPrefix":   {github, `{"StringLike":{"token.actions.githubusercontent.com:repository_owner":"organisation*"}}`, estate.Yes},
		"GitHubActor":              {github, `{"StringEquals":{"token.actions.githubusercontent.com:actor":"octocat"}}`, estate.Yes},
		"GitHubOtherIssuersKey":    {github, `{"StringLike":{"gitlab.com:sub":"project_path:org/*"}}`, estate.Yes},
		"GitLabGroup":              {gitlab, `{"StringLike":{"gitlab.com:sub":"project_path:group/*"}}`, estate.No},
		"GitLabAnyProject":         {gitlab, `{"StringLike":{"gitlab.com:sub":"project_path:*"}}`, estate.Yes},
		"TerraformOrganization":    {tfc, `{"StringLike":{"app.terraform.io:sub":"organization:acme:project:*"}}`, estate.No},
		"TerraformAnyOrganization": {tfc, `{"StringLike":{"app.terraform.io:sub":"organization:*:workspace:prod:*"}}`, estate.Yes},
		"CognitoPool":              {cognito, `{"StringEquals":{"cognito-identity.amazonaws.com:aud":"eu-west-1:0a1b2c3d"}}`, estate.No},
		"CognitoAuthenticatedOnly": {cognito, `{"ForAnyValue:StringLike":{"cognito-identity.amazonaws.com:amr":"authenticated"}}`, estate.Yes},
		"ClusterServiceAccount":    {eks, `{"StringEquals":{"oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123:sub":"system:serviceaccount:ns:app"}}`, estate.No},
		"ClusterNamespace":         {eks, `{"StringLike":{"oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123:sub":"system:serviceaccount:ns:*"}}`, estate.No},
		"ClusterAnyNamespace":      {eks, `{"StringLike":{"oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123:sub":"system:serviceaccount:*:app"}}`, estate.Yes},
		"ClusterAudienceOnly":      {eks, `{"StringEquals":{"oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123:aud":"sts.amazonaws.com"}}`, estate.Yes},
		"OtherProviderInPart":      {"idp.example.com", `{"StringLike":{"idp.example.com:sub":"team-blue-*"}}`, estate.Maybe},
		"OtherProviderSubject":     {"idp.example.com", `{"StringEquals":{"idp.example.com:sub":"x"}}`, estate.No},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id := "arn:aws:iam::111122223333:oidc-provider/" + test.issuer
			if test.issuer == cognito {
				id = cognito
			}
			gaps := identity.OpenFederation(parse(t, trust("sts:AssumeRoleWithWebIdentity", `{"Federated":"`+id+`"}`, test.condition)))
			got := estate.No
			if len(gaps) == 1 && gaps[0].Principal == id && gaps[0].Why != "" {
				got = gaps[0].Verdict
			}
			if got != test.want {
				t.Errorf("got %v, want %v", gaps, test.want)
			}
		})
	}
}

func TestOpenFederationLeavesOthersAlone(t *testing.T) {
	t.Parallel()
	for name, policy := range map[string]string{
		"SAML":        trust("sts:AssumeRoleWithSAML", `{"Federated":"arn:aws:iam::111122223333:saml-provider/x"}`, ""),
		"SAMLByStar":  trust("sts:*", `{"Federated":"arn:aws:iam::111122223333:saml-provider/x"}`, ""),
		"Account":     trust("sts:AssumeRole", `{"AWS":"444455556666"}`, ""),
		"OtherAction": trust("sts:TagSession", `{"Federated":"cognito-identity.amazonaws.com"}`, ""),
	} {
		if gaps := identity.OpenFederation(parse(t, policy)); len(gaps) > 0 {
			t.Errorf("%s: %v", name, gaps)
		}
	}
}
