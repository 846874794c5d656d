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
	// Resources is how many resources fail, those set aside and those folded left out.
	Resources int
	// Accounts is in how many accounts they are.
	Accounts int
	// Folded is how many failures stand under a wider finding of the same resource.
	Folded int
	// Failures, Unknowns and Narrower are the first that stand on their own, the first
	// without an answer and the first that are folded, in the order of the report.
	Failures, Unknowns, Narrower []Entry

	lastResource, lastAccount string
}

// Options say how a Set gathers.
type Options struct {
	// Limit is how many entries of each kind a check keeps.
	Limit int
	// All keeps every failure apart: none is folded into a wider one.
	All bool
}

// Set gathers one report. It is not safe for concurrent use.
type Set struct {
	// Scopes counts the ledger.
	Scopes output.Scopes
	// Names are the names of the run's accounts.
	Names output.Names

	limit    int
	fold     *folder
	read     map[string]bool // the accounts of the ledger
	checks   map[string]*Group
	accounts map[string]*Bar
	services map[string]*Bar
	gaps     map[gapKey]*Gap
}

// New returns a Set for run.
func New(run output.Run, options Options) *Set {
	s := &Set{
		Names:    run.AccountNames(),
		limit:    options.Limit,
		checks:   make(map[string]*Group, len(run.Checks)),
		accounts: map[string]*Bar{},
		services: map[string]*Bar{},
		gaps:     map[gapKey]*Gap{},
		read:     map[string]bool{},
	}
	for _, check := range run.Checks {
		s.checks[check.ID] = &Group{Check: check, Severity: check.Severity}
	}
	if !options.All {
		s.fold = newFolder(run.Checks)
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
		bar(s.accounts, output.AccountKey(f.Resource.Cloud, f.Resource.Account)).Failing.Add(f.Severity)
		bar(s.services, Service(f.Check)).Failing.Add(f.Severity)
		if !s.fold.mayFold(f.Check) {
			g.fail(f, nil, s.limit)
			return
		}
		if s.fold.full(f) {
			s.settle()
		}
		s.fold.held = append(s.fold.held, Clone(f))
	case estate.UnknownStatus:
		s.addUnknown(f)
		if len(g.Unknowns) < s.limit {
			g.Unknowns = append(g.Unknowns, Entry{Finding: Clone(f)})
		}
	}
}

// settle hands the failures that were held of one resource to their groups.
func (s *Set) settle() {
	if s.fold == nil || len(s.fold.held) == 0 {
		return
	}
	covers, folded := s.fold.settle()
	for i := range s.fold.held {
		f := &s.fold.held[i]
		g := s.group(f)
		if folded[i] {
			g.Folded++
			if len(g.Narrower) < s.limit {
				g.Narrower = append(g.Narrower, Entry{Finding: *f})
			}
			continue
		}
		g.fail(f, covers[i], s.limit)
	}
	s.fold.held = s.fold.held[:0]
}

func (s *Set) group(f *estate.Finding) *Group {
	g := s.checks[f.Check]
	if g == nil {
		g = &Group{Check: estate.Check{ID: f.Check, Title: f.Title, Severity: f.Severity}, Severity: f.Severity}
		s.checks[f.Check] = g
	}
	return g
}

// fail takes in a failure that stands on its own.
func (g *Group) fail(f *estate.Finding, covers []string, limit int) {
	first := g.Resources == 0
	if first || f.Severity.Rank() < g.Severity.Rank() {
		g.Severity = f.Severity
	}
	account := output.AccountKey(f.Resource.Cloud, f.Resource.Account)
	if first || account != g.lastAccount {
		g.Accounts++
	}
	if first || account != g.lastAccount || f.Resource.ID != g.lastResource {
		g.Resources++
	}
	g.lastAccount, g.lastResource = account, f.Resource.ID
	if len(g.Failures) < limit {
		g.Failures = append(g.Failures, Entry{Finding: Clone(f), Covers: covers})
	}
}

// Standing is how many failures are not folded.
func (g *Group) Standing() int { return g.Counts.Fail - g.Folded }

// Failing returns the groups with failures that are not folded, the worst severity first,
// then those with most resources, then by check id.
func (s *Set) Failing() []*Group {
	s.settle()
	return s.sorted(func(g *Group) bool { return g.Standing() > 0 })
}

// Folded returns the groups with failures that stand under a wider finding, in the order
// of Failing. Groups whose other failures stand on their own are in both.
func (s *Set) Folded() []*Group {
	s.settle()
	return s.sorted(func(g *Group) bool { return g.Folded > 0 })
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
