package output

import (
	"cmp"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
)

// Tally counts a stream while it passes and makes the parts of a Summary that follow
// from it. It is not safe for concurrent use.
type Tally struct {
	counts     Counts
	scopes     Scopes
	failing    Severities
	failingNew Severities
	byCheck    map[string]*Counts
	unread     map[string]bool // types of which a scope could not be listed
	typeOf     map[string]string
	frameworks []Framework
}

// NewTally returns a Tally for the checks and frameworks of run.
func NewTally(run Run) *Tally {
	t := &Tally{byCheck: map[string]*Counts{}, unread: map[string]bool{}, typeOf: map[string]string{}, frameworks: run.Frameworks}
	for i := range run.Checks {
		t.typeOf[run.Checks[i].ID] = run.Checks[i].Type
	}
	return t
}

// Coverage counts one line of the ledger.
func (t *Tally) Coverage(c estate.Coverage) {
	t.scopes.Add(c.Status)
	if c.Status == estate.CoverageFailed {
		t.unread[c.Type] = true
	}
}

// Add counts one finding.
func (t *Tally) Add(f *estate.Finding) {
	t.counts.Add(f)
	if f.Status == estate.Fail && f.Suppressed == nil {
		t.failing.Add(f.Severity)
		if f.New {
			t.failingNew.Add(f.Severity)
		}
	}
	t.of(f.Check).Add(f)
}

// Skip counts findings of a check that the stream leaves out, such as those that pass in
// a report of failures only.
func (t *Tally) Skip(check string, c Counts) {
	t.counts.sum(&c)
	t.of(check).sum(&c)
}

func (t *Tally) of(check string) *Counts {
	c := t.byCheck[check]
	if c == nil {
		c = &Counts{}
		t.byCheck[check] = c
	}
	return c
}

// Fill sets the parts of s that follow from what was counted.
func (t *Tally) Fill(s *Summary) {
	s.Counts, s.Scopes, s.Failing, s.FailingNew = t.counts, t.scopes, t.failing, t.failingNew
	s.Compliance = t.RollUp()
}

// Counts returns the counts of all findings and of failures by severity.
func (t *Tally) Counts() (Counts, Severities) { return t.counts, t.failing }

// RollUp returns the state of every requirement of the run's frameworks, from what was
// counted so far. A requirement fails when any of its checks fails. It has no data
// when none fails and one was unknown, or a scope of a type it judges could not be
// listed, or nothing gave a verdict. A manual requirement without checks stays manual.
func (t *Tally) RollUp() []Compliance {
	rollups := make([]Compliance, 0, len(t.frameworks))
	for _, framework := range t.frameworks {
		rollup := Compliance{Framework: framework.ID, Title: framework.Title, Version: framework.Version, Requirements: []RequirementResult{}}
		for _, requirement := range framework.Requirements {
			rollup.Requirements = append(rollup.Requirements, t.result(requirement))
		}
		rollups = append(rollups, rollup)
	}
	return rollups
}

func (t *Tally) result(requirement Requirement) RequirementResult {
	result := RequirementResult{Requirement: requirement}
	gap := false
	for _, check := range requirement.Checks {
		if of := t.byCheck[check]; of != nil {
			result.Counts.sum(of)
		}
		gap = gap || t.unread[t.typeOf[check]]
	}
	result.Status = statusOf(requirement, result.Counts, gap)
	return result
}

func statusOf(requirement Requirement, c Counts, gap bool) RequirementStatus {
	switch {
	case c.Fail > 0:
		return RequirementFail
	case len(requirement.Checks) == 0 && requirement.Assessment == Manual:
		return RequirementManual
	case gap, c.Unknown > 0, c.Total() == 0:
		return RequirementNoData
	default:
		return RequirementPass
	}
}

func (c *Counts) sum(o *Counts) {
	c.Pass += o.Pass
	c.Fail += o.Fail
	c.Unknown += o.Unknown
	c.NotApplicable += o.NotApplicable
	c.Suppressed += o.Suppressed
	c.New += o.New
}

// SortTypes turns counts by type into the form of a Summary, sorted by type.
func SortTypes(counts map[string]int) []TypeCount {
	list := make([]TypeCount, 0, len(counts))
	for name, n := range counts {
		list = append(list, TypeCount{Type: name, Count: n})
	}
	slices.SortFunc(list, func(a, b TypeCount) int { return cmp.Compare(a.Type, b.Type) })
	return list
}
