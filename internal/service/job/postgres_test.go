//go:build unix

package job_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"

	"github.com/stance-sec/stance/internal/service/job"
	"github.com/stance-sec/stance/internal/store/postgres/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func pool(t testing.TB, url string) *pgxpool.Pool {
	t.Helper()
	p, err := pgxpool.New(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// TestJobsOfTheDead leaves a job with a worker that holds no lock, and one with a worker
// that does.
func TestJobsOfTheDead(t *testing.T) {
	db := pool(t, pgtest.Database(t))
	t.Parallel()
	c := &counter{begun: make(chan string, 8)}
	o := job.Options{Workers: river.NewWorkers()}
	river.AddWorker(o.Workers, c)
	q, err := job.OpenPostgres(t.Context(), db, o)
	if err != nil {
		t.Fatal(err)
	}
	put(t, q, count{Name: "dead"})
	put(t, q, count{Name: "alive"})
	ctx := t.Context()
	for name, by := range map[string]string{"dead": "{before,nobody}", "alive": "{nobody,somebody}"} {
		if _, err := db.Exec(ctx, `UPDATE river_job SET state = 'running', attempt = 1, attempted_at = now() - interval '1 minute', attempted_by = $1 WHERE args->>'name' = $2`, by, name); err != nil {
			t.Fatal(err)
		}
	}
	conn, err := db.Acquire(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock_shared(1937006958, hashtext('somebody'))`); err != nil {
		t.Fatal(err)
	}
	if err := q.Start(ctx); err != nil {
		t.Fatal(err)
	}
	select {
	case name := <-c.begun:
		if name != "dead" {
			t.Errorf("the job of a worker that lives is done again")
		}
	case <-time.After(time.Minute):
		t.Error("the job of a dead worker is not done again")
	}
	if err := q.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	if len(c.begun) > 0 {
		t.Errorf("%s is done, too", <-c.begun)
	}
}

func TestManyOpenAtOnce(t *testing.T) {
	db := pool(t, pgtest.Database(t))
	t.Parallel()
	errs := make([]error, 4)
	var group sync.WaitGroup
	for i := range errs {
		group.Go(func() {
			q, err := job.OpenPostgres(t.Context(), db, job.Options{})
			if errs[i] = err; err == nil {
				errs[i] = q.Stop(context.Background())
			}
		})
	}
	group.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
}

// nothing is a job that does nothing.
type nothing struct {
	N int `json:"n"`
}

func (nothing) Kind() string { return "nothing" }

func (nothing) InsertOpts() river.InsertOpts { return river.InsertOpts{Queue: job.Events} }

type idler struct {
	river.WorkerDefaults[nothing]
	left atomic.Int64
	done chan struct{}
}

func (w *idler) Work(context.Context, *river.Job[nothing]) error {
	if w.left.Add(-1) == 0 {
		close(w.done)
	}
	return nil
}

// BenchmarkJobs does jobs that do nothing, with several workers on one PostgreSQL.
func BenchmarkJobs(b *testing.B) {
	const jobs = 20_000
	for _, workers := range []int{1, 2, 4} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				url := pgtest.Database(b)
				w := &idler{done: make(chan struct{})}
				w.left.Store(jobs)
				var queues []*job.Queue
				for range workers {
					o := job.Options{Workers: river.NewWorkers(), Events: 32}
					river.AddWorker(o.Workers, w)
					q, err := job.OpenPostgres(b.Context(), pool(b, url), o)
					if err != nil {
						b.Fatal(err)
					}
					queues = append(queues, q)
				}
				if _, err := pool(b, url).Exec(b.Context(), `INSERT INTO river_job (args, kind, max_attempts, queue, state)
					SELECT jsonb_build_object('n', n), 'nothing', 25, 'events', 'available' FROM generate_series(1, $1) n`, jobs); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				for _, q := range queues {
					if err := q.Start(b.Context()); err != nil {
						b.Fatal(err)
					}
				}
				<-w.done
				b.StopTimer()
				for _, q := range queues {
					if err := q.Stop(context.Background()); err != nil {
						b.Fatal(err)
					}
				}
				b.StartTimer()
			}
			b.ReportMetric(float64(jobs)*float64(b.N)/b.Elapsed().Seconds(), "jobs/s")
		})
	}
}
