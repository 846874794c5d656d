package picture

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// readsAll settles all stores of a group at once where that can be done: with one step to
// all when the principal reads them, and no statement tells some of them from others; with
// none when it is denied all in the same way. It is false when they have to be asked about
// one by one. Those whose policies name the principal come on top.
func (a *artist) readsAll(p *access.Principal, from string, g *group) bool {
	first, all := (*store)(nil), true
	for _, way := range reading[g.key.kind] {
		patterns := g.patterns(way)
		if !a.wanted(p, g, way, patterns[0]) {
			continue
		}
		if first == nil {
			if first = g.example(a.shelves, p); first == nil {
				return false
			}
		}
		questions := questionsOf(first, way)
		if at := a.shutAt(p, questions); at >= 0 {
			all = all && (a.unwanted(p, questions[at], patterns[at]) || a.deniedAll(p, questions[at], patterns[at]))
			continue
		}
		decisions, wide := a.ask(p, questions), true
		for i := range decisions {
			wide = wide && g.onEverything(p, &decisions[i], patterns[i])
		}
		if wide {
			a.step(a.readingAll(p, from, g, first, questions, decisions))
			return true
		}
		all = false
	}
	return all
}

// wanted spares the evaluator groups that a principal has nothing to do with.
func (a *artist) wanted(p *access.Principal, g *group, way []ask, pattern string) bool {
	if g.direct && g.key.account == p.Account {
		return true
	}
	a.work++
	return a.directory.Holds(p, way[0].action) && a.wishes.of(p, way[0].action).overlaps(pattern)
}

// unwanted reports whether a question that is denied for one resource is denied for all
// that a pattern matches, for want of a policy that speaks of them.
func (a *artist) unwanted(p *access.Principal, q access.Question, pattern string) bool {
	if a.directory.Holds(p, q.Action) && a.wishes.of(p, q.Action).overlaps(pattern) {
		return false
	}
	r := a.directory.Resource(q.Resource)
	return r == nil || r.Unknown == nil && !namesEveryone(r)
}

// deniedAll reports whether a question that is denied for one resource is denied for all
// that a pattern matches: by a statement on all of them, or by a boundary or policies of the
// organisation that do not speak of the action.
func (a *artist) deniedAll(p *access.Principal, q access.Question, pattern string) bool {
	d := a.ask(p, []access.Question{q})[0]
	for i := range d.Trace {
		step := &d.Trace[i]
		switch statement := step.Statement(); {
		case statement == nil:
		case statement.Denies():
			if d.Outcome == decide.DeniedExplicitly && step.Layer != decide.ResourcePolicy && step.Match == decide.Matches && len(statement.Conditions) == 0 &&
				slices.ContainsFunc(statement.Resources, func(r string) bool { return spans(r, pattern) }) {
				return true
			}
		case step.Layer == d.By.Layer && int(step.Level) == d.By.Level && (step.Match != decide.NoMatch || step.Element != decide.ActionElement):
			return false
		}
	}
	return d.Outcome == decide.DeniedImplicitly && (d.By.Layer == decide.Boundary || d.By.Layer == decide.SCP)
}

func (a *artist) readingAll(p *access.Principal, from string, g *group, first *store, questions []access.Question, decisions []decide.Decision) attack.Step {
	kind, unsure := worst(decisions)
	step := attack.Step{
		From: from, To: a.all(g), Kind: kind, Evidence: decisionEvidence(p, decisions, questions[0].Action),
		Label: a.name(p.ARN) + " may read every " + wordOf(g.key.kind) + " of the account" + suchAs(g, a.name(first.ref.ID)),
	}
	if p.Account != g.key.account {
		step.Label = strings.Replace(step.Label, "of the account", "of "+a.name(rootOf(g.key.account)), 1)
	}
	for _, q := range questions {
		a.work += fixing
		step.Fixes = union(step.Fixes, a.allowFixes(p, q))
	}
	if g.key.shape != "" { // the policy of one store cuts that one alone
		step.Fixes = slices.DeleteFunc(step.Fixes, func(k estate.FixKey) bool { return k.Action() == narrowAccess.action })
	}
	if unsure {
		step.P = &perhaps
	}
	return step
}

// suchAs names one of a group of stores with policies.
func suchAs(g *group, name string) string {
	switch {
	case g.key.shape == "":
		return ""
	case g.unread:
		return " of which the policy was not read, such as " + name
	default:
		return " that has a policy such as that of " + name
	}
}

// all is the node that stands for all stores of a group.
func (a *artist) all(g *group) string {
	root := rootOf(g.key.account)
	if _, ok := a.refs[root]; !ok {
		a.refs[root] = a.accountRef(g.key.account)
	}
	node := attack.At(root, strings.TrimSuffix("every "+g.key.kind+" "+g.key.shape, " "))
	if !g.joined {
		g.joined = true
		for _, s := range g.stores {
			a.step(attack.Step{From: node, To: s.ref.ID, Kind: "reads-data", Label: "one of them is " + a.name(s.ref.ID)})
		}
	}
	return node
}

// onEverything reports whether a decision allows by a statement on every resource that a
// pattern matches, while no denying statement that is about the action looks at the resource
// or the request. What the policy of the resource says is left aside, as it says the same of
// all; where it lets the principal in by itself, no other statement is needed.
func (g *group) onEverything(p *access.Principal, d *decide.Decision, pattern string) bool {
	same := g.key.shape != ""
	if d.Outcome != decide.Allowed && !unsettledAbove(d) && (!same || d.Outcome != decide.Conditional && !(g.unread && d.Outcome == decide.Unknown)) {
		return false
	}
	wide := false
	for i := range d.Trace {
		step := &d.Trace[i]
		statement := step.Statement()
		switch {
		case statement == nil:
		case same && step.Layer == decide.ResourcePolicy:
			wide = wide || p.Account == g.key.account && statement.Allows() && forEveryone(statement) && (step.Match == decide.Matches || step.Match == decide.MatchesIf)
		case statement.Denies():
			if step.Match != decide.NoMatch || step.Element != decide.ActionElement && step.Element != decide.PrincipalElement {
				return false
			}
		case step.Layer == decide.Identity && step.Match == decide.Matches && len(statement.Conditions) == 0:
			wide = wide || slices.ContainsFunc(statement.Resources, func(r string) bool { return spansAll(r) || g.large && spans(r, pattern) })
		case step.Layer != decide.Identity && step.Match == decide.Matches && !slices.Contains(statement.Resources, "*"):
			return false // a boundary or an organisation's policy that is about some of them
		case same && step.Layer != decide.Identity && step.Match == decide.MatchesIf:
			return false
		}
	}
	return wide
}

// spansAll reports whether a pattern takes in everything.
func spansAll(pattern string) bool { return pattern != "" && strings.Trim(pattern, "*") == "" }

// spans reports whether a pattern of a statement takes in all that another one matches.
func spans(wide, narrow string) bool {
	return !strings.Contains(wide, "${") && policydoc.Covers(wide, narrow)
}

// unsettledAbove reports whether all that keeps a decision from being known is the
// organisation's policies.
func unsettledAbove(d *decide.Decision) bool {
	return d.Outcome == decide.Unknown && d.By.Layer == decide.SCP && d.By.Index < 0
}
