// Package group gathers a stream of findings by check, account, service and missing
// permission, for the formats that people read. It keeps counts and a capped number
// of examples, so its memory follows the checks and accounts and not the findings.
package group

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/estate"
)

// Group is what one check found.
type Group struct {
	Check estate.Check
	// Severity is the worst among the failures; the check's own without any.
	Severity estate.Severity
	Counts   output.Counts
	// Resources is how many resources fail, those set aside left out.
	Resources int
	// Accounts is in how many accounts they are.
	Accounts int
	// Failures and Unknowns are the first of each, in the order of the report.
	Failures, Unknowns []estate.Finding

	lastResource, lastAccount string
}

// Set gathers one report. It is not safe for concurrent use.
type Set struct {
	// Scopes counts the ledger.
	Scopes output.Scopes

	limit    int
	checks   map[string]*Group
	accounts map[string]*Bar
	services map[string]*Bar
	gaps     map[gapKey]*Gap
}

// New returns a Set for run that keeps at most limit failures and limit unknowns of
// each check.
func New(run output.Run, limit int) *Set {
	s := &Set{
		limit:    limit,
		checks:   make(map[string]*Group, len(run.Checks)),
		accounts: map[string]*Bar{},
		services: map[string]*Bar{},
		gaps:     map[gapKey]*Gap{},
	}
	for _, check := range run.Checks {
		s.checks[check.ID] = &Group{Check: check, Severity: check.Severity}
	}
	return s
}

// AddFinding counts one finding. The findings must come in the order of a report.
func (s *Set) AddFinding(f *estate.Finding) {
	g := s.group(f)
	g.Counts.Add(f)
	if f.Suppressed != nil {
		return
	}
	switch f.Status {
	case estate.Fail:
		g.fail(f, s.limit)
		bar(s.accounts, string(f.Resource.Cloud)+"/"+f.Resource.Account).Failing.Add(f.Severity)
		bar(s.services, Service(f.Check)).Failing.Add(f.Severity)
	case estate.UnknownStatus:
		s.addUnknown(f)
		if len(g.Unknowns) < s.limit {
			g.Unknowns = append(g.Unknowns, Clone(f))
		}
	}
}

func (s *Set) group(f *estate.Finding) *Group {
	g := s.checks[f.Check]
	if g == nil {
		g = &Group{Check: estate.Check{ID: f.Check, Title: f.Title, Severity: f.Severity}, Severity: f.Severity}
		s.checks[f.Check] = g
	}
	return g
}

func (g *Group) fail(f *estate.Finding, limit int) {
	if g.Counts.Fail == 1 || f.Severity.Rank() < g.Severity.Rank() {
		g.Severity = f.Severity
	}
	account := string(f.Resource.Cloud) + "/" + f.Resource.Account
	if g.Counts.Fail == 1 || account != g.lastAccount {
		g.Accounts++
	}
	if g.Counts.Fail == 1 || account != g.lastAccount || f.Resource.ID != g.lastResource {
		g.Resources++
	}
	g.lastAccount, g.lastResource = account, f.Resource.ID
	if len(g.Failures) < limit {
		g.Failures = append(g.Failures, Clone(f))
	}
}

// Failing returns the groups with failures, the worst severity first, then those with
// most resources, then by check id.
func (s *Set) Failing() []*Group {
	return s.sorted(func(g *Group) bool { return g.Counts.Fail > 0 })
}

// Unanswered returns the groups without a failure that have unknown verdicts, in the
// order of Failing.
func (s *Set) Unanswered() []*Group {
	return s.sorted(func(g *Group) bool { return g.Counts.Fail == 0 && g.Counts.Unknown > 0 })
}

// Passing returns the groups where every verdict is a pass, in the order of Failing.
func (s *Set) Passing() []*Group {
	return s.sorted(func(g *Group) bool { return g.Counts.Fail == 0 && g.Counts.Unknown == 0 && g.Counts.Pass > 0 })
}

func (s *Set) sorted(keep func(*Group) bool) []*Group {
	var list []*Group
	for _, g := range s.checks {
		if keep(g) {
			list = append(list, g)
		}
	}
	slices.SortFunc(list, func(a, b *Group) int {
		return cmp.Or(
			cmp.Compare(a.Severity.Rank(), b.Severity.Rank()),
			cmp.Compare(b.Resources, a.Resources),
			cmp.Compare(a.Check.ID, b.Check.ID),
		)
	})
	return list
}

// Clone returns a copy of f that shares no memory with it.
func Clone(f *estate.Finding) estate.Finding {
	c := *f
	c.Unknown = slices.Clone(f.Unknown)
	c.Evidence = slices.Clone(f.Evidence)
	for i := range c.Evidence {
		c.Evidence[i].Value = bytes.Clone(c.Evidence[i].Value)
	}
	if f.Suppressed != nil {
		suppressed := *f.Suppressed
		c.Suppressed = &suppressed
	}
	if f.Context != nil {
		context := *f.Context
		context.Public = nil // computed detail that no report shows
		c.Context = &context
	}
	return c
}
