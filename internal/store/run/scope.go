package run

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"sync"

	"github.com/stance-sec/stance/internal/estate"
)

// ScopeWriter writes one attempt at one scope. It is safe for concurrent use.
type ScopeWriter struct {
	writer *Writer
	scope  estate.Scope

	mu     sync.Mutex
	buffer *buffer
	frames []frame
	ended  bool
}

// buffer holds the lines of the next frame.
type buffer struct {
	data  []byte
	lines []bufferedLine
}

type bufferedLine struct {
	id         string
	start, end int
}

// Begin starts an attempt at the scope. Nothing of it counts before Commit. Two
// attempts at one scope may run at the same time; the later Commit counts.
func (w *Writer) Begin(scope estate.Scope) (*ScopeWriter, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return nil, estate.Errorf(estate.CodeInternal, "save run "+w.dir, "the run is closed")
	}
	return &ScopeWriter{writer: w, scope: scope}, nil
}

// Add keeps one resource: its JSON on one line, beginning with its id as the JSON of
// an estate.Resource does. The line may be reused after the call. An id that was added
// before in this attempt replaces the earlier resource.
func (s *ScopeWriter) Add(id string, line []byte) error {
	if err := checkLine(id, line); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return estate.Errorf(estate.CodeInternal, "save "+s.scope.String(), "the scope has ended")
	}
	if s.buffer != nil && len(s.buffer.data)+len(line) >= frameSize {
		if err := s.flush(); err != nil {
			return err
		}
	}
	if s.buffer == nil {
		s.buffer = s.writer.takeBuffer()
	}
	start := len(s.buffer.data)
	s.buffer.data = append(append(s.buffer.data, line...), '\n')
	s.buffer.lines = append(s.buffer.lines, bufferedLine{id: id, start: start, end: len(s.buffer.data)})
	return nil
}

// checkLine holds what readers rely on.
func checkLine(id string, line []byte) error {
	op := "save resource " + id
	if len(line) > lineLimit {
		return estate.Errorf(estate.CodeInvalid, op, "its settings take %d bytes, more than %d", len(line), lineLimit)
	}
	got, err := lineID(line)
	if err != nil || got != id || bytes.IndexByte(line, '\n') >= 0 {
		return estate.Errorf(estate.CodeInternal, op, "its line is not one line of JSON that begins with its id")
	}
	return nil
}

// lineID returns the id a line begins with.
func lineID(line []byte) (string, error) {
	rest, ok := bytes.CutPrefix(line, []byte(`{"id":`))
	if !ok || len(rest) < 2 || rest[0] != '"' {
		return "", errors.New("the line does not begin with an id")
	}
	for i := 1; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case '"':
			return unquote(rest[:i+1])
		}
	}
	return "", errors.New("the id has no end")
}

func unquote(quoted []byte) (string, error) {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return string(quoted[1 : len(quoted)-1]), nil
	}
	var s string
	err := json.Unmarshal(quoted, &s)
	return s, err
}

// Commit makes the attempt count, with c as its line in the ledger. c.Scope must be the
// scope of Begin.
func (s *ScopeWriter) Commit(c estate.Coverage) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended || c.Scope != s.scope {
		return estate.Errorf(estate.CodeInternal, "save "+s.scope.String(), "commit of %s", c.Scope)
	}
	if err := s.flush(); err != nil {
		return errors.Join(err, s.abort())
	}
	if err := s.writer.commit(entry{Coverage: c, Frames: s.frames}); err != nil {
		return errors.Join(err, s.abort())
	}
	s.ended = true
	return nil
}

// Abort drops the attempt. It does nothing after Commit or Abort.
func (s *ScopeWriter) Abort() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.abort()
}

func (s *ScopeWriter) abort() error {
	if s.ended {
		return nil
	}
	s.ended = true
	if s.buffer != nil {
		s.writer.giveBuffer(s.buffer)
		s.buffer = nil
	}
	return s.writer.bury(s.frames)
}

// flush turns the buffer into a frame.
func (s *ScopeWriter) flush() error {
	if s.buffer == nil {
		return nil
	}
	b := s.buffer
	s.buffer = nil
	defer s.writer.giveBuffer(b)
	sorted := s.writer.takeBuffer()
	defer s.writer.giveBuffer(sorted)
	slices.SortStableFunc(b.lines, func(x, y bufferedLine) int { return cmp.Compare(x.id, y.id) })
	for i, line := range b.lines {
		if i+1 < len(b.lines) && b.lines[i+1].id == line.id {
			continue // added again later
		}
		sorted.data = append(sorted.data, b.data[line.start:line.end]...)
		sorted.lines = append(sorted.lines, line)
	}
	f := frame{Count: len(sorted.lines), First: sorted.lines[0].id, Last: sorted.lines[len(sorted.lines)-1].id}
	f, err := s.writer.append(f, sorted.data)
	if err != nil {
		return err
	}
	s.frames = append(s.frames, f)
	return nil
}
