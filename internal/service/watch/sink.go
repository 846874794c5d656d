package watch

import (
	"context"
	"sync"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source/collect"
	"github.com/stance-sec/stance/internal/store"
)

// sink writes what the runner reads to the store and remembers what changed.
type sink struct {
	ctx   context.Context //nolint:containedctx // it lives for one reading
	store Store
	cause store.Cause

	mu      sync.Mutex
	deltas  []store.Delta
	changed int
}

// Begin implements collect.Sink.
func (s *sink) Begin(scope estate.Scope) (collect.Scope, error) {
	w, err := s.store.Begin(s.ctx, scope, s.cause)
	if err != nil {
		return nil, err
	}
	return &sinkScope{sink: s, writer: w}, nil
}

// lost notes coverage of what is not read.
func (s *sink) lost(c estate.Coverage) error {
	w, err := s.store.Begin(s.ctx, c.Scope, s.cause)
	if err != nil {
		return err
	}
	return (&sinkScope{sink: s, writer: w}).Commit(c)
}

type sinkScope struct {
	sink   *sink
	writer store.Writer
}

func (s *sinkScope) Add(id string, line []byte) error { return s.writer.Add(id, line) }
func (s *sinkScope) Abort() error                     { return s.writer.Abort() }

func (s *sinkScope) Commit(c estate.Coverage) error {
	delta, err := s.writer.Commit(s.sink.ctx, c)
	if err != nil || delta.Empty() {
		return err
	}
	s.sink.mu.Lock()
	defer s.sink.mu.Unlock()
	s.sink.changed += len(delta.Added) + len(delta.Changed) + len(delta.Gone)
	if s.sink.changed > tooMany {
		s.sink.deltas = nil // a review follows
		return nil
	}
	s.sink.deltas = append(s.sink.deltas, delta)
	return nil
}
