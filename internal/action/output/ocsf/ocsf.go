// Package ocsf writes findings as OCSF 1.3 events of the class Compliance Finding
// (2003), one JSON object a line, as log pipelines and data lakes take them.
//
// A failure is status Fail, a pass Pass; a verdict that could not be reached is Warning,
// which the class defines as missing information, with what was missing as its detail.
// Findings that do not apply are left out.
package ocsf

import (
	"encoding/json"
	"io"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/estate"
)

// New returns a handler that writes the events to w.
func New(w io.Writer) output.Handler { return &handler{out: output.NewWriter(w)} }

type handler struct {
	out    *output.Writer
	run    output.Run
	checks map[string]*estate.Check
	refs   map[string][]output.RequirementRef
	names  output.Names
}

func (h *handler) Begin(run output.Run) error {
	h.run = run
	h.checks = make(map[string]*estate.Check, len(run.Checks))
	for i := range run.Checks {
		h.checks[run.Checks[i].ID] = &run.Checks[i]
	}
	h.refs = run.RequirementsOf()
	h.names = run.AccountNames()
	return nil
}

// Coverage writes nothing: the class has no place for what was not read. The unknown
// verdicts that follow from it have their own events.
func (h *handler) Coverage(estate.Coverage) error { return nil }

func (h *handler) Finding(f *estate.Finding) error {
	if f.Status == estate.NotApplicable {
		return nil
	}
	data, err := json.Marshal(h.event(f))
	if err != nil {
		return estate.Errorf(estate.CodeInternal, "write report", "%w", err)
	}
	h.out.Bytes(escape.JSON(data))
	h.out.Text("\n")
	return h.out.Err()
}

func (h *handler) End(output.Summary) error { return h.out.Flush() }
