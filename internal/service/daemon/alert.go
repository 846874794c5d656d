package daemon

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"github.com/stance-sec/stance/internal/service/job"
)

type route struct {
	// Bucket is the end of the window in which it was asked for.
	Bucket time.Time `json:"bucket" river:"unique"`
}

func (route) Kind() string                 { return "route" }
func (route) InsertOpts() river.InsertOpts { return once(job.Alerts) }

type router struct {
	river.WorkerDefaults[route]
	daemon *Daemon
}

// Work decides who is told, and asks for sending.
func (w *router) Work(ctx context.Context, j *river.Job[route]) error {
	if err := w.daemon.until(ctx, j.Args.Bucket); err != nil {
		return err
	}
	wake, err := w.daemon.Alerts.Route(ctx)
	if err != nil {
		return err
	}
	if !wake.IsZero() {
		if err := w.daemon.routeAt(ctx, wake); err != nil {
			return err
		}
	}
	return w.daemon.deliverAt(ctx, w.daemon.Now())
}

type deliver struct {
	// Bucket is the end of the window in which it was asked for.
	Bucket time.Time `json:"bucket" river:"unique"`
}

func (deliver) Kind() string                 { return "deliver" }
func (deliver) InsertOpts() river.InsertOpts { return once(job.Alerts) }

type deliverer struct {
	river.WorkerDefaults[deliver]
	daemon *Daemon
}

// Timeout implements river.Worker: receivers may be slow, and many.
func (*deliverer) Timeout(*river.Job[deliver]) time.Duration { return 15 * time.Minute }

// Work sends what is due.
func (w *deliverer) Work(ctx context.Context, j *river.Job[deliver]) error {
	if err := w.daemon.until(ctx, j.Args.Bucket); err != nil {
		return err
	}
	wake, err := w.daemon.Alerts.Deliver(ctx)
	if err != nil || wake.IsZero() {
		return err
	}
	return w.daemon.deliverAt(ctx, wake)
}

type escalate struct{}

func (escalate) Kind() string                 { return "escalate" }
func (escalate) InsertOpts() river.InsertOpts { return once(job.Alerts) }

type escalator struct {
	river.WorkerDefaults[escalate]
	daemon *Daemon
}

// Work tells of what is past its due date.
func (w *escalator) Work(ctx context.Context, _ *river.Job[escalate]) error {
	if err := w.daemon.Alerts.Escalate(ctx); err != nil {
		return err
	}
	return w.daemon.deliverAt(ctx, w.daemon.Now())
}
