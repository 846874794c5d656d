package escalate

import (
	"encoding/binary"
	"fmt"
	"strings"
	"sync"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/analysis/identity/reference"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// Policies tells the policies of an estate.
type Policies interface {
	// Subject returns the user or role of an ARN with the layers over it, but those of
	// a resource; false for one that the estate does not hold.
	Subject(arn string) (decide.Principal, decide.Layers, bool)
	// Target returns the resource of an ARN with the resource control policies over it.
	Target(arn string) (decide.Resource, [][]decide.Source)
	// Managed returns the policies that can be attached in an account, but those of AWS
	// that nobody there has; the second result says why some are missing, nil for none.
	Managed(account string) ([]ManagedPolicy, *estate.Unknown)
}

// Decider is an Access that weighs every policy with package decide. It is safe for
// concurrent use when its Policies are.
type Decider struct {
	policies Policies
	table    *reference.Table
	matcher  *reference.Matcher
	// held are reference.Set by the ARN of the principal, and shared the sets themselves,
	// since many principals hold the same. Given are Verdicts by account and policy.
	held, shared, given sync.Map
}

// NewDecider returns an Access on the policies.
func NewDecider(policies Policies, table *reference.Table) *Decider {
	return &Decider{policies: policies, table: table, matcher: reference.NewMatcher(table)}
}

// May answers a question. Keys of the request that the question does not tell are left
// open, so that a condition on them makes the answer Conditional.
func (d *Decider) May(q Question) Answer {
	who, layers, ok := d.subject(q)
	if !ok {
		return Answer{Verdict: Unknown, Unknown: []estate.Unknown{{Path: q.Principal, Reason: estate.Uncollected, Detail: "the principal is not in the inventory"}}}
	}
	if q.Resource != "" {
		resource, rcps := d.policies.Target(q.Resource)
		if q.Trusted {
			resource.Policy, resource.PolicyUnknown = trustIn(q.Principal), nil
		}
		answer := d.decide(q, who, layers, resource, rcps)
		if answer.Verdict == Conditional && attaches(q.Action) {
			layers.RCPs = rcps
			return d.attach(q, who, resource, layers, answer)
		}
		return answer
	}
	return d.choose(q, who, layers)
}

// subject returns who asks. A service may be the identity provider whose tokens it
// hands out, as that of Cognito is.
func (d *Decider) subject(q Question) (decide.Principal, decide.Layers, bool) {
	if strings.HasPrefix(q.Principal, "arn:") {
		return d.policies.Subject(q.Principal)
	}
	who, ok := decide.ParsePrincipal(q.Principal)
	if strings.HasPrefix(q.Action, "sts:AssumeRoleWith") {
		who.Kind = decide.Federated
	}
	return who, decide.Layers{}, ok
}

func trustIn(arn string) *policydoc.Document {
	return &policydoc.Document{Version: "2012-10-17", Statements: []policydoc.Statement{{
		Effect: "Allow", Principals: []policydoc.Principal{{Kind: "AWS", ID: arn}}, Actions: []string{assumeRole},
	}}}
}

func (d *Decider) decide(q Question, who decide.Principal, layers decide.Layers, resource decide.Resource, rcps [][]decide.Source) Answer {
	layers.RCPs = rcps
	context := decide.Known(&who, &resource, q.Action)
	if who.Kind == decide.Service {
		// The service acts for something that is made in the role's own account.
		account := accountOf(resource.ARN)
		context.Set("aws:SourceAccount", account)
		context.SetLike("aws:SourceArn", "arn:*:*:*:"+account+":*")
	}
	for key, value := range q.Context {
		context.Set(key, value)
	}
	made := decide.Decide(decide.Request{Principal: who, Action: q.Action, Resource: resource, Context: context, Reference: d.table}, layers)
	answer := Answer{By: by(made.By), Residue: made.Residue.String(), Unknown: made.Unknown}
	switch made.Outcome {
	case decide.Allowed:
		answer.Verdict = Yes
	case decide.Conditional:
		answer.Verdict = Conditional
	case decide.Unknown:
		answer.Verdict = Unknown
	case decide.DeniedImplicitly, decide.DeniedExplicitly:
		answer.Verdict = No
	}
	return answer
}

// by names the layer and the policy that decided, with its statement.
func by(s decide.Statement) string {
	text := s.Layer.String()
	if s.Source != "" {
		text += " " + s.Source
	}
	if s.Index >= 0 {
		text += fmt.Sprintf(" statement %d", s.Index)
	}
	return text
}

func accountOf(arn string) string {
	const account = 4
	fields := strings.SplitN(arn, ":", account+2)
	if len(fields) <= account {
		return ""
	}
	return fields[account]
}

// Holds answers from the identity policies alone: what only a resource's policy grants
// is held by nobody, but for policies that could not be read, which may hold anything.
func (d *Decider) Holds(principal, action string) bool {
	a, known := d.table.Lookup(action)
	if !known {
		return true
	}
	held, ok := d.held.Load(principal)
	if !ok {
		held, _ = d.held.LoadOrStore(principal, d.heldBy(principal))
	}
	set, all := held.(reference.Set)
	return !all || set == nil || set.Has(a.ID)
}

// heldBy returns what the identity policies allow somewhere; nil means anything.
func (d *Decider) heldBy(principal string) reference.Set {
	_, layers, ok := d.policies.Subject(principal)
	if !ok {
		return nil
	}
	held := d.table.NewSet()
	for _, source := range layers.Identity {
		if source.Doc == nil {
			return nil
		}
		for i := range source.Doc.Statements {
			if s := &source.Doc.Statements[i]; s.Allows() {
				d.matcher.Join(held, s)
			}
		}
	}
	return d.share(held)
}

// share returns the one set that stands for all that are equal.
func (d *Decider) share(set reference.Set) reference.Set {
	var key []byte
	for _, word := range set {
		key = binary.LittleEndian.AppendUint64(key, word)
	}
	found, _ := d.shared.LoadOrStore(string(key), set)
	same, _ := found.(reference.Set)
	return same
}
