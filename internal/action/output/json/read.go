package json

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/estate"
)

// Read replays a saved report into h, one element at a time.
//
// A report that is cut short or damaged gives an error of CodeInvalid that says where
// and how much was read; h then never sees End. An error of h is returned as it is.
func Read(r io.Reader, h output.Handler) error {
	reader := &reader{dec: json.NewDecoder(r), handler: h}
	err := reader.report()
	var refused *handlerError
	if errors.As(err, &refused) {
		return refused.err
	}
	if err == nil {
		return nil
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	op := fmt.Sprintf("read saved report at byte %d, after %d findings", reader.dec.InputOffset(), reader.findings)
	return estate.Errorf(estate.CodeInvalid, op, "%w", err).
		WithHint("the file is damaged or cut short: make the report again from the saved run, or scan again")
}

type reader struct {
	dec      *json.Decoder
	handler  output.Handler
	begun    bool
	findings int
	summary  *output.Summary
	rollups  []output.Compliance

	short      *shortList
	issues     []estate.Issue
	fixes      []estate.FixPlan
	campaigns  []estate.Campaign
	suppressed []estate.Suppressed
}

// handlerError marks an error that is the handler's own, not one of the file.
type handlerError struct{ err error }

func (e *handlerError) Error() string { return e.err.Error() }

func passOn(err error) error {
	if err == nil {
		return nil
	}
	return &handlerError{err}
}

func (r *reader) report() error {
	if err := r.expect(json.Delim('{')); err != nil {
		return err
	}
	for r.dec.More() {
		key, err := r.dec.Token()
		if err != nil {
			return err
		}
		if err := r.section(key.(string)); err != nil {
			return err
		}
	}
	if err := r.expect(json.Delim('}')); err != nil {
		return err
	}
	if r.summary == nil {
		return errors.New("the report has no summary")
	}
	r.summary.Compliance, r.summary.Priorities = r.rollups, r.priorities()
	return passOn(r.handler.End(*r.summary))
}

func (r *reader) section(key string) error {
	switch key {
	case "format":
		return r.format()
	case "run":
		return r.run()
	case "coverage":
		return r.list(key, func() error {
			var c estate.Coverage
			if err := r.dec.Decode(&c); err != nil {
				return err
			}
			return passOn(r.handler.Coverage(c))
		})
	case "findings":
		return r.list(key, r.finding)
	case "summary":
		r.summary = &output.Summary{}
		return r.dec.Decode(r.summary)
	case "compliance":
		return r.dec.Decode(&r.rollups)
	}
	if known, err := r.prioritySection(key); known {
		return err
	}
	var ignored json.RawMessage
	return r.dec.Decode(&ignored)
}

func (r *reader) format() error {
	var format string
	if err := r.dec.Decode(&format); err != nil {
		return err
	}
	if format != Format {
		return fmt.Errorf("format is %.40q, this version reads %q", format, Format)
	}
	return nil
}

func (r *reader) run() error {
	var run output.Run
	if err := r.dec.Decode(&run); err != nil {
		return err
	}
	if r.begun {
		return errors.New("the report has two runs")
	}
	r.begun = true
	return passOn(r.handler.Begin(run))
}

func (r *reader) finding() error {
	f := &estate.Finding{}
	if err := r.dec.Decode(f); err != nil {
		return err
	}
	r.findings++
	return passOn(r.handler.Finding(f))
}

func (r *reader) list(name string, element func() error) error {
	if !r.begun {
		return fmt.Errorf("%s stands before run: not a report of this format", name)
	}
	if r.findings > 0 && name != "findings" {
		return fmt.Errorf("%s stands after findings: not a report of this format", name)
	}
	if err := r.expect(json.Delim('[')); err != nil {
		return err
	}
	for r.dec.More() {
		if err := element(); err != nil {
			return err
		}
	}
	return r.expect(json.Delim(']'))
}

func (r *reader) expect(want json.Delim) error {
	got, err := r.dec.Token()
	if err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("expected %q", want.String())
	}
	return nil
}
