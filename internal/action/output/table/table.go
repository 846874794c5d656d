// Package table writes a report for a person at a terminal: what could not be read, the
// ways of attackers and the fixes that cut them, or else what to fix first and why, how
// the frameworks stand, and the totals.
package table

import (
	"io"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/group"
	"github.com/stance-sec/stance/internal/estate"
)

// Options say how the report looks. The zero value suits a pipe.
type Options struct {
	// Color turns colours on. The caller decides: it knows the terminal and NO_COLOR.
	Color bool
	// Unicode allows characters beyond ASCII in the layout. Text of the estate is
	// shown as it is either way.
	Unicode bool
	// Width is the number of columns; 0 means 100. Less than 60 counts as 60.
	Width int
	// Examples is how many resources each failing check shows; 0 means 3.
	Examples int
	// Details is how many failing checks are shown with why, fix and examples before
	// the rest follows one line each; 0 means 15.
	Details int
	// All lists what there is: every issue, fix and campaign, and behind them the checks
	// that fail, those of low and info severity too and every failure apart that would be
	// folded into a wider one. Without it issues stand for the checks, where there are any
	// and no baseline asks what is new.
	All bool
}

// New returns a handler that writes the report to w when it ends.
func New(w io.Writer, options Options) output.Handler {
	return &handler{out: output.NewWriter(w), options: options.withDefaults()}
}

func (o Options) withDefaults() Options {
	if o.Width == 0 {
		o.Width = 100
	}
	o.Width = max(o.Width, 60)
	if o.Examples == 0 {
		o.Examples = 3
	}
	if o.Details == 0 {
		o.Details = 15
	}
	return o
}

type handler struct {
	out     *output.Writer
	options Options
	run     output.Run
	set     *group.Set
}

func (h *handler) Begin(run output.Run) error {
	h.run = run
	h.set = group.New(run, group.Options{Limit: h.options.Examples, All: h.options.All})
	return nil
}

func (h *handler) Coverage(c estate.Coverage) error {
	h.set.AddCoverage(c)
	return nil
}

func (h *handler) Finding(f *estate.Finding) error {
	h.set.AddFinding(f)
	return nil
}

func (h *handler) End(s output.Summary) error {
	p := &page{out: h.out, ink: newInk(h.options), width: h.options.Width, options: h.options, names: h.set.Names}
	p.header(h.run, h.set, s)
	p.missing(h.set, s)
	if s.Priorities != nil {
		p.priorities(s.Priorities)
	}
	if s.Priorities == nil || len(s.Priorities.Issues) == 0 || h.options.All || h.run.Baseline != "" {
		p.failing(h.set, s, h.run.Baseline != "")
	}
	p.compliance(s.Compliance)
	p.totals(h.run, s)
	return h.out.Flush()
}
