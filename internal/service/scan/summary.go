package scan

import (
	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/estate"
)

// summary counts a report while it streams.
type summary struct {
	tally  *output.Tally
	types  map[string]int
	calls  int
	total  int
	passes policy.Counts
}

func newSummary(about output.Run) *summary {
	return &summary{tally: output.NewTally(about), types: map[string]int{}}
}

func (s *summary) coverage(line estate.Coverage) {
	s.calls += line.Calls
	s.tally.Coverage(line)
}

func (s *summary) resources(kind string, n int) {
	s.types[kind] += n
	s.total += n
}

// skipped counts the verdicts that do not come as findings.
func (s *summary) skipped(c policy.Counts) {
	s.passes.Pass += c.Pass
	s.passes.NotApplicable += c.NotApplicable
}

func (s *summary) finding(f *estate.Finding) { s.tally.Add(f) }

func (s *summary) finish(about output.Run) output.Summary {
	counts, failing := s.tally.Counts()
	counts.Pass += s.passes.Pass
	counts.NotApplicable += s.passes.NotApplicable
	return output.Summary{
		Counts: counts, Failing: failing, Resources: s.total, ByType: output.SortTypes(s.types),
		Calls: s.calls, Duration: about.Finished.Sub(about.Started), Compliance: s.tally.RollUp(),
	}
}
