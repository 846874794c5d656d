package access

import (
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// Escalation answers the questions of escalation rules from a directory. It is safe for
// concurrent use.
type Escalation struct{ d *Directory }

// Escalation returns the answers of the directory in the form rules ask for.
func (d *Directory) Escalation() Escalation { return Escalation{d} }

// Holds implements escalate.Access.
func (e Escalation) Holds(principal, action string) bool {
	p := e.d.Principal(principal)
	return p == nil || e.d.Holds(p, action)
}

// May implements escalate.Access. Of several resources that the principal may choose
// among, the answer is that of the one it may do most with.
func (e Escalation) May(q escalate.Question) escalate.Answer {
	resources := []string{q.Resource}
	if q.Resource == "" {
		resources = e.d.choices(q.Principal, q.Action)
	}
	best := escalate.Answer{Verdict: escalate.No}
	for _, resource := range resources {
		given := map[string][]string{}
		for key, value := range q.Context {
			given[key] = []string{value}
		}
		decision, err := e.d.Ask(Question{Principal: q.Principal, Action: q.Action, Resource: resource, Context: given, Trusted: q.Trusted})
		if err != nil {
			continue
		}
		if a := answer(&decision); a.Verdict > best.Verdict || best.By == "" {
			best = a
		}
		if best.Verdict == escalate.Yes {
			break
		}
	}
	return best
}

func answer(d *decide.Decision) escalate.Answer {
	a := escalate.Answer{By: d.By.Source, Unknown: d.Unknown}
	switch d.Outcome {
	case decide.Allowed:
		a.Verdict = escalate.Yes
	case decide.Conditional:
		a.Verdict, a.Residue = escalate.Conditional, d.Residue.String()
	case decide.Unknown:
		a.Verdict = escalate.Unknown
	default:
		a.Verdict = escalate.No
	}
	return a
}

// choices are resources that a principal may choose for an action: what its policies
// name, made into names, else new resources of the action's types in its account.
func (d *Directory) choices(principal, action string) []string {
	p := d.Principal(principal)
	if p == nil {
		return []string{"*"}
	}
	list := d.fresh(p, action)
	seen := map[string]bool{}
	for _, arn := range list {
		seen[arn] = true
	}
	const most = 32
	layers := d.Layers(p)
	for i := range layers.Identity {
		doc := layers.Identity[i].Doc
		if doc == nil {
			continue
		}
		for j := range doc.Statements {
			s := &doc.Statements[j]
			if !s.Allows() || !anyAction(s.Actions, action) {
				continue
			}
			for _, pattern := range s.Resources {
				if arn := d.named(pattern, p); arn != "" && !seen[arn] && len(list) < most {
					seen[arn] = true
					list = append(list, arn)
				}
			}
		}
	}
	return list
}

// anyName stands in ARNs for a name that nobody has thought of.
const anyName = "stance-any-name"

// fresh are ARNs of new resources of the action's types.
func (d *Directory) fresh(p *Principal, action string) []string {
	a, known := d.reference.Lookup(action)
	if !known || len(a.Resources) == 0 {
		return []string{"*"}
	}
	var list []string
	for _, r := range a.Resources {
		if arn := d.named(r.Type.ARN, p); arn != "" {
			list = append(list, arn)
		}
	}
	return list
}

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
