// Package csv writes findings as one table for a spreadsheet or a script.
//
// The first column says what a row is: a finding, or a scope that was not read whole,
// so that a table without failures cannot be taken for an estate without faults. Cells
// that a spreadsheet would take for a formula begin with an apostrophe.
package csv

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/estate"
)

// New returns a handler that writes the table to w.
func New(w io.Writer) output.Handler {
	out := output.NewWriter(w)
	return &handler{out: out, csv: csv.NewWriter(out)}
}

type handler struct {
	out    *output.Writer
	csv    *csv.Writer
	checks map[string]*estate.Check
	refs   map[string][]output.RequirementRef
	names  output.Names
	row    []string
}

func columns() []string {
	return []string{
		"record", "status", "severity", "check", "title", "message",
		"cloud", "account", "region", "type", "resource", "name", "element",
		"unknown", "permissions", "evidence", "environment", "owner",
		"suppressed_reason", "suppressed_until", "new", "requirements", "fix", "key", "account_name",
	}
}

func (h *handler) Begin(run output.Run) error {
	h.checks = make(map[string]*estate.Check, len(run.Checks))
	for i := range run.Checks {
		h.checks[run.Checks[i].ID] = &run.Checks[i]
	}
	h.refs = run.RequirementsOf()
	h.names = run.AccountNames()
	return h.write(columns()...)
}

func (h *handler) Coverage(c estate.Coverage) error {
	if c.Status == estate.CoverageOK {
		return nil
	}
	return h.write("coverage", string(c.Status), "", "", "", c.Detail,
		string(c.Cloud), c.Account, c.Region, c.Type, "", "", "",
		string(c.Reason), strings.Join(c.Permissions, " "), "", "", "", "", "", "", "", "", "", h.names.Name(c.Cloud, c.Account))
}

func (h *handler) Finding(f *estate.Finding) error {
	unknown, permissions := unknowns(f)
	environment, owner := "", ""
	if f.Context != nil {
		environment, owner = f.Context.Environment, f.Context.Owner
	}
	reason, until := "", ""
	if f.Suppressed != nil {
		reason, until = f.Suppressed.Reason, f.Suppressed.Until
	}
	return h.write("finding", string(f.Status), string(f.Severity), f.Check, f.Title, f.Message,
		string(f.Resource.Cloud), f.Resource.Account, f.Resource.Region, f.Resource.Type, f.Resource.ID, f.Resource.Name, f.Element,
		unknown, permissions, evidence(f), environment, owner,
		reason, until, strconv.FormatBool(f.New), h.requirements(f.Check), h.fix(f.Check), f.Key, h.names.Name(f.Resource.Cloud, f.Resource.Account))
}

func (h *handler) End(output.Summary) error {
	h.csv.Flush()
	return h.out.Flush()
}

func (h *handler) write(cells ...string) error {
	h.row = h.row[:0]
	for _, cell := range cells {
		h.row = append(h.row, escape.CSV(cell))
	}
	if err := h.csv.Write(h.row); err != nil {
		return h.out.Flush() // the first error, with its code
	}
	return h.out.Err()
}

func unknowns(f *estate.Finding) (what, permissions string) {
	var paths, names []string
	for _, u := range f.Unknown {
		paths = append(paths, u.Path+" ("+string(u.Reason)+")")
		if u.Permission != "" {
			names = append(names, u.Permission)
		}
	}
	return strings.Join(paths, "; "), strings.Join(names, " ")
}

func evidence(f *estate.Finding) string {
	var parts []string
	for _, e := range f.Evidence {
		parts = append(parts, e.Path+" = "+string(e.Value))
	}
	return strings.Join(parts, "; ")
}

func (h *handler) requirements(check string) string {
	var parts []string
	for _, ref := range h.refs[check] {
		parts = append(parts, ref.Framework+" "+ref.Requirement)
	}
	return strings.Join(parts, "; ")
}

func (h *handler) fix(check string) string {
	if c := h.checks[check]; c != nil {
		return c.Fix.Text
	}
	return ""
}
