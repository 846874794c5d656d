// Package asff writes findings in the AWS Security Finding Format, as one JSON array
// that AWS Security Hub takes in batches of 100.
//
// Findings of other clouds and findings that do not apply are left out: the format has
// no place for the first and Security Hub counts the second as problems. A verdict that
// could not be reached is WARNING with the reason, never PASSED or FAILED.
package asff

import (
	"encoding/json"
	"io"
	"time"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/estate"
)

// New returns a handler that writes the array to w.
func New(w io.Writer) output.Handler { return &handler{out: output.NewWriter(w)} }

type handler struct {
	out    *output.Writer
	when   string
	tool   string
	checks map[string]*estate.Check
	refs   map[string][]output.RequirementRef
	types  map[string]string
	items  int
}

func (h *handler) Begin(run output.Run) error {
	h.when = run.Finished.UTC().Format(time.RFC3339)
	h.tool = run.Tool + " " + run.Version
	h.checks = make(map[string]*estate.Check, len(run.Checks))
	for i := range run.Checks {
		h.checks[run.Checks[i].ID] = &run.Checks[i]
	}
	h.refs = run.RequirementsOf()
	h.types = resourceTypes()
	h.out.Text("[")
	return h.out.Err()
}

// Coverage writes nothing: the format has no place for what was not read. The unknown
// verdicts that follow from it have their own findings.
func (h *handler) Coverage(estate.Coverage) error { return nil }

func (h *handler) Finding(f *estate.Finding) error {
	if f.Resource.Cloud != estate.AWS || f.Status == estate.NotApplicable {
		return nil
	}
	data, err := json.Marshal(h.finding(f))
	if err != nil {
		return estate.Errorf(estate.CodeInternal, "write report", "%w", err)
	}
	if h.items > 0 {
		h.out.Text(",")
	}
	h.items++
	h.out.Text("\n")
	h.out.Bytes(escape.JSON(data))
	return h.out.Err()
}

func (h *handler) End(output.Summary) error {
	h.out.Text("\n]\n")
	return h.out.Flush()
}
