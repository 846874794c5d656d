package decide_test

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// world is a random request with its layers, over few names so that they meet often.
type world struct {
	random  *rand.Rand
	request decide.Request
	layers  decide.Layers
}

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

var (
	worldPrincipals = []string{
		"arn:aws:iam::111122223333:user/ann", "arn:aws:iam::111122223333:role/dev", "arn:aws:sts::111122223333:assumed-role/dev/s1",
		"arn:aws:iam::444455556666:user/bob", "arn:aws:iam::111122223333:root", "sns.amazonaws.com", "anonymous",
	}
	worldResources = []string{"arn:aws:s3:::b/ann", "arn:aws:kms:eu-west-1:111122223333:key/1", "arn:aws:iam::111122223333:role/dev", "arn:aws:sqs:eu-west-1:111122223333:q"}
	worldActions   = map[string]string{
		"arn:aws:s3:::b/ann": "s3:GetObject", "arn:aws:kms:eu-west-1:111122223333:key/1": "kms:Decrypt",
		"arn:aws:iam::111122223333:role/dev": "sts:AssumeRole", "arn:aws:sqs:eu-west-1:111122223333:q": "sqs:SendMessage",
	}
	worldPatterns = []string{
		"*", "*", "*", "arn:aws:s3:::b/*", "arn:aws:kms", "arn:aws:*:*:111122223333:*", "arn:aws:s3:::b/${x:1}", "arn:aws:s3:::b/${aws:username}",
	}
	// worldKeys are the keys that stay open, with the values that completions try.
	worldKeys = map[string][]string{"x:1": {"ann", "b"}, "x:2": {"ann", "c"}, "aws:SourceIp": {"10.1.1.1", "11.1.1.1"}, "aws:TagKeys": {"ann", "b"}}
)

func newWorld(r *rand.Rand) *world {
	w := &world{random: r}
	p, _ := decide.ParsePrincipal(pick(r, append([]string{worldPrincipals[0]}, worldPrincipals...)...))
	resource := decide.Resource{ARN: pick(r, worldResources...), Account: "111122223333"}
	w.request = decide.Request{Principal: p, Resource: resource, Action: worldActions[resource.ARN]}
	w.request.Context = decide.Known(&p, &resource, w.request.Action)
	w.request.Context.SetWorld(decide.ClosedWorld)
	for key := range worldKeys {
		w.request.Context.Open(key)
	}
	if r.IntN(4) > 0 {
		w.request.Resource.Policy = w.document(true)
	}
	w.layers.Identity = w.sources()
	if r.IntN(3) == 0 {
		w.layers.Boundary = &decide.Source{Name: "boundary", Doc: w.document(false)}
	}
	if r.IntN(5) == 0 {
		w.layers.Session = w.sources()
	}
	if r.IntN(3) == 0 {
		w.layers.SCPs = [][]decide.Source{append(w.sources(), fullAccess()), w.sources()}
	}
	if r.IntN(4) == 0 {
		w.layers.RCPs = [][]decide.Source{{{Name: "rcp", Doc: w.document(true)}}}
	}
	return w
}

func fullAccess() decide.Source {
	return decide.Source{Name: "FullAWSAccess", Doc: &policydoc.Document{Statements: []policydoc.Statement{{Effect: "Allow", Actions: []string{"*"}, Resources: []string{"*"}}}}}
}

func (w *world) sources() []decide.Source {
	const unreadable = 40
	if w.random.IntN(unreadable) == 0 {
		return []decide.Source{{Name: "hidden", Unknown: &estate.Unknown{Path: "policies", Reason: estate.Denied}}}
	}
	var list []decide.Source
	for i := range 1 + w.random.IntN(2) {
		list = append(list, decide.Source{Name: fmt.Sprint("p", i), Doc: w.document(false)})
	}
	return list
}

func (w *world) document(resource bool) *policydoc.Document {
	doc := &policydoc.Document{Version: pick(w.random, "2012-10-17", "2012-10-17", "2008-10-17"), Statements: []policydoc.Statement{}}
	for range 1 + w.random.IntN(3) {
		doc.Statements = append(doc.Statements, w.statement(resource))
	}
	return doc
}

func (w *world) statement(resource bool) policydoc.Statement {
	r := w.random
	s := policydoc.Statement{Effect: pick(r, "Allow", "Allow", "Allow", "Deny")}
	actions := []string{pick(r, "*", w.request.Action, "s3:*", "KMS:*"), pick(r, "ec2:*", "s3:Get*", "sts:*")}
	if r.IntN(6) == 0 {
		s.NotActions = actions[1:]
	} else {
		s.Actions = actions[:1+r.IntN(2)]
	}
	patterns := []string{pick(r, worldPatterns...), pick(r, worldPatterns...)}
	if r.IntN(6) == 0 {
		s.NotResources = patterns[:1+r.IntN(2)]
	} else {
		s.Resources = patterns[:1+r.IntN(2)]
	}
	if resource {
		who := []policydoc.Principal{w.principal(), w.principal()}[:1+r.IntN(2)]
		if r.IntN(8) == 0 {
			s.NotPrincipals = who
		} else {
			s.Principals = who
		}
	}
	for range max(0, r.IntN(4)-1) {
		s.Conditions = append(s.Conditions, w.condition())
	}
	return s
}

func (w *world) principal() policydoc.Principal {
	return pick(w.random, policydoc.Principal{Kind: "*", ID: "*"}, policydoc.Principal{Kind: "Service", ID: "sns.amazonaws.com"},
		policydoc.Principal{Kind: "AWS", ID: pick(w.random, worldPrincipals[:5]...)}, policydoc.Principal{Kind: "AWS", ID: "arn:aws:iam::111122223333:root"})
}

func (w *world) condition() policydoc.Condition {
	r := w.random
	if r.IntN(60) == 0 {
		return policydoc.Condition{Operator: "StringContains", Key: "x:1", Values: []string{"a"}}
	}
	key := pick(r, "x:1", "x:1", "x:2", "aws:SourceIp", "aws:TagKeys", "aws:PrincipalArn", "x:absent", "aws:userid")
	switch {
	case key == "aws:SourceIp":
		return policydoc.Condition{Operator: pick(r, "IpAddress", "NotIpAddress", "IpAddressIfExists"), Key: key, Values: []string{pick(r, "10.0.0.0/8", "0.0.0.0/0", "10.1.0.0/16")}}
	case r.IntN(8) == 0:
		return policydoc.Condition{Operator: "Null", Key: key, Values: []string{pick(r, "true", "false")}}
	}
	operator := pick(r, "StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase")
	if key == "aws:TagKeys" || r.IntN(10) == 0 {
		operator = pick(r, "ForAllValues:", "ForAnyValue:") + operator
	}
	operator += pick(r, "", "", "IfExists")
	values := []string{pick(r, "ann", "a*", "b", "${aws:username}", "${x:2}", "arn:aws:iam::111122223333:*", "*"), pick(r, "b", "c", "ANN")}
	return policydoc.Condition{Operator: operator, Key: key, Values: values[:1+r.IntN(2)]}
}

func (w *world) decide() decide.Decision { return decide.Decide(w.request, w.layers) }

// change applies a change to a copy of one of the documents.
func (w *world) change(edit func(doc *policydoc.Document, resource bool)) {
	copied := func(doc *policydoc.Document, resource bool) *policydoc.Document {
		clone := *doc
		clone.Statements = append([]policydoc.Statement{}, doc.Statements...)
		for i := range clone.Statements {
			clone.Statements[i].Conditions = append([]policydoc.Condition{}, clone.Statements[i].Conditions...)
		}
		edit(&clone, resource)
		return &clone
	}
	source := &w.layers.Identity[0]
	switch {
	case w.random.IntN(3) == 0 && w.request.Resource.Policy != nil:
		w.request.Resource.Policy = copied(w.request.Resource.Policy, true)
		return
	case w.random.IntN(3) == 0 && w.layers.SCPs != nil:
		source = &w.layers.SCPs[1][0]
	case w.random.IntN(3) == 0 && w.layers.Boundary != nil:
		source = w.layers.Boundary
	case w.random.IntN(3) == 0 && len(w.layers.Session) > 0:
		source = &w.layers.Session[0]
	case w.random.IntN(3) == 0 && w.layers.RCPs != nil:
		source = &w.layers.RCPs[0][0]
		source.Doc = copied(source.Doc, true)
		return
	}
	if source.Doc != nil {
		source.Doc = copied(source.Doc, false)
	}
}

// completions calls visit with every way to settle the open keys: absent, or one of
// their values; a role becomes one of two sessions.
func (w *world) completions(visit func(request decide.Request, settled map[string]string)) {
	sessions := []string{""}
	if w.request.Principal.Kind == decide.Role {
		sessions = []string{"s1", "s2"}
	}
	keys := []string{"x:1", "x:2", "aws:SourceIp", "aws:TagKeys"}
	const choices = 3
	for _, session := range sessions {
		for n := range choices * choices * choices * choices {
			request := w.request
			request.Context = w.request.Context.Clone()
			if session != "" {
				request.Principal.Kind, request.Principal.SessionName = decide.Session, session
				request.Context.Set("aws:userid", "AROAX:"+session)
			} else if request.Principal.Kind == decide.Session {
				request.Context.Set("aws:userid", "AROAX:"+request.Principal.SessionName)
			}
			settled := map[string]string{}
			for _, key := range keys {
				if choice := n % choices; choice == 0 {
					request.Context.Absent(key)
				} else {
					request.Context.Set(key, worldKeys[key][choice-1])
					settled[key] = worldKeys[key][choice-1]
				}
				n /= choices
			}
			visit(request, settled)
		}
	}
}

// String shows a world that fails.
func (w *world) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%+v asks %s on %s\n", w.request.Principal, w.request.Action, w.request.Resource.ARN)
	show := func(layer string, doc *policydoc.Document) {
		if doc != nil {
			fmt.Fprintf(&b, "%s %s %+v\n", layer, doc.Version, doc.Statements)
		}
	}
	show("resource", w.request.Resource.Policy)
	for _, s := range w.layers.Identity {
		show("identity", s.Doc)
	}
	if w.layers.Boundary != nil {
		show("boundary", w.layers.Boundary.Doc)
	}
	for _, s := range w.layers.Session {
		show("session", s.Doc)
	}
	for _, level := range append(w.layers.SCPs, w.layers.RCPs...) {
		for _, s := range level {
			show("scp or rcp", s.Doc)
		}
	}
	return b.String()
}
