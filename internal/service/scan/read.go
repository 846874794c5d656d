package scan

import (
	"context"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source/collect"
	"github.com/stance-sec/stance/internal/store/run"
)

// Reading says how a plan is read into a run.
type Reading struct {
	// Workers is how many scopes are read at once; 0 means the default.
	Workers int
	// Now is the clock.
	Now func() time.Time
	// Observe is told of each scope that ended. It may be nil.
	Observe func(collect.Event)
}

// Into reads what the writer does not hold yet. When it returns nil the run is
// finished and sealed; when ctx ends or the disk refuses, what was committed stays
// and the run can be resumed.
func (r Reading) Into(ctx context.Context, plan collect.Plan, w *run.Writer) error {
	todo := make([]collect.Task, 0, len(plan.Tasks))
	for _, t := range plan.Tasks {
		if !allDone(w, t.Scopes()) {
			todo = append(todo, t)
		}
	}
	if err := r.lost(plan, w); err != nil {
		return err
	}
	if err := collect.Run(ctx, todo, sink{w}, collect.Options{Workers: r.Workers, Now: r.Now, Observe: r.Observe}); err != nil {
		return err
	}
	return w.Finish(r.Now())
}

func allDone(w *run.Writer, scopes []estate.Scope) bool {
	for _, s := range scopes {
		if !w.Done(s) {
			return false
		}
	}
	return true
}

// lost writes the lines of what cannot be read at all.
func (r Reading) lost(plan collect.Plan, w *run.Writer) error {
	for _, line := range plan.Lost {
		out, err := w.Begin(line.Scope)
		if err != nil {
			return err
		}
		line.Read = r.Now().UTC()
		if err := out.Commit(line); err != nil {
			return err
		}
	}
	return nil
}

// sink lets the runner write into a saved run.
type sink struct{ writer *run.Writer }

func (s sink) Begin(scope estate.Scope) (collect.Scope, error) {
	out, err := s.writer.Begin(scope)
	if err != nil {
		return nil, err
	}
	return out, nil
}
