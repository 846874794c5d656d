package escalate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
	"github.com/stance-sec/stance/internal/analysis/identity/reference"
	"github.com/stance-sec/stance/internal/estate"
)

// answers is an Access that allows what it lists, by "principal action resource", where
// the resource is "new" for what the principal may choose. It counts what it is asked.
type answers struct {
	allow map[string]escalate.Verdict
	asked []string
}

func (a *answers) May(q escalate.Question) escalate.Answer {
	resource := q.Resource
	if resource == "" {
		resource = "new"
	}
	key := name(q.Principal) + " " + q.Action + " " + name(resource)
	a.asked = append(a.asked, key)
	return escalate.Answer{Verdict: a.allow[key], By: key}
}

func (a *answers) Holds(principal, action string) bool {
	for key := range a.allow {
		if strings.HasPrefix(key, name(principal)+" "+action+" ") {
			return true
		}
	}
	return false
}

// name is what follows the last slash.
func name(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }

func yes(keys ...string) *answers {
	a := &answers{allow: map[string]escalate.Verdict{}}
	for _, k := range keys {
		a.allow[k] = escalate.Yes
	}
	return a
}

func user(id string) escalate.Node {
	return escalate.Node{ARN: iamRoot + "user/" + id, Kind: escalate.User, Account: account, Facts: escalate.Facts{}}
}

func role(t *testing.T, id string, trusts map[string]string) escalate.Node {
	t.Helper()
	return escalate.Node{ARN: iamRoot + "role/" + id, Kind: escalate.Role, Account: account, Facts: escalate.Facts{}, Trust: document(t, trustOf(trusts, "sts:AssumeRole"))}
}

func rule(t *testing.T, text string) escalate.Rule {
	t.Helper()
	r, err := escalate.Parse("x/rule.yaml", []byte("title: a\nwhy: b\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// ways writes edges as "from>to verdict via", in order.
func ways(edges []escalate.Edge) string {
	var list []string
	for _, e := range edges {
		text := name(e.From) + ">" + name(e.To) + " " + e.Verdict.String()
		if e.Via != "" {
			text += " " + name(e.Via)
		}
		if e.Self {
			text += " self"
		}
		list = append(list, text)
	}
	return strings.Join(list, ", ")
}

const updateCode = "to: role\nexisting: aws_lambda_function\nneeds: [{action: lambda:UpdateFunctionCode, on: existing}]\nyields: code-as\n"

func function(id, role string) escalate.Workload {
	return escalate.Workload{ARN: "arn:aws:lambda:us-east-1:" + account + ":function/" + id, Type: "aws_lambda_function", Account: account, Role: iamRoot + "role/" + role}
}

func TestOneEdgeForEachRoleThroughItsSurestWorkload(t *testing.T) {
	t.Parallel()
	a := yes("eve lambda:UpdateFunctionCode f2", "eve lambda:UpdateFunctionCode f4")
	a.allow["eve lambda:UpdateFunctionCode f1"] = escalate.Conditional
	a.allow["eve lambda:UpdateFunctionCode f3"] = escalate.Conditional
	e := &escalate.Estate{
		Nodes:     []escalate.Node{user("eve"), role(t, "a", map[string]string{"Service": "lambda.amazonaws.com"}), role(t, "b", map[string]string{"Service": "lambda.amazonaws.com"})},
		Workloads: []escalate.Workload{function("f1", "a"), function("f3", "b"), function("f2", "a"), function("f4", "b"), function("f5", "b"), function("lost", "gone")},
	}
	got := ways(escalate.New([]escalate.Rule{rule(t, updateCode)}, e, a).From(iamRoot + "user/eve"))
	if want := "eve>a yes f2, eve>b yes f4"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if slices.Contains(a.asked, "eve lambda:UpdateFunctionCode f5") {
		t.Error("more is asked than needed")
	}
}

func TestPrincipalsWithoutTheActionAreNeverAsked(t *testing.T) {
	t.Parallel()
	a := yes("eve lambda:UpdateFunctionCode f1")
	e := &escalate.Estate{Nodes: []escalate.Node{user("eve"), user("bob"), role(t, "a", map[string]string{"Service": "lambda.amazonaws.com"})}, Workloads: []escalate.Workload{function("f1", "a")}}
	g := escalate.New([]escalate.Rule{rule(t, updateCode)}, e, a)
	before := len(a.asked)
	if edges := g.From(iamRoot + "user/bob"); edges != nil || len(a.asked) != before {
		t.Errorf("%v, asked %v", edges, a.asked[before:])
	}
}

func TestWhoHasNoEdges(t *testing.T) {
	t.Parallel()
	a := yes("boss lambda:UpdateFunctionCode f1", "linked lambda:UpdateFunctionCode f1", "a lambda:UpdateFunctionCode f1")
	boss, linked := user("boss"), role(t, "linked", map[string]string{"Service": "x.amazonaws.com"})
	boss.Admin, linked.ServiceLinked = true, true
	e := &escalate.Estate{
		Nodes:     []escalate.Node{boss, linked, role(t, "a", map[string]string{"Service": "lambda.amazonaws.com"}), {ARN: iamRoot + "group/g", Kind: escalate.Group, Account: account}},
		Workloads: []escalate.Workload{function("f1", "a")},
	}
	g := escalate.New([]escalate.Rule{rule(t, updateCode)}, e, a)
	for _, arn := range []string{"user/boss", "role/linked", "role/a", "group/g", "user/nobody"} {
		if edges := g.From(iamRoot + arn); edges != nil {
			t.Errorf("%s: %s", arn, ways(edges))
		}
	}
}

func TestNeedsOfOneWorkloadAreMetByOneWorkload(t *testing.T) {
	t.Parallel()
	r := rule(t, `to: role
existing: aws_lambda_function
passes: {to: [lambda.amazonaws.com]}
needs: [{action: lambda:UpdateFunctionCode, on: existing}, {action: lambda:UpdateFunctionConfiguration, on: existing}]
yields: code-as
`)
	a := yes("eve iam:PassRole a", "lambda.amazonaws.com sts:AssumeRole a", "eve lambda:UpdateFunctionCode f1", "eve lambda:UpdateFunctionConfiguration f2")
	e := &escalate.Estate{Nodes: []escalate.Node{user("eve"), role(t, "a", map[string]string{"Service": "lambda.amazonaws.com"})}, Workloads: []escalate.Workload{function("f1", "b"), function("f2", "b")}}
	if edges := escalate.New([]escalate.Rule{r}, e, a).From(iamRoot + "user/eve"); edges != nil {
		t.Error(ways(edges))
	}
	a.allow["eve lambda:UpdateFunctionCode f2"] = escalate.Yes
	if got := ways(escalate.New([]escalate.Rule{r}, e, a).From(iamRoot + "user/eve")); got != "eve>a yes" {
		t.Error(got)
	}
}

func TestNobodyBecomesItself(t *testing.T) {
	t.Parallel()
	list := []escalate.Rule{
		rule(t, "to: role\npasses: {to: [a.amazonaws.com]}\nneeds: [{action: x:Run, on: new}]\nyields: code-as\n"),
		rule(t, "to: user\nneeds: [{action: iam:CreateAccessKey, on: target}]\nyields: credential\n"),
		rule(t, "to: user\nneeds: [{action: iam:PutUserPolicy, on: target}]\nyields: policy-write\n"),
	}
	e := &escalate.Estate{Nodes: []escalate.Node{user("eve"), role(t, "me", map[string]string{"Service": "a.amazonaws.com"})}}
	g := escalate.New(list, e, everything{})
	if got := ways(g.From(iamRoot + "user/eve")); got != "eve>me yes, eve>eve yes self" {
		t.Error(got)
	}
	if got := ways(g.From(iamRoot + "role/me")); got != "me>eve yes, me>eve yes" {
		t.Error(got)
	}
}

func TestSelfTellsWhatAppliesToTheWriter(t *testing.T) {
	t.Parallel()
	r := rule(t, "to: policy\nneeds: [{action: iam:CreatePolicyVersion, on: target}]\nyields: policy-write\n")
	eve := user("eve")
	eve.Holds = []string{iamRoot + "policy/mine"}
	policy := func(id string) escalate.Node {
		return escalate.Node{ARN: iamRoot + "policy/" + id, Kind: escalate.Policy, Account: account}
	}
	abroad := policy("abroad")
	abroad.Account = "444455556666"
	a := yes("eve iam:CreatePolicyVersion mine", "eve iam:CreatePolicyVersion others", "eve iam:CreatePolicyVersion abroad")
	e := &escalate.Estate{Nodes: []escalate.Node{eve, policy("mine"), policy("others"), abroad}}
	if got := ways(escalate.New([]escalate.Rule{r}, e, a).From(eve.ARN)); got != "eve>mine yes self, eve>others yes" {
		t.Error(got)
	}
}

func TestWorstOfTheNeedsCounts(t *testing.T) {
	t.Parallel()
	r := rule(t, `to: user
when: {mfa: false}
needs: [{action: iam:A, on: target}, {any: [{action: iam:B, on: target}, [{action: iam:C, on: target}, {action: iam:D, on: new}]]}]
yields: credential
`)
	no, conditional, unknown, yes := escalate.No, escalate.Conditional, escalate.Unknown, escalate.Yes
	for i, c := range []struct {
		a, b, c, d escalate.Verdict
		mfa        estate.Tri
		want       string
	}{
		{yes, yes, no, no, estate.No, "eve>bob yes"},
		{yes, no, yes, yes, estate.No, "eve>bob yes"},
		{yes, conditional, yes, yes, estate.No, "eve>bob yes"},
		{yes, conditional, yes, no, estate.No, "eve>bob conditional"},
		{conditional, unknown, no, no, estate.No, "eve>bob unknown"},
		{yes, unknown, conditional, yes, estate.No, "eve>bob conditional"},
		{yes, yes, yes, yes, estate.Maybe, "eve>bob unknown"},
		{yes, yes, yes, yes, estate.Yes, ""},
		{no, yes, yes, yes, estate.No, ""},
		{yes, no, yes, no, estate.No, ""},
	} {
		bob := user("bob")
		bob.Facts[escalate.MFA] = c.mfa
		a := &answers{allow: map[string]escalate.Verdict{"eve iam:A bob": c.a, "eve iam:B bob": c.b, "eve iam:C bob": c.c, "eve iam:D new": c.d}}
		e := &escalate.Estate{Nodes: []escalate.Node{user("eve"), bob}}
		if got := ways(escalate.New([]escalate.Rule{r}, e, a).From(iamRoot + "user/eve")); got != c.want {
			t.Errorf("%d: %q, want %q", i, got, c.want)
		}
	}
}

func TestHostileEstatesDoNotPanic(t *testing.T) {
	t.Parallel()
	list := rules(t)
	e := &escalate.Estate{}
	for i, text := range []string{"", ":", "/", "arn:", "arn:aws:iam::x:role/", strings.Repeat("/", 10_000), "\xff\x00", "arn:aws:sts::1:assumed-role/"} {
		for _, kind := range []escalate.Kind{escalate.User, escalate.Role, escalate.Group, escalate.Policy, ""} {
			e.Nodes = append(e.Nodes, escalate.Node{ARN: text, Kind: kind, Account: text, Trust: document(t, trustOf(map[string]string{"AWS": "AIDA" + fmt.Sprint(i)}, "sts:AssumeRole"))})
		}
		e.Workloads = append(e.Workloads, escalate.Workload{ARN: text, Type: "aws_instance", Account: text, Role: text})
	}
	a := everything{}
	g := escalate.New(list, e, a)
	for i := range e.Nodes {
		_ = g.From(e.Nodes[i].ARN)
	}
}

// everything allows all.
type everything struct{}

func (everything) May(escalate.Question) escalate.Answer {
	return escalate.Answer{Verdict: escalate.Yes}
}
func (everything) Holds(_, _ string) bool { return true }

func TestManyMayAskOneEngine(t *testing.T) {
	t.Parallel()
	list := rules(t)
	i := slices.IndexFunc(list, func(r escalate.Rule) bool { return r.ID == "aws-lambda-create-function" })
	w := build(t, list[i], testCase{Allow: []statement{{Action: "*"}}})
	g := escalate.New(list, &w.estate, escalate.NewDecider(w, reference.Load()))
	want := ways(g.From(w.principal))
	if want == "" {
		t.Fatal("who may do everything but is not said to be an administrator has ways")
	}
	for range 8 {
		t.Run("at-once", func(t *testing.T) {
			t.Parallel()
			if got := ways(g.From(w.principal)); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}
