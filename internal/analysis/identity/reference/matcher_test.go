package reference_test

import (
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/reference"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

func TestMatcherMeansWhatStatementsSay(t *testing.T) {
	t.Parallel()
	table := reference.Load()
	m := reference.NewMatcher(table)
	all := table.Count()
	s3 := table.Match("s3:*").Len()
	for _, c := range []struct {
		actions, notActions string
		want                int
		has, lacks          string
	}{
		{"S3:getobject", "", 1, "s3:GetObject", "s3:PutObject"},
		{"s3:GetObject s3:PutObject s3:getOBJECT", "", 2, "s3:PutObject", "s3:ListBucket"},
		{"*", "", all, "iam:PassRole", ""},
		{"", "s3:*", all - s3, "iam:PassRole", "s3:GetObject"},
		{"", "S3:* iam:passrole", all - s3 - 1, "iam:CreateUser", "iam:PassRole"},
		{"", "*", 0, "", "s3:GetObject"},
		{"nowhere:Nothing", "", 0, "", "s3:GetObject"},
		{"", "", 0, "", "s3:GetObject"},
	} {
		set := table.NewSet()
		s := &policydoc.Statement{Actions: strings.Fields(c.actions), NotActions: strings.Fields(c.notActions)}
		m.Join(set, s)
		m.Join(set, s)
		if set.Len() != c.want {
			t.Errorf("%q but %q: %d actions, want %d", c.actions, c.notActions, set.Len(), c.want)
		}
		for name, want := range map[string]bool{c.has: true, c.lacks: false} {
			if a, known := table.Lookup(name); known && set.Has(a.ID) != want {
				t.Errorf("%q but %q: %s is %t", c.actions, c.notActions, name, !want)
			}
		}
	}
	if kept := m.Match("s3:*").Len(); kept != s3 {
		t.Errorf("a shared set was changed: %d actions, want %d", kept, s3)
	}
}
