package escalate_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
)

// TestWaysOfAChangedPrincipalAreItsOwn asks for a user in one more group: what it may do and
// what applies to it are those of the changed one, and it still does not become itself.
func TestWaysOfAChangedPrincipalAreItsOwn(t *testing.T) {
	t.Parallel()
	list := []escalate.Rule{
		rule(t, "to: group\nneeds: [{action: iam:PutGroupPolicy, on: target}]\nyields: policy-write\n"),
		rule(t, "to: user\nneeds: [{action: iam:CreateAccessKey, on: target}]\nyields: credential\n"),
	}
	group := escalate.Node{ARN: iamRoot + "group/g", Kind: escalate.Group, Account: account}
	e := &escalate.Estate{Nodes: []escalate.Node{user("eve"), user("bob"), group}}
	g := escalate.New(list, e, yes("eve iam:PutGroupPolicy g"))
	if got := ways(g.From(iamRoot + "user/eve")); got != "eve>g yes" {
		t.Error(got)
	}
	after := yes("eve iam:PutGroupPolicy g", "eve iam:CreateAccessKey bob", "eve iam:CreateAccessKey eve")
	if got := ways(g.FromChanged(iamRoot+"user/eve", []string{group.ARN}, after)); got != "eve>g yes self, eve>bob yes" {
		t.Error(got)
	}
	if got := g.FromChanged(iamRoot+"user/nobody", nil, after); got != nil {
		t.Error(ways(got))
	}
	if got := ways(g.From(iamRoot + "user/eve")); got != "eve>g yes" {
		t.Errorf("the estate was changed: %s", got)
	}
}
