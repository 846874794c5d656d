package scan

import (
	"context"
	"sync"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/estate"
)

// batch is a run of neighbouring resources with the findings that came of them. Its
// memory is used again when they were handed on.
type batch struct {
	scope       estate.Scope
	collections policy.Collections
	lines       [][]byte // in arena
	arena       []byte
	meanings    []Meaning // of the lines; only for a judge that has Part
	findings    []estate.Finding
	skipped     map[string]*output.Counts // verdicts without a finding, by check
	done        chan struct{}
}

const (
	batchLines = 256
	batchBytes = 1 << 20
)

// batches keeps batches that are done with.
type batches struct{ pool sync.Pool }

func (p *batches) take(scope estate.Scope, collections policy.Collections) *batch {
	b, known := p.pool.Get().(*batch)
	if !known {
		b = &batch{arena: make([]byte, 0, batchBytes/4), lines: make([][]byte, 0, batchLines)}
	}
	b.scope, b.collections, b.done = scope, collections, make(chan struct{})
	return b
}

// give takes a batch back. Large ones are let go.
func (p *batches) give(b *batch) {
	if cap(b.arena) > 2*batchBytes {
		return
	}
	clear(b.findings)
	clear(b.meanings)
	clear(b.skipped)
	*b = batch{lines: b.lines[:0], arena: b.arena[:0], meanings: b.meanings[:0], findings: b.findings[:0], skipped: b.skipped}
	p.pool.Put(b)
}

// skip counts a verdict that does not come as a finding.
func (b *batch) skip(o policy.Outcome) {
	if o.Status != estate.Pass && o.Status != estate.NotApplicable {
		return
	}
	if b.skipped == nil {
		b.skipped = map[string]*output.Counts{}
	}
	counts := b.skipped[o.Check]
	if counts == nil {
		counts = &output.Counts{}
		b.skipped[o.Check] = counts
	}
	counts.Add(&estate.Finding{Status: o.Status})
}

// readBatches sends batches in the order of lines, each to both queues.
func (j *Judge) readBatches(ctx context.Context, inventory Inventory, found *survey, pool *batches, work, order chan<- *batch) error {
	var open *batch
	var current account
	var collections policy.Collections
	send := func() error {
		if open == nil {
			return nil
		}
		for _, queue := range []chan<- *batch{order, work} {
			select {
			case queue <- open:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		open = nil
		return nil
	}
	err := lines(inventory, func(scope estate.Scope, line []byte) error {
		if open != nil && (open.scope != scope || len(open.lines) >= batchLines || len(open.arena) >= batchBytes) {
			if err := send(); err != nil {
				return err
			}
		}
		if now := (account{scope.Cloud, scope.Account}); collections == nil || now != current {
			var err error
			if collections, err = found.gather(inventory, j.Library, now); err != nil {
				return err
			}
			current = now
		}
		if open == nil {
			open = pool.take(scope, collections)
		}
		start := len(open.arena)
		open.arena = append(open.arena, line...) // lines before stay where they were when it grows
		open.lines = append(open.lines, open.arena[start:len(open.arena):len(open.arena)])
		return nil
	})
	if err != nil {
		return err
	}
	return send()
}
