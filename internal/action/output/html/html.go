// Package html writes a report as one HTML page that needs no network: styles, script,
// charts and data are inside, and its content policy forbids everything else.
//
// The page shows what matters first: what could not be read, the ways of attackers as
// pictures with the fixes that cut them, then the failing checks with why, fix and
// resources, the frameworks, the coverage. It
// holds a capped number of rows for each check and says where it was cut.
package html

import (
	"io"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/group"
	"github.com/stance-sec/stance/internal/estate"
)

// Options say how much a page holds.
type Options struct {
	// Rows is how many resources a check lists at most; 0 means 200.
	Rows int
	// All opens the checks of low and info severity, and keeps every failure apart that
	// would be folded into a wider one.
	All bool
}

// New returns a handler that writes the page to w when the report ends.
func New(w io.Writer, options Options) output.Handler {
	if options.Rows == 0 {
		options.Rows = 200
	}
	return &handler{out: output.NewWriter(w), options: options}
}

type handler struct {
	out     *output.Writer
	options Options
	run     output.Run
	set     *group.Set
	scopes  []estate.Coverage // those that were not read whole, up to scopesShown
}

// scopesShown is how many scopes the page lists.
const scopesShown = 500

func (h *handler) Begin(run output.Run) error {
	h.run = run
	h.set = group.New(run, group.Options{Limit: h.options.Rows, All: h.options.All})
	return nil
}

func (h *handler) Coverage(c estate.Coverage) error {
	h.set.AddCoverage(c)
	if c.Status != estate.CoverageOK && c.Status != estate.CoverageSkipped && len(h.scopes) < scopesShown {
		h.scopes = append(h.scopes, c)
	}
	return nil
}

func (h *handler) Finding(f *estate.Finding) error {
	h.set.AddFinding(f)
	return nil
}

func (h *handler) End(s output.Summary) error {
	p := &page{Writer: h.out, run: h.run, set: h.set, summary: s, scopes: h.scopes, all: h.options.All, shown: map[string]bool{}}
	p.head()
	p.banner()
	p.priorities()
	p.overview()
	p.findings()
	p.compliance()
	p.coverage()
	p.foot()
	return h.out.Flush()
}
