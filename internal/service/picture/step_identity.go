package picture

import (
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
	if a.administers(p, arn, p, "administers", arn+" may do everything", nil) != estate.Yes {
		a.escalations(p)
	}
	a.reads(p)
}

// escalations adds what the principal can make itself into.
func (a *artist) escalations(p *access.Principal) {
	edges := a.engine.From(p.ARN)
	becomes := map[string]bool{}
	for i := range edges {
		if y := edges[i].Yields; y == escalate.Credential || y == escalate.CodeAs {
			becomes[edges[i].To] = true
		}
	}
	for i := range edges {
		a.escalation(p, &edges[i], becomes)
	}
}

func (a *artist) escalation(p *access.Principal, e *escalate.Edge, becomes map[string]bool) {
	s := attack.Step{From: p.ARN, To: e.To, Kind: "escalate", Label: a.escalationLabel(p, e), Evidence: stepEvidence(p, e), Fixes: a.stepFixes(p, e)}
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
		if !e.Self && !becomes[e.To] {
			return
		}
		if a.directory.Bounded(p) {
			s.Kind = "escalate-conditional"
		}
		s.To = rootOf(p.Account)
		a.step(s)
		a.account(p.Account)
	case escalate.Join:
		a.administers(a.directory.Joined(p, e.To), p.ARN, p, s.Kind, s.Label, s.Evidence)
	case escalate.Unbind:
		a.administers(a.directory.Unbound(p), p.ARN, p, s.Kind, s.Label, s.Evidence)
	}
}
