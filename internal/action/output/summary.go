package output

import (
	"time"

	"github.com/stance-sec/stance/internal/estate"
)

// Summary is what is known when every finding has been seen.
type Summary struct {
	// Counts are the findings by verdict.
	Counts Counts `json:"counts"`
	// Failing are the failures by severity, those set aside left out; FailingNew are
	// those of them that a baseline does not hold, all 0 without a baseline.
	Failing    Severities `json:"failing"`
	FailingNew Severities `json:"failing_new"`
	// Scopes are the lines of the ledger by how the reading ended.
	Scopes Scopes `json:"scopes"`
	// Resources is how many resources the run holds; ByType counts them by type,
	// sorted by type.
	Resources int         `json:"resources"`
	ByType    []TypeCount `json:"by_type,omitempty"`
	// Calls is how many requests the reading took.
	Calls int `json:"calls"`
	// Duration is how long the run took.
	Duration time.Duration `json:"duration_ns"`
	// Compliance are the roll-ups, in the order of Run.Frameworks. In the JSON report
	// they stand beside the summary.
	Compliance []Compliance `json:"-"`
	// Priorities are issues, fixes and campaigns; nil when they were not asked for. In the
	// JSON report they stand beside the summary.
	Priorities *estate.Priorities `json:"-"`
}

// Counts are numbers of findings. A finding set aside counts as Suppressed and
// nowhere else.
type Counts struct {
	Pass          int `json:"pass"`
	Fail          int `json:"fail"`
	Unknown       int `json:"unknown"`
	NotApplicable int `json:"not_applicable"`
	Suppressed    int `json:"suppressed"`
	// New is how many of Fail a baseline does not hold; 0 without a baseline.
	New int `json:"new"`
}

// Add counts one finding.
func (c *Counts) Add(f *estate.Finding) {
	if f.Suppressed != nil {
		c.Suppressed++
		return
	}
	switch f.Status {
	case estate.Pass:
		c.Pass++
	case estate.Fail:
		c.Fail++
		if f.New {
			c.New++
		}
	case estate.UnknownStatus:
		c.Unknown++
	case estate.NotApplicable:
		c.NotApplicable++
	}
}

// Total is the number of findings counted.
func (c *Counts) Total() int {
	return c.Pass + c.Fail + c.Unknown + c.NotApplicable + c.Suppressed
}

// Severities are numbers of findings by severity.
type Severities struct {
	Critical int `json:"critical"`
	High     int `json:"high"`
	Medium   int `json:"medium"`
	Low      int `json:"low"`
	Info     int `json:"info"`
}

// Add counts one of severity s. A severity that is none of the known ones counts as info.
func (c *Severities) Add(s estate.Severity) {
	switch s {
	case estate.Critical:
		c.Critical++
	case estate.High:
		c.High++
	case estate.Medium:
		c.Medium++
	case estate.Low:
		c.Low++
	default:
		c.Info++
	}
}

// Of returns the count of severity s.
func (c *Severities) Of(s estate.Severity) int {
	switch s {
	case estate.Critical:
		return c.Critical
	case estate.High:
		return c.High
	case estate.Medium:
		return c.Medium
	case estate.Low:
		return c.Low
	default:
		return c.Info
	}
}

// Total is the sum over the severities.
func (c *Severities) Total() int { return c.Critical + c.High + c.Medium + c.Low + c.Info }

// Scopes are numbers of scopes by how their reading ended.
type Scopes struct {
	OK      int `json:"ok"`
	Partial int `json:"partial"`
	Failed  int `json:"failed"`
	Skipped int `json:"skipped"`
}

// Add counts one scope.
func (s *Scopes) Add(status estate.CoverageStatus) {
	switch status {
	case estate.CoverageOK:
		s.OK++
	case estate.CoveragePartial:
		s.Partial++
	case estate.CoverageSkipped:
		s.Skipped++
	default:
		s.Failed++
	}
}

// Total is the number of scopes.
func (s Scopes) Total() int { return s.OK + s.Partial + s.Failed + s.Skipped }

// TypeCount is how many resources of a type there are.
type TypeCount struct {
	Type  string `json:"type"`
	Count int    `json:"count"`
}

// Compliance is the roll-up of findings to the requirements of one framework.
type Compliance struct {
	Framework string `json:"framework"`
	Title     string `json:"title"`
	Version   string `json:"version,omitempty"`
	// Requirements are in the framework's own order.
	Requirements []RequirementResult `json:"requirements"`
}

// RequirementStatus is the state of one requirement.
type RequirementStatus string

// The states of a requirement. A requirement whose checks fail nowhere and could
// not be answered somewhere has no data: it never passes by silence.
const (
	RequirementPass   RequirementStatus = "pass"
	RequirementFail   RequirementStatus = "fail"
	RequirementNoData RequirementStatus = "no_data"
	RequirementManual RequirementStatus = "manual"
)

// RequirementResult is a requirement with its state and the findings behind it.
type RequirementResult struct {
	Requirement
	Status RequirementStatus `json:"status"`
	Counts Counts            `json:"counts"`
}

// Count returns how many requirements are in the state.
func (c *Compliance) Count(status RequirementStatus) int {
	n := 0
	for i := range c.Requirements {
		if c.Requirements[i].Status == status {
			n++
		}
	}
	return n
}
