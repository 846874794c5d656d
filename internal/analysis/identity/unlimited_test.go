package identity_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/analysis/identity"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

func TestUnlimitedActions(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, policy, want string }{
		{"none", `[]`, ""},
		{"exact", `[{"Effect":"Allow","Action":"iam:PassRole","Resource":"*"}]`, "iam:passrole 0"},
		{"pattern", `[{"Effect":"Allow","Action":["s3:*","IAM:Pass*"],"Resource":"*"}]`, "iam:passrole 0"},
		{"one_character", `[{"Effect":"Allow","Action":"iam:PassRol?","Resource":"*"}]`, "iam:passrole 0"},
		{"one_character_too_many", `[{"Effect":"Allow","Action":"iam:PassRole?","Resource":"*"}]`, ""},
		{"text_of_a_regular_expression", `[{"Effect":"Allow","Action":["iam:Pass.o*","iam:(PassRole|x)*"],"Resource":"*"}]`, ""},
		{"all", `[{"Effect":"Allow","Action":"*","Resource":"*"}]`, "iam:passrole 0, iam:createuser 0"},
		{"second_statement", `[{"Effect":"Allow","Action":"*","Resource":"arn:aws:iam::1:role/a"},{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::1:role/*"}]`, "iam:passrole 1"},
		{"all_roles_of_a_path", `[{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::1:role/team/*"}]`, ""},
		{"partition", `[{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:*"}]`, "iam:passrole 0"},
		{"condition", `[{"Effect":"Allow","Action":"iam:PassRole","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}]`, ""},
		{"all_but_one_resource", `[{"Effect":"Allow","Action":"iam:PassRole","NotResource":"arn:aws:iam::1:role/a"}]`, "iam:passrole 0"},
		{"all_but_other_actions", `[{"Effect":"Allow","NotAction":["s3:*","iam:Create*"],"Resource":"*"}]`, "iam:passrole 0"},
		{"denied", `[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"iam:pass*","Resource":"*"}]`, "iam:createuser 0"},
		{"denied_under_a_condition", `[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"iam:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]`, "iam:passrole 0, iam:createuser 0"},
		{"denied_for_one_role", `[{"Effect":"Allow","Action":"iam:PassRole","Resource":"*"},{"Effect":"Deny","Action":"iam:PassRole","Resource":"arn:aws:iam::1:role/a"}]`, "iam:passrole 0"},
		{"denied_for_all_but_one_role", `[{"Effect":"Allow","Action":"iam:PassRole","Resource":"*"},{"Effect":"Deny","Action":"iam:PassRole","NotResource":"arn:aws:iam::1:role/a"}]`, "iam:passrole 0"},
		{"all_but_denied", `[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","NotAction":"iam:PassRole","Resource":"*"}]`, "iam:passrole 0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			doc, err := policydoc.Parse([]byte(`{"Version":"2012-10-17","Statement":` + tt.policy + `}`))
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, u := range identity.UnlimitedActions(doc, []string{"iam:passrole", "iam:createuser"}, []string{":role/*", ":*"}) {
				if got != "" {
					got += ", "
				}
				got += u.Action + " " + string(rune('0'+u.Statement))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
