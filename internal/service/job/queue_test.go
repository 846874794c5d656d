package job_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/job"
)

// count is a job that counts, and fails as often as it is told.
type count struct {
	Name  string `json:"name" river:"unique"`
	Fails int    `json:"fails"`
}

func (count) Kind() string { return "count" }

func (count) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: job.Events, UniqueOpts: river.UniqueOpts{ByArgs: true}}
}

type counter struct {
	river.WorkerDefaults[count]
	done  atomic.Int64
	begun chan string
}

func (c *counter) Work(_ context.Context, j *river.Job[count]) error {
	if c.begun != nil {
		c.begun <- j.Args.Name
	}
	if j.Attempt <= j.Args.Fails {
		return errors.New("not yet")
	}
	c.done.Add(1)
	return nil
}

func (c *counter) NextRetry(*river.Job[count]) time.Time { return time.Now() }

func open(t *testing.T, path string, c *counter) *job.Queue {
	t.Helper()
	o := job.Options{}
	if c != nil {
		o.Workers = river.NewWorkers()
		river.AddWorker(o.Workers, c)
	}
	q, err := job.OpenSQLite(context.Background(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func put(t *testing.T, q *job.Queue, args count) bool {
	t.Helper()
	fresh, err := q.Put(context.Background(), args)
	if err != nil {
		t.Fatal(err)
	}
	return fresh
}

func TestTheSameWorkWaitsOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "queue.db")
	q := open(t, path, nil)
	for i, want := range []bool{true, false, false} {
		if fresh := put(t, q, count{Name: "a"}); fresh != want {
			t.Errorf("put %d is new: %v", i, fresh)
		}
	}
	if !put(t, q, count{Name: "b"}) {
		t.Error("other work is taken for the same")
	}
	if err := q.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}

	c := &counter{begun: make(chan string, 8)}
	q = open(t, path, c) // what waited survives the process
	if err := q.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		select {
		case <-c.begun:
		case <-time.After(20 * time.Second):
			t.Fatal("a job was never begun")
		}
	}
	if err := q.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	if c.done.Load() != 2 {
		t.Errorf("%d jobs were done", c.done.Load())
	}
}

func TestFailedWorkIsTriedAgainAndListed(t *testing.T) {
	t.Parallel()
	c := &counter{begun: make(chan string, 8)}
	q := open(t, filepath.Join(t.TempDir(), "queue.db"), c)
	put(t, q, count{Name: "flaky", Fails: 2})
	if err := q.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		select {
		case <-c.begun:
		case <-time.After(20 * time.Second):
			t.Fatal("it was not tried again")
		}
	}
	rows := settled(t, q)
	if len(rows) != 1 || rows[0].State != "completed" || rows[0].Attempt != 3 || rows[0].Error != "not yet" {
		t.Errorf("the list says %+v", rows)
	}
	if _, err := q.Cancel(context.Background(), 999); estate.CodeOf(err) != estate.CodeNotFound {
		t.Errorf("cancelling what is not there says %v", err)
	}
	if err := q.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// settled waits until no job is on its way.
func settled(t *testing.T, q *job.Queue) []job.Row {
	t.Helper()
	for range 200 {
		rows, _, err := q.List(context.Background(), job.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		open := 0
		for _, r := range rows {
			if r.Ended.IsZero() {
				open++
			}
		}
		if open == 0 {
			return rows
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("jobs never end")
	return nil
}

func TestPagesOfJobs(t *testing.T) {
	t.Parallel()
	q := open(t, filepath.Join(t.TempDir(), "queue.db"), nil)
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		put(t, q, count{Name: name})
	}
	seen, after := map[int64]bool{}, ""
	for range 4 {
		rows, next, err := q.List(context.Background(), job.Filter{Limit: 2, After: after})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if seen[r.ID] {
				t.Errorf("job %d is on two pages", r.ID)
			}
			seen[r.ID] = true
		}
		if after = next; after == "" {
			break
		}
	}
	if len(seen) != 5 {
		t.Errorf("the pages hold %d jobs", len(seen))
	}
	if _, _, err := q.List(context.Background(), job.Filter{After: "x"}); estate.CodeOf(err) != estate.CodeInvalid {
		t.Errorf("a broken cursor says %v", err)
	}
	if err := q.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// TestAKilledProcessLeavesNothing finds a job that runs in the file of a process that is
// no more.
func TestAKilledProcessLeavesNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "queue.db")
	q := open(t, path, nil)
	put(t, q, count{Name: "a"})
	if err := q.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`UPDATE river_job SET state = 'running', attempt = 1, attempted_at = datetime('now')`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	c := &counter{begun: make(chan string, 8)}
	q = open(t, path, c)
	if err := q.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	select {
	case <-c.begun:
	case <-time.After(time.Minute):
		t.Error("it is not begun again")
	}
	if err := q.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
}
