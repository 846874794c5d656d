package picture

import (
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
	for i := range edges {
		edges[i].From = from
	}
	a.chain.Add(edges)
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
		a.escalation(p, e, fixes)
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

func (a *artist) escalation(p *access.Principal, e *escalate.Edge, fixes []estate.FixKey) {
	s := attack.Step{From: e.From, To: e.To, Kind: "escalate", Label: a.escalationLabel(p, e), Evidence: stepEvidence(p, e), Fixes: fixes}
	if e.Rule == ruleAssume {
		s.Kind, s.Label = "assume-role", a.name(p.ARN)+" may become "+a.name(e.To)
	}
	if e.Yields == escalate.PolicyWrite && !e.Self {
		about := *e
		about.Steps = nil
		a.written = append(a.written, written{about, s})
		return
	}
	weigh(&s, e.Verdict)
	switch e.Yields {
	case escalate.CodeAs, escalate.Credential:
		a.step(s)
		a.become(e.To)
	case escalate.Deputy: // it has less than the role
	case escalate.Session:
		a.step(s)
		a.control(e.To)
	case escalate.PolicyWrite:
		a.decides(p, s)
	case escalate.Join:
		a.changed(a.directory.Joined(p, e.To), p, e, s, "with "+e.To)
	case escalate.Unbind:
		a.changed(a.directory.Unbound(p), p, e, s, "unbound")
	}
}

// changed adds what a principal may do once it has changed itself by a step.
func (a *artist) changed(as, p *access.Principal, e *escalate.Edge, s attack.Step, state string) {
	s.To = attack.At(p.ARN, state)
	a.chain.Add([]escalate.Edge{{From: s.From, To: s.To, Yields: escalate.Credential, Verdict: e.Verdict}})
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
		// A boundary caps what it writes for itself.
		if e.Yields != escalate.PolicyWrite || !e.Self || a.directory.Bounded(as) == a.directory.Bounded(p) {
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
