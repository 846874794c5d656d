// Package sarif writes failures as SARIF 2.1.0, the format code scanning services take.
//
// Every check of the run is a rule with its help; every failure is a result, with the
// resource as its logical location and the key of the finding as its fingerprint. Some
// services only show results with a file, so each result also has a path made of
// account, region, type and name; no such file exists. Scopes that could not be read
// are notifications of the invocation.
package sarif

import (
	"encoding/json"
	"io"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/estate"
)

// New returns a handler that writes the log to w.
func New(w io.Writer) output.Handler { return &handler{out: output.NewWriter(w)} }

type handler struct {
	out      *output.Writer
	rules    map[string]int
	baseline bool
	results  bool // the list of results was begun
	items    int  // elements of the current list
}

func (h *handler) Begin(run output.Run) error {
	h.rules = make(map[string]int, len(run.Checks))
	h.baseline = run.Baseline != ""
	refs := run.RequirementsOf()
	tool := driver{Name: run.Tool, Version: run.Version, InformationURI: "https://github.com/stance-sec/stance", Rules: []rule{}}
	for i := range run.Checks {
		h.rules[run.Checks[i].ID] = i
		tool.Rules = append(tool.Rules, ruleOf(&run.Checks[i], refs[run.Checks[i].ID]))
	}
	h.out.Text(`{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"tool":{"driver":`)
	h.value(tool)
	h.out.Text(`},"columnKind":"unicodeCodePoints","automationDetails":{"id":"stance/`, "\"},\n\"invocations\":[{\"executionSuccessful\":true,\"startTimeUtc\":")
	h.value(run.Started)
	h.out.Text(`,"endTimeUtc":`)
	h.value(run.Finished)
	h.out.Text(`,"toolExecutionNotifications":[`)
	return h.out.Err()
}

func (h *handler) Coverage(c estate.Coverage) error {
	if c.Status != estate.CoverageFailed && c.Status != estate.CoveragePartial {
		return nil
	}
	h.item(notificationOf(c))
	return h.out.Err()
}

func (h *handler) Finding(f *estate.Finding) error {
	h.begin()
	if f.Status != estate.Fail {
		return nil
	}
	index, known := h.rules[f.Check]
	r := resultOf(f)
	if known {
		r.RuleIndex = &index
	}
	if h.baseline {
		r.BaselineState = "unchanged"
		if f.New {
			r.BaselineState = "new"
		}
	}
	h.item(r)
	return h.out.Err()
}

func (h *handler) End(output.Summary) error {
	h.begin()
	h.out.Text("\n]}]}\n")
	return h.out.Flush()
}

// begin ends the notifications and starts the results, once.
func (h *handler) begin() {
	if !h.results {
		h.out.Text("\n]}],\n\"results\":[")
		h.results, h.items = true, 0
	}
}

func (h *handler) item(v any) {
	if h.items > 0 {
		h.out.Text(",")
	}
	h.out.Text("\n")
	h.items++
	h.value(v)
}

func (h *handler) value(v any) {
	data, err := json.Marshal(v)
	if err != nil {
		h.out.Fail(estate.Errorf(estate.CodeInternal, "write report", "%w", err))
		return
	}
	h.out.Bytes(escape.JSON(data))
}
