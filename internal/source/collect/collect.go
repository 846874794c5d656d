// Package collect runs collectors: many scopes at once, each committed whole or not
// at all, with a line in the ledger for every one.
package collect

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
)

// Task reads one scope.
type Task struct {
	Scope estate.Scope
	// Read emits the scope's resources. An error means the scope is not complete.
	Read func(ctx context.Context, emit func(*estate.Resource) error) error
	// Explain classes what Read returns.
	Explain func(error) source.Problem
	// Permissions maps the operations of Read to what allows them.
	Permissions map[string]string
	// Skip, when not empty, is why the scope is not read at all; Detail says it in words.
	Skip   estate.Reason
	Detail string
}

// Plan is what there is to read.
type Plan struct {
	// Tasks are in the order in which they are best begun.
	Tasks []Task
	// Lost are scopes, with * for everything, that will not be read, and why.
	Lost []estate.Coverage
}

// Sink keeps what is read. It may be called concurrently.
type Sink interface {
	// Begin opens a scope. What is added counts only after Commit.
	Begin(estate.Scope) (Scope, error)
}

// Scope is one scope being written, by several goroutines.
type Scope interface {
	// Add keeps one resource as a JSON line. The line is not kept after the call.
	Add(id string, line []byte) error
	// Commit ends the scope well, even when it was failed or skipped.
	Commit(estate.Coverage) error
	// Abort drops what was added.
	Abort() error
}

// Event tells an observer that a scope ended.
type Event struct {
	Coverage estate.Coverage
	// Done and Total count scopes; Resources counts what was read so far.
	Done, Total, Resources int
}

// Options tune a run.
type Options struct {
	// Workers is how many scopes are read at once; 0 means 64.
	Workers int
	// Now is the clock.
	Now func() time.Time
	// Observe is called after each scope, one call at a time. It may be nil.
	Observe func(Event)
}

// Run reads all tasks and returns when the last has ended. Failing scopes are no
// error: they are lines of the ledger. An error means that the sink refused or that
// ctx ended; what was committed until then stays.
func Run(ctx context.Context, tasks []Task, sink Sink, o Options) error {
	if o.Workers == 0 {
		o.Workers = 64
	}
	r := &runner{sink: sink, options: o, total: len(tasks)}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	queue := make(chan Task)
	var workers sync.WaitGroup
	for range min(o.Workers, max(1, len(tasks))) {
		workers.Go(func() {
			for task := range queue {
				if err := r.run(ctx, task); err != nil {
					stop(err)
				}
			}
		})
	}
	for _, task := range tasks {
		select {
		case queue <- task:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(queue)
	workers.Wait()
	return context.Cause(ctx)
}

type runner struct {
	sink      Sink
	options   Options
	total     int
	mu        sync.Mutex
	done      int
	resources int
}

func (r *runner) run(ctx context.Context, task Task) error {
	if ctx.Err() != nil {
		return nil
	}
	out, err := r.sink.Begin(task.Scope)
	if err != nil {
		return err
	}
	line := estate.Coverage{Scope: task.Scope}
	if task.Skip != "" {
		line.Status, line.Reason, line.Detail = estate.CoverageSkipped, task.Skip, task.Detail
		return r.end(out, line)
	}
	meter := &source.Meter{}
	tally := &tally{out: out}
	readErr := task.Read(source.WithMeter(ctx, meter), tally.add)
	line.Calls = meter.Calls()
	if tally.refused() != nil {
		return errors.Join(tally.refused(), out.Abort())
	}
	if ctx.Err() != nil {
		return out.Abort()
	}
	if readErr == nil {
		tally.describe(&line)
		return r.end(out, line)
	}
	if err := out.Abort(); err != nil {
		return err
	}
	if out, err = r.sink.Begin(task.Scope); err != nil {
		return err
	}
	describeFailure(&line, task, readErr)
	return r.end(out, line)
}

func describeFailure(line *estate.Coverage, task Task, err error) {
	p := task.Explain(err)
	line.Status, line.Reason, line.Detail = estate.CoverageFailed, source.ReasonOf(p.Code), p.Detail
	if p.Code == estate.CodeNotEnabled {
		line.Status = estate.CoverageSkipped
	}
	if permission := task.Permissions[p.Op]; permission != "" && line.Reason == estate.Denied {
		line.Permissions = []string{permission}
	}
}

func (r *runner) end(out Scope, line estate.Coverage) error {
	line.Read = r.options.Now().UTC()
	if err := out.Commit(line); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done++
	r.resources += line.Resources
	if r.options.Observe != nil {
		r.options.Observe(Event{Coverage: line, Done: r.done, Total: r.total, Resources: r.resources})
	}
	return nil
}

// tally counts what a scope emits and hands it to the sink.
type tally struct {
	out      Scope
	failed   atomic.Pointer[error]
	mu       sync.Mutex
	count    int
	unknowns int
	reason   estate.Reason
	needs    []string
}

func (t *tally) refused() error {
	if err := t.failed.Load(); err != nil {
		return *err
	}
	return nil
}

func (t *tally) add(r *estate.Resource) error {
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := t.out.Add(r.ID, line); err != nil {
		t.failed.Store(&err)
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count++
	for _, u := range r.Unknown {
		t.unknowns++
		t.reason = u.Reason
		if u.Permission != "" && !slices.Contains(t.needs, u.Permission) {
			t.needs = append(t.needs, u.Permission)
		}
	}
	return nil
}

func (t *tally) describe(line *estate.Coverage) {
	line.Status, line.Resources, line.Unknowns = estate.CoverageOK, t.count, t.unknowns
	if t.unknowns > 0 {
		slices.Sort(t.needs)
		line.Status, line.Reason, line.Permissions = estate.CoveragePartial, t.reason, t.needs
	}
}
