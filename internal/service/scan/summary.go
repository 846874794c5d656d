package scan

import (
	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/estate"
)

// summary counts a report while it streams.
type summary struct {
	tally *output.Tally
	types map[string]int
	calls int
	total int
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

// skipped counts the verdicts that do not come as findings, by check.
func (s *summary) skipped(byCheck map[string]*output.Counts) {
	for check, counts := range byCheck {
		s.tally.Skip(check, *counts)
	}
}

func (s *summary) finding(f *estate.Finding) { s.tally.Add(f) }

func (s *summary) finish(about output.Run) output.Summary {
	out := output.Summary{
		Resources: s.total, ByType: output.SortTypes(s.types), Calls: s.calls, Duration: about.Finished.Sub(about.Started), Compliance: s.tally.RollUp(),
	}
	s.tally.Fill(&out)
	return out
}
