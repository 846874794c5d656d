package daemon

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"github.com/stance-sec/stance/internal/service/job"
)

type review struct {
	// Bucket is the end of the window in which it was asked for.
	Bucket time.Time `json:"bucket" river:"unique"`
}

func (review) Kind() string { return "review" }

// InsertOpts has it begin when its window has ended, whoever asks for it.
func (r review) InsertOpts() river.InsertOpts {
	o := once(job.Review)
	o.ScheduledAt = r.Bucket
	return o
}

type reviewer struct {
	river.WorkerDefaults[review]
	daemon *Daemon
}

// Timeout implements river.Worker: an estate may be large.
func (*reviewer) Timeout(*river.Job[review]) time.Duration { return longest }

// Work reviews, unless a review that began after the window ended saw all that it was asked
// for: so reviews do not pile up where one takes longer than a window.
func (w *reviewer) Work(ctx context.Context, j *river.Job[review]) error {
	if last := w.daemon.reviewed.Load(); last != nil && j.Args.Bucket.Before(*last) {
		return nil
	}
	began := w.daemon.Now()
	if err := w.daemon.Watcher.ReviewAll(ctx); err != nil {
		return err
	}
	w.daemon.reviewed.Store(&began)
	return nil
}

type keep struct{}

func (keep) Kind() string                 { return "keep" }
func (keep) InsertOpts() river.InsertOpts { return once(job.Review) }

type keeper struct {
	river.WorkerDefaults[keep]
	daemon *Daemon
}

// Timeout implements river.Worker: there may be much to forget.
func (*keeper) Timeout(*river.Job[keep]) time.Duration { return longest }

func (w *keeper) Work(ctx context.Context, _ *river.Job[keep]) error {
	now := w.daemon.Now()
	if err := w.daemon.Pruner.Expire(ctx, now); err != nil {
		return err
	}
	n, err := w.daemon.Pruner.Prune(ctx, now.Add(-w.daemon.Schedule.Retention))
	w.daemon.Logger.InfoContext(ctx, "forgot what is older than is kept", "rows", n)
	return err
}
