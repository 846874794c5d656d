package picture

import (
	"maps"
	"slices"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/estate"
)

// perhaps is the probability of a step that hangs on what was not read.
var perhaps = risk.Interval{Low: 0.01, Expected: 0.5, High: 1}

// follow adds what a principal that an attacker acts as leads to.
func (a *artist) follow(arn string) {
	p := a.directory.Principal(arn)
	if a.administers(p, arn, p, "administers", "", nil) != estate.Yes {
		a.escalations(p, p.ARN, a.engine.From(p.ARN), nil)
	}
	a.reads(p, p.ARN)
}

// escalations adds what a principal can make itself into, from the node that stands for it,
// but for ways that were as sure before.
func (a *artist) escalations(p *access.Principal, from string, edges []escalate.Edge, before map[way]escalate.Verdict) {
	becomes := map[string]bool{}
	for i := range edges {
		if y := edges[i].Yields; y == escalate.Credential || y == escalate.CodeAs {
			becomes[edges[i].To] = true
		}
	}
	own := 0
	for i := range edges {
		e := &edges[i]
		if e.Verdict <= before[wayOf(e)] {
			continue
		}
		if e.Rule != ruleAssume {
			if own++; own > mostEdges {
				continue
			}
		}
		fixes := a.fixes(narrowPolicy, p.ARN)
		if len(edges) <= fewEdges || e.Rule == ruleAssume {
			fixes = a.stepFixes(p, e)
		}
		a.escalation(p, from, e, becomes, fixes)
	}
}

const (
	// mostEdges is how many ways to more rights are followed for one principal, beside the
	// roles it may take: who has more than these has an account in its hands.
	mostEdges = 200
	// fewEdges is up to how many ways the change that cuts each is worked out; of more, it
	// is to the principal's policies together.
	fewEdges = 40
)

func (a *artist) escalation(p *access.Principal, from string, e *escalate.Edge, becomes map[string]bool, fixes []estate.FixKey) {
	s := attack.Step{From: from, To: e.To, Kind: "escalate", Label: a.escalationLabel(p, e), Evidence: stepEvidence(p, e), Fixes: fixes}
	if e.Rule == ruleAssume {
		s.Kind, s.Label = "assume-role", a.name(p.ARN)+" may become "+a.name(e.To)
	}
	switch e.Verdict {
	case escalate.Conditional:
		s.Kind += "-conditional"
	case escalate.Unknown:
		s.P = &perhaps
	default:
	}
	switch e.Yields {
	case escalate.CodeAs, escalate.Credential:
		a.step(s)
		a.become(e.To)
	case escalate.Deputy: // it has less than the role
	case escalate.Session:
		a.step(s)
		a.control(e.To)
	case escalate.PolicyWrite:
		a.writes(p, e, becomes, s)
	case escalate.Join:
		a.changed(a.directory.Joined(p, e.To), p, s, "with "+e.To)
	case escalate.Unbind:
		a.changed(a.directory.Unbound(p), p, s, "unbound")
	}
}

// writes adds deciding what somebody may do: the principal itself, or one that it becomes.
func (a *artist) writes(p *access.Principal, e *escalate.Edge, becomes map[string]bool, s attack.Step) {
	as := p
	if !e.Self {
		at := slices.IndexFunc(append(a.holders[e.To], e.To), func(arn string) bool { return becomes[arn] })
		if at < 0 {
			return
		}
		as = a.directory.Principal(append(a.holders[e.To], e.To)[at])
	}
	if a.directory.Bounded(as) {
		s.Kind = "escalate-conditional"
	}
	s.To = rootOf(p.Account)
	a.step(s)
	a.account(p.Account)
}

// changed adds what a principal may do once it has changed itself by a step.
func (a *artist) changed(as, p *access.Principal, s attack.Step, state string) {
	s.To = attack.At(p.ARN, state)
	a.step(s)
	if a.seen[s.To] {
		return
	}
	a.seen[s.To] = true
	a.directory.Prepare(as)
	defer a.directory.Forget(as)
	if a.administers(as, s.To, p, "administers", "", nil) != estate.Yes {
		a.changedEscalations(as, p, s.To)
	}
	a.reads(as, s.To)
}

// changedEscalations adds what a principal can make itself into once it changed itself, and
// could not, or not as surely, before. A second change of itself is not followed.
func (a *artist) changedEscalations(as, p *access.Principal, from string) {
	if a.full() {
		a.cut = true
		return
	}
	edges := a.engine.FromChanged(p.ARN, a.directory.Applied(as), counted{a.directory.EscalationAs(as), &a.work})
	edges = slices.DeleteFunc(edges, func(e escalate.Edge) bool { return e.Yields == escalate.Join || e.Yields == escalate.Unbind })
	before := map[way]escalate.Verdict{}
	for _, e := range a.engine.From(p.ARN) {
		// Writing what others have is another matter once it becomes others.
		if e.Yields != escalate.PolicyWrite || e.Self && a.directory.Bounded(as) == a.directory.Bounded(p) {
			before[wayOf(&e)] = e.Verdict
		}
	}
	a.work += fixing * min(len(edges), fewEdges)
	a.escalations(as, from, edges, before)
}

// way tells one edge of a principal from another.
type way struct {
	rule, to, via string
	self          bool
}

func wayOf(e *escalate.Edge) way { return way{e.Rule, e.To, e.Via, e.Self} }

// holders returns the principals that have each managed policy or are in each group.
func holders(d *access.Directory) map[string][]string {
	members := d.Members()
	all := maps.Clone(members)
	for policy, bearers := range d.Bearers() {
		for _, b := range bearers {
			all[policy] = append(all[policy], members[b]...)
			if d.Principal(b) != nil {
				all[policy] = append(all[policy], b)
			}
		}
	}
	return all
}
