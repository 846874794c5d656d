package report

import (
	"errors"
	"iter"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/group"
	"github.com/stance-sec/stance/internal/estate"
)

// stream reads a report one finding at a time.
type stream struct {
	pull     func() (*estate.Finding, error, bool)
	current  *estate.Finding // nil at the end
	run      output.Run
	checks   map[string]bool
	complete map[estate.Scope]bool
}

// errStopped ends a source whose stream is no longer wanted.
var errStopped = errors.New("stopped")

// pull turns a source into a stream. The caller calls stop.
func pull(source Source) (s *stream, stop func()) {
	s = &stream{checks: map[string]bool{}, complete: map[estate.Scope]bool{}}
	var next func() (*estate.Finding, error, bool)
	next, stop = iter.Pull2(func(yield func(*estate.Finding, error) bool) {
		feeder := &feeder{stream: s, yield: yield}
		if err := source(feeder); err != nil && !errors.Is(err, errStopped) {
			yield(nil, err)
		}
	})
	s.pull = next
	return s, stop
}

// next moves to the next finding. A report that is out of order gives an error: merged,
// it would show changes that are none.
func (s *stream) next() error {
	f, err, ok := s.pull()
	if err != nil {
		return err
	}
	if !ok {
		s.current = nil
		return nil
	}
	if s.current != nil && output.CompareFindings(s.current, f) > 0 {
		return estate.Errorf(estate.CodeInvalid, "compare reports", "the findings of a report are not in order at %s on %s", f.Check, f.Resource.ID).
			WithHint("make the report again with stance: its findings are sorted")
	}
	s.current = f
	return nil
}

// feeder is the handler that a source fills a stream through.
type feeder struct {
	stream *stream
	yield  func(*estate.Finding, error) bool
}

func (h *feeder) Begin(run output.Run) error {
	h.stream.run = run
	for i := range run.Checks {
		h.stream.checks[run.Checks[i].ID] = true
	}
	return nil
}

func (h *feeder) Coverage(c estate.Coverage) error {
	if c.Complete() {
		h.stream.complete[c.Scope] = true
	}
	return nil
}

func (h *feeder) Finding(f *estate.Finding) error {
	kept := group.Clone(f)
	if kept.Evidence == nil {
		kept.Evidence = []estate.Evidence{}
	}
	if kept.Unknown == nil {
		kept.Unknown = []estate.Unknown{}
	}
	if !h.yield(&kept, nil) {
		return errStopped
	}
	return nil
}

func (h *feeder) End(output.Summary) error { return nil }
