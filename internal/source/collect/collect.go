// Package collect runs collectors: many scopes at once, each committed whole or not
// at all, with a line in the ledger for every one.
package collect

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
)

// Task reads one scope.
type Task struct {
	// Scope is what is read. When Accounts are named, its account stands for all of
	// them.
	Scope estate.Scope
	// Accounts are set when one reading answers for many accounts, as the inventory of
	// a whole tenant does: each is a scope of its own, and what is read of an account
	// that is not named is left out.
	Accounts []string
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

// Scopes returns the scopes the task answers for.
func (t Task) Scopes() []estate.Scope {
	if t.Accounts == nil {
		return []estate.Scope{t.Scope}
	}
	scopes := make([]estate.Scope, len(t.Accounts))
	for i, account := range t.Accounts {
		scopes[i] = t.Scope
		scopes[i].Account = account
	}
	return scopes
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

// DefaultWorkers is how many scopes are read at once unless told otherwise. Twice as
// many make a scan hardly faster, because the budgets bound it; half as many take half
// as long again (docs/benchmarks.md).
const DefaultWorkers = 128

// Options tune a run.
type Options struct {
	// Workers is how many scopes are read at once; less than one means DefaultWorkers.
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
	if o.Workers < 1 {
		o.Workers = DefaultWorkers
	}
	r := &runner{sink: sink, options: o}
	for _, t := range tasks {
		r.total += len(t.Scopes())
	}
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
	if task.Skip != "" {
		return r.close(task, estate.Coverage{Status: estate.CoverageSkipped, Reason: task.Skip, Detail: inWords(task.Skip, task.Detail)})
	}
	meter := &source.Meter{}
	spread := &spread{sink: r.sink, task: task, open: map[string]*tally{}}
	readErr := task.Read(source.WithMeter(ctx, meter), spread.add)
	switch {
	case spread.refused() != nil:
		return errors.Join(spread.refused(), spread.abort())
	case ctx.Err() != nil:
		return spread.abort()
	case readErr == nil:
		return r.commit(spread, meter.Calls())
	}
	if err := spread.abort(); err != nil {
		return err
	}
	line := estate.Coverage{Calls: meter.Calls()}
	describeFailure(&line, task, readErr)
	return r.close(task, line)
}

// commit ends every scope of a task that was read well. The calls count for the first.
func (r *runner) commit(s *spread, calls int) error {
	for _, scope := range s.task.Scopes() {
		t, err := s.tally(scope.Account)
		if err != nil {
			return err
		}
		line := estate.Coverage{Scope: scope, Calls: calls}
		calls = 0
		t.describe(&line)
		if err := r.end(t.out, line); err != nil {
			return err
		}
	}
	return nil
}

// close ends every scope of a task of which nothing was read.
func (r *runner) close(task Task, line estate.Coverage) error {
	for _, scope := range task.Scopes() {
		out, err := r.sink.Begin(scope)
		if err != nil {
			return err
		}
		line.Scope = scope
		if err := r.end(out, line); err != nil {
			return err
		}
		line.Calls = 0
	}
	return nil
}

func describeFailure(line *estate.Coverage, task Task, err error) {
	p := task.Explain(err)
	line.Status, line.Reason = estate.CoverageFailed, source.ReasonOf(p.Code)
	line.Detail = inWords(line.Reason, p.Detail)
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
