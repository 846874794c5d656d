package escalate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
)

func TestServicesOfChinaGoByNamesOfTheirOwn(t *testing.T) {
	t.Parallel()
	r := rule(t, "to: role\npasses: {to: [ec2.amazonaws.com]}\nneeds: [{action: x:Run, on: new}]\nyields: code-as\n")
	china := func(n escalate.Node) escalate.Node {
		n.ARN = strings.Replace(n.ARN, "arn:aws:", "arn:aws-cn:", 1)
		return n
	}
	local, global := role(t, "local", map[string]string{"Service": "ec2.amazonaws.com.cn"}), role(t, "global", map[string]string{"Service": "ec2.amazonaws.com"})
	a := yes("eve x:Run new", "eve iam:PassRole local", "eve iam:PassRole global", "ec2.amazonaws.com.cn sts:AssumeRole local", "ec2.amazonaws.com sts:AssumeRole global")
	e := &escalate.Estate{Nodes: []escalate.Node{china(user("eve")), china(local), china(global), local}}
	if got := ways(escalate.New([]escalate.Rule{r}, e, a).From(e.Nodes[0].ARN)); got != "eve>local yes, eve>global yes" {
		t.Error(got)
	}
}

func TestTakingRoles(t *testing.T) {
	t.Parallel()
	r := rule(t, "to: role\nneeds: [{action: sts:AssumeRole, on: target}]\nyields: credential\n")
	other := strings.Replace(iamRoot, account, "444455556666", 1)
	abroad := role(t, "abroad", map[string]string{"AWS": iamRoot + "root"})
	abroad.ARN, abroad.Account = other+"role/abroad", "444455556666"
	unread := escalate.Node{ARN: iamRoot + "role/unread", Kind: escalate.Role, Account: account}
	nodes := []escalate.Node{
		user("eve"), user("bob"), user("carl"), role(t, "me", map[string]string{"AWS": iamRoot + "root"}),
		role(t, "account", map[string]string{"AWS": account}), abroad, role(t, "named", map[string]string{"AWS": iamRoot + "user/eve"}),
		role(t, "session", map[string]string{"AWS": strings.Replace(iamRoot, "iam", "sts", 1) + "assumed-role/me/x"}),
		role(t, "everyone", map[string]string{"AWS": "*"}), unread, role(t, "service", map[string]string{"Service": "ec2.amazonaws.com"}),
	}
	a := yes()
	for _, who := range []string{"eve", "bob", "me"} {
		for _, to := range []string{"account", "abroad", "named", "session", "everyone", "unread", "service", "me"} {
			a.allow[who+" sts:AssumeRole "+to] = escalate.Yes
		}
	}
	g := escalate.New([]escalate.Rule{r}, &escalate.Estate{Nodes: nodes}, a)
	g.From(iamRoot + "user/carl")
	if want := []string{"carl sts:AssumeRole everyone", "carl sts:AssumeRole unread"}; !slices.Equal(a.asked, want) {
		t.Errorf("of who holds nothing is asked %v, want %v", a.asked, want)
	}
	for who, want := range map[string]string{
		"user/eve": "me account abroad named everyone unread", "user/bob": "me account abroad everyone unread",
		"role/me": "account abroad session everyone unread",
	} {
		var got []string
		for _, e := range g.From(iamRoot + who) {
			got = append(got, name(e.To))
		}
		if who == "user/eve" || who == "user/bob" { // nothing lets a user take me but its account
			got = slices.DeleteFunc(got, func(s string) bool { return s == "me" })
			want = strings.TrimPrefix(want, "me ")
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s takes %v, want %s", who, got, want)
		}
	}
}

func TestTheTrustOfAPassedRoleCounts(t *testing.T) {
	t.Parallel()
	r := rule(t, "to: role\npasses: {to: [a.amazonaws.com, b.amazonaws.com]}\nneeds: [{action: x:Run, on: new}]\nyields: code-as\n")
	e := &escalate.Estate{Nodes: []escalate.Node{
		user("eve"), role(t, "both", map[string]string{"AWS": "*"}), role(t, "other", map[string]string{"Service": "c.amazonaws.com"}),
	}}
	for verdict, want := range map[escalate.Verdict]string{
		escalate.No: "", escalate.Unknown: "eve>both unknown", escalate.Conditional: "eve>both conditional", escalate.Yes: "eve>both yes",
	} {
		a := yes("eve iam:PassRole both", "eve iam:PassRole other", "eve x:Run new", "c.amazonaws.com sts:AssumeRole other")
		a.allow["b.amazonaws.com sts:AssumeRole both"] = verdict
		if got := ways(escalate.New([]escalate.Rule{r}, e, a).From(iamRoot + "user/eve")); got != want {
			t.Errorf("%s: %q, want %q", verdict, got, want)
		}
	}
}

func TestIdentityCenterIsAdministeredFromItsAccounts(t *testing.T) {
	t.Parallel()
	r := rule(t, "to: sso-role\nneeds: [{action: sso:CreateAccountAssignment, on: new}]\nyields: credential\n")
	kept := role(t, "kept", map[string]string{"Federated": "x"})
	kept.SSO, kept.Account = true, "444455556666"
	for want, accounts := range map[string][]string{"eve>kept yes": {account}, "eve>kept unknown": nil, "": {"999988887777"}} {
		e := &escalate.Estate{Nodes: []escalate.Node{user("eve"), kept}, SSOAccounts: accounts}
		if got := ways(escalate.New([]escalate.Rule{r}, e, yes("eve sso:CreateAccountAssignment new")).From(iamRoot + "user/eve")); got != want {
			t.Errorf("%v: %q, want %q", accounts, got, want)
		}
	}
}
