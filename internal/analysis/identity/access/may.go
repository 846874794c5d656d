package access

import (
	"maps"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// Escalation answers the questions of escalation rules. It is safe for concurrent use.
type Escalation struct {
	*escalate.Decider

	d *Directory
	// as stands for the principal of its ARN; nil when all are as the directory has them.
	as *Principal
}

// Escalation returns what answers the questions of escalation rules.
func (d *Directory) Escalation() Escalation {
	return Escalation{Decider: escalate.NewDecider(d, d.reference), d: d}
}

// EscalationAs is Escalation with a changed principal, such as what Joined returns, in the
// place of the one of its ARN. Prepare makes its answers cheap.
func (d *Directory) EscalationAs(p *Principal) Escalation {
	return Escalation{escalate.NewDecider(changed{d, p}, d.reference), d, p}
}

// changed are the policies of a directory with one principal changed.
type changed struct {
	*Directory

	as *Principal
}

// Subject implements escalate.Policies.
func (c changed) Subject(arn string) (decide.Principal, decide.Layers, bool) {
	if arn == c.as.ARN {
		return c.Caller(c.as), c.Layers(c.as), true
	}
	return c.Directory.Subject(arn)
}

// principal returns who asks; nil for who is none of the directory.
func (e Escalation) principal(arn string) *Principal {
	if e.as != nil && e.as.ARN == arn {
		return e.as
	}
	return e.d.principals[arn]
}

// Holds implements escalate.Access.
func (e Escalation) Holds(principal, action string) bool {
	if p := e.principal(principal); p != nil {
		return e.d.Holds(p, action)
	}
	return e.Decider.Holds(principal, action)
}

// May implements escalate.Access. What the compiled evaluator settles is not traced: such an
// answer does not say by which policy.
func (e Escalation) May(q escalate.Question) escalate.Answer {
	p := e.principal(q.Principal)
	if p == nil || q.Resource == "" || q.Trusted {
		return e.Decider.May(q)
	}
	given := make(map[string][]string, len(q.Context))
	for key, value := range q.Context {
		given[key] = []string{value}
	}
	switch e.d.outcome(e.d.readyCaller(p), e.d.readyTarget(q.Action, q.Resource), settledBy(given)) {
	case decide.DeniedExplicitly, decide.DeniedImplicitly:
		return escalate.Answer{Verdict: escalate.No}
	case decide.Allowed:
		return escalate.Answer{Verdict: escalate.Yes}
	case decide.Unknown:
		if why := e.d.tree.unknown(p.Account); why != nil {
			return escalate.Answer{Verdict: escalate.Unknown, Unknown: []estate.Unknown{*why}}
		}
	default:
	}
	return e.Decider.May(q)
}

// Subject implements escalate.Policies.
func (d *Directory) Subject(arn string) (decide.Principal, decide.Layers, bool) {
	p := d.Principal(arn)
	if p == nil {
		return decide.Principal{}, decide.Layers{}, false
	}
	return d.Caller(p), d.Layers(p), true
}

// Managed implements escalate.Policies.
func (d *Directory) Managed(account string) ([]escalate.ManagedPolicy, *estate.Unknown) {
	var list []escalate.ManagedPolicy
	for _, arn := range slices.Sorted(maps.Keys(d.policies)) {
		if of := accountOf(arn); of == account || of == "aws" {
			list = append(list, escalate.ManagedPolicy{ARN: arn, Doc: d.policies[arn].document})
		}
	}
	if why := d.lost[lostKey(account, "aws_iam_policy")]; len(why) > 0 {
		return list, &why[0]
	}
	return list, nil
}

// anyName stands in ARNs for a name that nobody has thought of.
const anyName = "stance-any-name"

// named fills the open places of a pattern; "" for what is no ARN.
func (d *Directory) named(pattern string, p *Principal) string {
	const fields, partition, region, account, name = 6, 1, 3, 4, 5
	parts := strings.SplitN(pattern, ":", fields)
	if len(parts) < fields || parts[0] != "arn" || strings.Contains(pattern, "${") {
		return ""
	}
	own := strings.SplitN(p.ARN, ":", fields)
	fill := func(at int, with string) {
		if policydoc.IsPattern(parts[at]) {
			parts[at] = with
		}
	}
	fill(partition, own[partition])
	fill(region, "us-east-1")
	fill(account, p.Account)
	parts[name] = strings.NewReplacer("*", anyName, "?", "a").Replace(parts[name])
	return strings.Join(parts, ":")
}
