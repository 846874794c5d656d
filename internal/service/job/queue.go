package job

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"log/slog"
	"os"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"
	_ "modernc.org/sqlite" // the driver of the queue's file

	"github.com/stance-sec/stance/internal/estate"
)

// The queues. Each has its own workers, so that long readings never stand before a change.
const (
	Reads  = "reads"  // readings of whole accounts
	Events = "events" // targeted readings and the judging of changes
	Alerts = "alerts" // routing and delivering
	Review = "review" // judging everything, housekeeping
)

// Options tune a queue.
type Options struct {
	// Workers do the work; nil for a process that only puts jobs in.
	Workers *river.Workers
	// Reads, Events and Alerts are how many jobs of each queue run at once in this
	// process; 0 means 2, 8 and 8. Of reviews it is one.
	Reads, Events, Alerts int
	// Periodic is what is put in by the clock.
	Periodic []*river.PeriodicJob
	// Rescue is how long a job may take whose worker says nothing else, and after how long
	// one of a worker that lives but forgot it is done again; 0 means five minutes. Jobs of
	// dead workers are done again at once.
	Rescue time.Duration
	Logger *slog.Logger
}

// client is what a River client of either database offers.
type client interface {
	Insert(ctx context.Context, args river.JobArgs, opts *river.InsertOpts) (*rivertype.JobInsertResult, error)
	InsertMany(ctx context.Context, params []river.InsertManyParams) ([]*rivertype.JobInsertResult, error)
	JobList(ctx context.Context, params *river.JobListParams) (*river.JobListResult, error)
	JobGet(ctx context.Context, id int64) (*rivertype.JobRow, error)
	JobCancel(ctx context.Context, id int64) (*rivertype.JobRow, error)
	JobRetry(ctx context.Context, id int64) (*rivertype.JobRow, error)
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
	StopAndCancel(ctx context.Context) error
}

// Queue keeps jobs until they are done. It may be used concurrently.
type Queue struct {
	client client
	works  bool
	// revive has the jobs of dead workers done again, and goes on to do so until ctx ends.
	revive func(ctx context.Context) error
	close  func()
}

// OpenSQLite opens the queue in a file, which is made when it is not there. One process
// may have it open.
func OpenSQLite(ctx context.Context, path string, o Options) (*Queue, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, estate.Errorf(estate.CodeIO, "open the queue", "%w", err)
	}
	if err := file.Close(); err != nil {
		return nil, estate.Errorf(estate.CodeIO, "open the queue", "%w", err)
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)&_txlock=immediate")
	if err != nil {
		return nil, estate.Errorf(estate.CodeIO, "open the queue", "%w", err)
	}
	db.SetMaxOpenConns(1) // River's advice for SQLite
	q, err := open(ctx, riversqlite.New(db), o, "")
	if err != nil {
		_ = db.Close()
		return nil, err
	}
	q.close = func() { _ = db.Close() }
	q.revive = func(ctx context.Context) error { // whoever ran them is no more
		_, err := db.ExecContext(ctx, `UPDATE river_job SET state = 'available' WHERE state = 'running'`)
		return err
	}
	return q, nil
}

// OpenPostgres opens the queue in a PostgreSQL database. The pool stays the caller's.
func OpenPostgres(ctx context.Context, pool *pgxpool.Pool, o Options) (*Queue, error) {
	release, err := alone(ctx, pool.Config().ConnConfig)
	if err != nil {
		return nil, estate.Errorf(estate.CodeIO, "open the queue", "the database does not answer")
	}
	defer release()
	id := "stance-" + rand.Text()
	q, err := open(ctx, riverpgxv5.New(pool), o, id)
	if err != nil {
		return nil, err
	}
	alive := &presence{config: pool.Config().ConnConfig, id: id, logger: cmp.Or(o.Logger, slog.New(slog.DiscardHandler))}
	q.revive, q.close = alive.begin, alive.end
	return q, nil
}

// Put adds a job. It reports false when the same work waits already.
func (q *Queue) Put(ctx context.Context, args river.JobArgs) (bool, error) {
	return q.PutAfter(ctx, args, time.Time{})
}

// PutAfter adds a job that is not begun before a moment.
func (q *Queue) PutAfter(ctx context.Context, args river.JobArgs, moment time.Time) (bool, error) {
	result, err := q.client.Insert(ctx, args, &river.InsertOpts{ScheduledAt: moment})
	if err != nil {
		return false, estate.Errorf(estate.CodeIO, "queue "+args.Kind(), "%w", err)
	}
	return !result.UniqueSkippedAsDuplicate, nil
}

// Start begins to work, until Stop. A queue without workers does nothing.
func (q *Queue) Start(ctx context.Context) error {
	if !q.works {
		return nil
	}
	if err := q.revive(ctx); err != nil {
		return estate.Errorf(estate.CodeIO, "start the queue", "%w", err)
	}
	if err := q.client.Start(ctx); err != nil {
		return estate.Errorf(estate.CodeIO, "start the queue", "%w", err)
	}
	return nil
}

// Stop lets jobs that run come to their end, for as long as ctx allows, then cancels them,
// and closes the queue.
func (q *Queue) Stop(ctx context.Context) error {
	defer q.close()
	if !q.works {
		return nil
	}
	if err := q.client.Stop(ctx); err == nil {
		return nil
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopGrace)
	defer cancel()
	if err := q.client.StopAndCancel(last); err != nil {
		return estate.Errorf(estate.CodeIO, "stop the queue", "%w", err)
	}
	return nil
}

// stopGrace is how long a cancelled job has to notice.
const stopGrace = 5 * time.Second
