package roster_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/roster"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

const account = "111122223333"

// TestTrustsAndHumans reads trust policies: who may come in, and whether people do.
func TestTrustsAndHumans(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		statements, want string
		human            estate.Tri
	}{
		"service":  {`{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}`, "service ec2.amazonaws.com", estate.No},
		"pipeline": {`{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/ci"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"ci:sub": "x"}}}`, "oidc arn:aws:iam::111122223333:oidc-provider/ci if", estate.No},
		"people":   {`{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/corp"}, "Action": "sts:AssumeRoleWithSAML"}`, "saml arn:aws:iam::111122223333:saml-provider/corp", estate.Yes},
		"accounts": {`{"Effect": "Allow", "Principal": {"AWS": ["111122223333", "444455556666", "arn:aws:iam::444455556666:role/x"]}, "Action": "sts:AssumeRole"}`,
			"account arn:aws:iam::111122223333:root, account arn:aws:iam::444455556666:root foreign, identity arn:aws:iam::444455556666:role/x foreign", estate.Maybe},
		"anyone":   {`{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}`, "anyone * foreign", estate.Maybe},
		"all but":  {`{"Effect": "Allow", "NotPrincipal": {"AWS": "444455556666"}, "Action": "sts:AssumeRole"}`, "all-but  foreign", estate.Maybe},
		"a denial": {`{"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}`, "", estate.No},
		"with and without a condition": {`[{"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sts:AssumeRole"},
			{"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sts:AssumeRole", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}]`, "service s3.amazonaws.com", estate.No},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			trust, err := policydoc.Parse(`{"Version": "2012-10-17", "Statement": ` + c.statements + `}`)
			if err != nil {
				t.Fatal(err)
			}
			p := &access.Principal{Kind: access.Role, Account: account, Trust: trust}
			if got := words(roster.TrustsOf(p)); got != c.want {
				t.Errorf("trusts %q", got)
			}
			if got := roster.Human(p); got != c.human {
				t.Errorf("human: %s", got)
			}
		})
	}
	if roster.Human(&access.Principal{Kind: access.Role}) != estate.Maybe {
		t.Error("a trust that was not read tells whether people come in")
	}
	if roster.Human(&access.Principal{Kind: access.User, Console: estate.No}) != estate.No {
		t.Error("a user without a password is a person")
	}
}

func words(list []roster.Trust) string {
	var out []string
	for _, t := range list {
		text := string(t.Source) + " " + t.Who
		if t.Foreign {
			text += " foreign"
		}
		if t.Conditional {
			text += " if"
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

// TestReach counts the stores that a role reads by its own policy and by theirs.
func TestReach(t *testing.T) {
	t.Parallel()
	b := access.NewBuilder()
	add := func(kind, id, rest string) {
		t.Helper()
		line := fmt.Sprintf(`{"id": %q, "type": %q, "account": %q, "name": "n", "tags": {}, %s}`, id, kind, account, rest)
		if err := b.Add(kind, []byte(line)); err != nil {
			t.Fatal(err)
		}
	}
	open := `"config": {}, "facets": {"access_policy":{"documents": [%s], "policy_blocked": false}}`
	inline := `"config": {"inline_policies": [{"name": "a", "document": {"version": "2012-10-17", "statements": [{"effect": "Allow", "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::logs/*"], "conditions": %s}]}}]}`
	add("aws_account", "arn:aws:iam::111122223333:root", `"config": {}`)
	add("aws_iam_role", "arn:aws:iam::111122223333:role/app", fmt.Sprintf(inline, "[]"))
	add("aws_iam_role", "arn:aws:iam::111122223333:role/careful", fmt.Sprintf(inline, `[{"operator": "Bool", "key": "aws:MultiFactorAuthPresent", "values": ["true"]}]`))
	add("aws_iam_role", "arn:aws:iam::111122223333:role/none", `"config": {}`)
	add("aws_s3_bucket", "arn:aws:s3:::logs", fmt.Sprintf(open, ""))
	add("aws_s3_bucket", "arn:aws:s3:::other", fmt.Sprintf(open, ""))
	add("aws_sqs_queue", "arn:aws:sqs:eu-west-1:111122223333:q", fmt.Sprintf(open, `{"version": "2012-10-17", "statements": [{"effect": "Allow",
		"principals": [{"kind": "AWS", "id": "arn:aws:iam::111122223333:role/none"}], "actions": ["sqs:*"], "resources": ["*"]}]}`))
	add("aws_sns_topic", "arn:aws:sns:eu-west-1:111122223333:t", fmt.Sprintf(open, ""))
	d := b.Directory()
	for name, want := range map[string]roster.Reach{
		"app": {Reads: 1, Stores: 3}, "careful": {Perhaps: 1, Stores: 3}, "none": {Reads: 1, Stores: 3},
	} {
		if got := roster.ReachOf(d, d.Principal("arn:aws:iam::111122223333:role/"+name), roster.Stores(d)); got != want {
			t.Errorf("%s reaches %+v", name, got)
		}
	}
}
