package daemon

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/stance-sec/stance/internal/service/job"
	"github.com/stance-sec/stance/internal/service/watch"
)

type sweep struct {
	Class watch.Class `json:"class" river:"unique"`
	// Spare leaves out what was read within this time before.
	Spare time.Duration `json:"spare"`
}

func (sweep) Kind() string                 { return "sweep" }
func (sweep) InsertOpts() river.InsertOpts { return once(job.Reads) }

type sweeper struct {
	river.WorkerDefaults[sweep]
	daemon *Daemon
}

// Timeout implements river.Worker: an organisation may have many accounts.
func (*sweeper) Timeout(*river.Job[sweep]) time.Duration { return longest }

func (w *sweeper) Work(ctx context.Context, j *river.Job[sweep]) error {
	asked := j.CreatedAt.UTC()
	return w.daemon.Watcher.Sweep(ctx, j.Args.Class, asked.Format("20060102T150405Z")+"-"+string(j.Args.Class), asked.Add(-j.Args.Spare))
}

// NextRetry keeps trying: schedules are the floor under events.
func (w *sweeper) NextRetry(j *river.Job[sweep]) time.Time { return w.daemon.soon(j.Attempt) }

// soon is when work that failed is tried again: at first soon, then every quarter of an
// hour.
func (d *Daemon) soon(attempt int) time.Time {
	return d.Now().Add(min(time.Duration(attempt*attempt)*10*time.Second, 15*time.Minute))
}

type read struct {
	watch.Read
}

func (read) Kind() string                 { return "read" }
func (read) InsertOpts() river.InsertOpts { return once(job.Reads) }

type reader struct {
	river.WorkerDefaults[read]
	daemon *Daemon
}

// longest is how long a job may take whose work follows the estate.
const longest = 6 * time.Hour

// Timeout implements river.Worker: an account may be large, and its cloud slow.
func (*reader) Timeout(*river.Job[read]) time.Duration { return longest }

// NextRetry keeps trying, as for a sweep.
func (w *reader) NextRetry(j *river.Job[read]) time.Time { return w.daemon.soon(j.Attempt) }

func (w *reader) Work(ctx context.Context, j *river.Job[read]) error {
	args := j.Args.Read
	args.Again = again(j.JobRow)
	return w.daemon.Watcher.ReadAccount(ctx, args)
}

// again reports whether a job was begun before: what it did then is not known.
func again(j *rivertype.JobRow) bool { return len(j.AttemptedBy) > 1 }

type reread struct {
	watch.Reread
}

func (reread) Kind() string { return "reread" }

func (reread) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: job.Events, Priority: 1, UniqueOpts: river.UniqueOpts{ByArgs: true}}
}

type rereader struct {
	river.WorkerDefaults[reread]
	daemon *Daemon
}

// Timeout implements river.Worker: a whole scope may have to be read.
func (*rereader) Timeout(*river.Job[reread]) time.Duration { return time.Hour }

func (w *rereader) Work(ctx context.Context, j *river.Job[reread]) error {
	args := j.Args.Reread
	args.Again = again(j.JobRow)
	err := w.daemon.Watcher.RereadScope(ctx, args)
	if errors.Is(err, watch.ErrEarly) {
		return river.JobSnooze(early)
	}
	return err
}

// early is when a reading is tried again that came before the first of its scope.
const early = 5 * time.Second

// NextRetry tries soon: a change waits to be seen.
func (w *rereader) NextRetry(j *river.Job[reread]) time.Time {
	return w.daemon.Now().Add(min(time.Duration(j.Attempt*j.Attempt)*time.Second, 5*time.Minute))
}
