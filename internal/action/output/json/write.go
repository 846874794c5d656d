package json

import (
	"encoding/json"
	"io"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/estate"
)

// New returns a handler that writes the report to w.
func New(w io.Writer) output.Handler { return &writer{out: output.NewWriter(w)} }

type writer struct {
	out   *output.Writer
	list  string // the list being written: "", coverage or findings
	lines int    // lines in it so far

	buffer []byte // of the last finding
}

func (h *writer) Begin(run output.Run) error {
	h.out.Text(`{"format":"`, Format, "\",\n\"run\":")
	if run.Checks == nil {
		run.Checks = []estate.Check{}
	}
	h.value(run)
	h.open("coverage")
	return h.out.Err()
}

func (h *writer) Coverage(c estate.Coverage) error {
	h.line()
	h.value(c)
	return h.out.Err()
}

func (h *writer) Finding(f *estate.Finding) error {
	if h.list != "findings" {
		h.open("findings")
	}
	h.line()
	line, err := appendFinding(h.buffer[:0], f)
	if err != nil {
		h.out.Fail(estate.Errorf(estate.CodeInternal, "write report", "%w", err))
		return h.out.Err()
	}
	h.buffer = line
	h.out.Bytes(line)
	return h.out.Err()
}

func (h *writer) End(s output.Summary) error {
	if h.list != "findings" {
		h.open("findings")
	}
	h.out.Text("\n],\n\"summary\":")
	h.value(s)
	writeList(h, "compliance", s.Compliance)
	if p := s.Priorities; p != nil {
		h.out.Text(",\n\"priorities\":")
		h.value(shortListOf(p))
		writeEach(h, "issues", p.Issues, wholeIssue)
		writeList(h, "fixes", p.Fixes)
		writeList(h, "campaigns", p.Campaigns)
		writeList(h, "suppressed", p.Suppressed)
	}
	h.out.Text("}\n")
	return h.out.Flush()
}

// writeList writes a list with its name, one element a line.
func writeList[T any](h *writer, name string, list []T) {
	writeEach(h, name, list, func(v T) T { return v })
}

func writeEach[T any](h *writer, name string, list []T, as func(T) T) {
	h.out.Text(",\n\"", name, "\":[")
	h.lines = 0
	for i := range list {
		h.line()
		h.value(as(list[i]))
	}
	h.out.Text("\n]")
}

// open ends the list before, if any, and begins the named one.
func (h *writer) open(list string) {
	if h.list != "" {
		h.out.Text("\n]")
	}
	h.out.Text(",\n\"", list, "\":[")
	h.list, h.lines = list, 0
}

func (h *writer) line() {
	if h.lines > 0 {
		h.out.Text(",")
	}
	h.out.Text("\n")
	h.lines++
}

func (h *writer) value(v any) {
	data, err := json.Marshal(v)
	if err != nil {
		h.out.Fail(estate.Errorf(estate.CodeInternal, "write report", "%w", err))
		return
	}
	h.out.Bytes(escape.JSON(data))
}
