package daemon

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/stance-sec/stance/internal/service/job"
	"github.com/stance-sec/stance/internal/service/watch"
)

// Alerts tells people.
type Alerts interface {
	// Route decides who is told what, and returns when it should be called again because
	// something waits for its time; zero when nothing does.
	Route(ctx context.Context) (wake time.Time, err error)
	// Deliver sends what is due, and returns when something else is; zero when nothing is.
	Deliver(ctx context.Context) (wake time.Time, err error)
	// Escalate tells of what is past its due date.
	Escalate(ctx context.Context) error
}

// Pruner forgets.
type Pruner interface {
	Prune(ctx context.Context, before time.Time) (int, error)
	Expire(ctx context.Context, before time.Time) error
}

// Schedule says when things are done by the clock. A zero period means never.
type Schedule struct {
	// Fast and Slow are the periods of sweeps, by what reading a type takes.
	Fast, Slow time.Duration
	// Review is the period in which everything is judged even when nothing changed.
	Review time.Duration
	// Retention is for how long what ended is kept.
	Retention time.Duration
}

// Daemon does the work of the queue.
type Daemon struct {
	Watcher  *watch.Watcher
	Alerts   Alerts
	Pruner   Pruner
	Schedule Schedule
	Now      func() time.Time
	Logger   *slog.Logger

	queue    *job.Queue
	reviewed atomic.Pointer[time.Time] // when the last review of this process began
}

// Use gives the daemon the queue that its jobs are put in. Call it once, before Start.
func (d *Daemon) Use(q *job.Queue) { d.queue = q }

// Workers returns what does each kind of job.
func (d *Daemon) Workers() *river.Workers {
	w := river.NewWorkers()
	river.AddWorker(w, &sweeper{daemon: d})
	river.AddWorker(w, &reader{daemon: d})
	river.AddWorker(w, &rereader{daemon: d})
	river.AddWorker(w, &reviewer{daemon: d})
	river.AddWorker(w, &router{daemon: d})
	river.AddWorker(w, &deliverer{daemon: d})
	river.AddWorker(w, &escalator{daemon: d})
	river.AddWorker(w, &keeper{daemon: d})
	return w
}

// Periodic returns what is done by the clock.
func (d *Daemon) Periodic() []*river.PeriodicJob {
	var list []*river.PeriodicJob
	add := func(period time.Duration, args func() river.JobArgs, atStart bool) {
		if period > 0 {
			list = append(list, river.NewPeriodicJob(river.PeriodicInterval(period), func() (river.JobArgs, *river.InsertOpts) {
				return args(), nil
			}, &river.PeriodicJobOpts{RunOnStart: atStart}))
		}
	}
	add(d.Schedule.Fast, func() river.JobArgs { return sweep{Class: watch.Fast, Spare: d.Schedule.Fast / 2} }, false)
	add(d.Schedule.Slow, func() river.JobArgs { return sweep{Class: watch.Everything, Spare: d.Schedule.Slow / 2} }, true)
	add(d.Schedule.Review, func() river.JobArgs { return d.reviewAt(d.Now()) }, true)
	add(routeEvery, func() river.JobArgs { return route{Bucket: bucket(d.Now(), routeWindow)} }, true)
	add(deliverEvery, func() river.JobArgs { return deliver{Bucket: bucket(d.Now(), routeWindow)} }, true)
	add(time.Hour, func() river.JobArgs { return escalate{} }, true)
	if d.Schedule.Retention > 0 {
		add(24*time.Hour, func() river.JobArgs { return keep{} }, true)
	}
	return list
}

// How often is done by the clock what is otherwise asked for: it catches what was lost
// with a process that was killed between a change and asking.
const (
	routeEvery   = 5 * time.Second
	deliverEvery = 5 * time.Second
	routeWindow  = 200 * time.Millisecond
	reviewWindow = 10 * time.Second
)

// bucket returns the end of the window that a moment lies in.
func bucket(t time.Time, window time.Duration) time.Time { return t.Truncate(window).Add(window).UTC() }

// waiting are the states of a job that has not ended: one that has does not keep the same
// work from being asked for again.
func waiting() []rivertype.JobState {
	return []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning, rivertype.JobStateRetryable, rivertype.JobStateScheduled,
	}
}

// once are the options of work that is asked for once while it waits.
func once(queue string) river.InsertOpts {
	return river.InsertOpts{Queue: queue, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: waiting()}}
}
