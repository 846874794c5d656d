package picture

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// allowers are the identity policies that allow what was decided.
func allowers(d *decide.Decision) []string {
	var names []string
	for i := range d.Trace {
		s := &d.Trace[i]
		statement := s.Statement()
		if s.Layer != decide.Identity || statement == nil || !statement.Allows() || s.Match != decide.Matches && s.Match != decide.MatchesIf {
			continue
		}
		if !slices.Contains(names, s.Source.Name) {
			names = append(names, s.Source.Name)
		}
	}
	return names
}

// allowFixes are the changes of which each alone takes away what was asked for: narrowing
// the identity policy that allows it, or those of the principal together where several do,
// and narrowing the resource's own policy. Where either of the two sides suffices, neither
// change is one.
func (a *artist) allowFixes(p *access.Principal, q access.Question) []estate.FixKey {
	d := a.directory.AskFor(p, q)
	var keys []estate.FixKey
	if names := allowers(&d); len(names) > 0 && a.goneWithout(p, q, func(l *decide.Layers, _ *decide.Resource) {
		l.Identity = slices.DeleteFunc(l.Identity, func(s decide.Source) bool { return slices.Contains(names, s.Name) })
	}) {
		at := p.ARN
		if len(names) == 1 {
			at = names[0]
		}
		keys = append(keys, a.policyFix(at, p.ARN))
	}
	if r := a.directory.Resource(q.Resource); r != nil && len(r.Documents) > 0 && a.goneWithout(p, q, withoutOwn) {
		keys = append(keys, a.fix(narrowAccess, r.ARN))
	}
	if role := a.directory.Principal(q.Resource); role != nil && role.Trust != nil && q.Action == assumeRole && a.goneWithout(p, q, withoutOwn) {
		keys = append(keys, a.fix(narrowTrust, role.ARN))
	}
	return keys
}

const assumeRole = "sts:AssumeRole"

func withoutOwn(_ *decide.Layers, r *decide.Resource) { r.Policy = nil }

// goneWithout tells whether a question is denied once policies are changed.
func (a *artist) goneWithout(p *access.Principal, q access.Question, change func(*decide.Layers, *decide.Resource)) bool {
	layers := a.directory.Layers(p)
	target, rcps := a.directory.Target(q.Resource)
	layers.RCPs = rcps
	change(&layers, &target)
	caller := a.directory.Caller(p)
	made := decide.Decide(decide.Request{Principal: caller, Action: q.Action, Resource: target, Context: decide.Known(&caller, &target, q.Action)}, layers)
	return made.Outcome == decide.DeniedImplicitly || made.Outcome == decide.DeniedExplicitly
}

// stepFixes are changes of which each alone closes a way of escalation.
func (a *artist) stepFixes(p *access.Principal, e *escalate.Edge) []estate.FixKey {
	var keys []estate.FixKey
	sure := a.needed[e.Rule]
	for i := range e.Steps {
		s := &e.Steps[i]
		if !sure[s.Action] {
			continue // another action of the rule's choice may do as well
		}
		if s.Resource != "" {
			keys = union(keys, a.allowFixes(p, access.Question{Action: s.Action, Resource: s.Resource}))
		} else if policy, ok := identityPolicy(s.Answer.By); ok {
			if a.othersAllow(p, policy, s.Action) {
				policy = p.ARN
			}
			keys = union(keys, []estate.FixKey{a.policyFix(policy, p.ARN)})
		}
	}
	if len(keys) == 0 && !sure[assumeRole] {
		return a.fixes(narrowPolicy, p.ARN)
	}
	return keys
}

// neededBy are the actions without which a rule is closed, by rule.
func neededBy(rules []escalate.Rule) map[string]map[string]bool {
	all := map[string]map[string]bool{}
	for i := range rules {
		needed := map[string]bool{"iam:PassRole": rules[i].Passes != nil}
		for _, n := range rules[i].Needs {
			if n.Action != "" {
				needed[n.Action] = true
			}
		}
		all[rules[i].ID] = needed
	}
	return all
}

// othersAllow tells whether another identity policy than the one speaks of an action.
func (a *artist) othersAllow(p *access.Principal, policy, action string) bool {
	speaks := func(pattern string) bool { return policydoc.MatchAction(pattern, action) }
	for _, source := range a.directory.Layers(p).Identity {
		if source.Name == policy {
			continue
		}
		if source.Doc == nil {
			return true
		}
		for i := range source.Doc.Statements {
			s := &source.Doc.Statements[i]
			if s.Allows() && (slices.ContainsFunc(s.Actions, speaks) || len(s.NotActions) > 0 && !slices.ContainsFunc(s.NotActions, speaks)) {
				return true
			}
		}
	}
	return false
}

// identityPolicy takes the name of the policy out of what an answer says that decided.
func identityPolicy(by string) (string, bool) {
	rest, ok := strings.CutPrefix(by, "identity ")
	if at := strings.LastIndex(rest, " statement "); ok && at >= 0 {
		return rest[:at], true
	}
	return rest, ok
}

func union(list, more []estate.FixKey) []estate.FixKey {
	for _, key := range more {
		if !slices.Contains(list, key) {
			list = append(list, key)
		}
	}
	return list
}
