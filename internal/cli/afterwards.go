package cli

import (
	"bytes"
	"fmt"
	"io"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/report"
)

// afterwards is what happens to findings before they are shown, and what the run's
// exit code says of them.
type afterwards struct {
	stderr       io.Writer
	gate         *report.Gate
	suppressions *report.Suppressions
	baseline     *report.Baseline
}

// newAfterwards reads the files that the flags name.
func newAfterwards(o *judgeOptions) (afterwards, error) {
	a := afterwards{stderr: o.env.Stderr}
	if o.failOn != "" {
		gate, err := report.ParseGate(o.failOn)
		if err != nil {
			return a, err
		}
		a.gate = &gate
	}
	if o.suppressions != "" {
		data, err := readFile("read suppressions", o.suppressions)
		if err != nil {
			return a, err
		}
		if a.suppressions, err = report.ParseSuppressions(o.suppressions, bytes.NewReader(data), o.env.Now()); err != nil {
			return a, err
		}
	}
	if o.baseline == "" {
		return a, nil
	}
	data, err := readFile("read the baseline", o.baseline)
	if err != nil {
		return a, err
	}
	a.baseline, err = report.ReadBaseline(o.baseline, bytes.NewReader(data))
	return a, err
}

func (a afterwards) amend(f *estate.Finding) {
	if a.suppressions != nil {
		a.suppressions.Apply(f)
	}
	if a.baseline != nil {
		a.baseline.Mark(f)
	}
}

// verdict tells of suppressions that no longer do anything, and returns the error that
// ends the process with code 1 when --fail-on matched.
func (a afterwards) verdict(s output.Summary) error {
	if a.suppressions != nil {
		a.tell(a.suppressions.Expired(), "has expired")
		a.tell(a.suppressions.Unused(), "sets nothing aside")
	}
	if a.gate == nil {
		return nil
	}
	if why := a.gate.Check(s, a.baseline != nil); why != "" {
		fmt.Fprintln(a.stderr, "stance: "+why)
		return exitError(ExitFindings)
	}
	return nil
}

func (a afterwards) tell(list []*report.Suppression, what string) {
	for _, s := range list {
		fmt.Fprintf(a.stderr, "stance: the suppression of %s on line %d %s\n", escape.Terminal(s.Check), s.Line, what)
	}
}
