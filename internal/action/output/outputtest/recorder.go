package outputtest

import (
	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/group"
	"github.com/stance-sec/stance/internal/estate"
)

// Recorder is a handler that keeps the whole report, for tests.
type Recorder struct{ Report Report }

// Begin keeps the run.
func (r *Recorder) Begin(run output.Run) error {
	r.Report.Run = run
	return nil
}

// Coverage keeps the line.
func (r *Recorder) Coverage(c estate.Coverage) error {
	r.Report.Coverage = append(r.Report.Coverage, c)
	return nil
}

// Finding keeps a copy of the finding.
func (r *Recorder) Finding(f *estate.Finding) error {
	r.Report.Findings = append(r.Report.Findings, group.Clone(f))
	return nil
}

// End keeps the summary.
func (r *Recorder) End(s output.Summary) error {
	r.Report.Summary = s
	return nil
}
