package daemon

import (
	"context"
	"time"

	"github.com/riverqueue/river"

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

func (w *sweeper) Work(ctx context.Context, j *river.Job[sweep]) error {
	asked := j.CreatedAt.UTC()
	return w.daemon.Watcher.Sweep(ctx, j.Args.Class, asked.Format("20060102T150405Z")+"-"+string(j.Args.Class), asked.Add(-j.Args.Spare))
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

func (w *reader) Work(ctx context.Context, j *river.Job[read]) error {
	return w.daemon.Watcher.ReadAccount(ctx, j.Args.Read)
}

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

func (w *rereader) Work(ctx context.Context, j *river.Job[reread]) error {
	return w.daemon.Watcher.RereadScope(ctx, j.Args.Reread)
}

// NextRetry tries soon: a change waits to be seen.
func (w *rereader) NextRetry(j *river.Job[reread]) time.Time {
	return w.daemon.Now().Add(min(time.Duration(j.Attempt*j.Attempt)*time.Second, 5*time.Minute))
}
