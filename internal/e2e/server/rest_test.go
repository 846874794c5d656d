//go:build unix

package server_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/stance-sec/stance/internal/store"
	"github.com/stance-sec/stance/internal/store/postgres"
	"github.com/stance-sec/stance/internal/store/sqlite"
)

// open opens what the server keeps.
func (s *setup) open(t *testing.T) store.Store {
	t.Helper()
	var kept store.Store
	var err error
	if s.database != "" {
		kept, err = postgres.Open(t.Context(), s.database)
	} else {
		kept, err = sqlite.Open(t.Context(), filepath.Join(s.data, "stance.db"), sqlite.Options{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

// jobs returns the kinds of jobs that wait or run, but for those that the clock asks for.
func (s *setup) jobs(ctx context.Context) ([]string, error) {
	driver, address := "sqlite", "file:"+filepath.Join(s.data, "queue.db")+"?mode=ro&_pragma=busy_timeout(10000)"
	if s.database != "" {
		driver, address = "pgx", s.database
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	rows, err := db.QueryContext(ctx, `SELECT kind || ' ' || state FROM river_job
		WHERE state NOT IN ('completed', 'cancelled', 'discarded') AND kind IN ('sweep', 'read', 'reread', 'review') ORDER BY id`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var list []string
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, rows.Err()
}

// rest waits until nothing is left to do: no message, no job, nobody to tell, twice in a
// row, with everything read and judged.
func (s *setup) rest(t *testing.T, c *cloud, within time.Duration) {
	t.Helper()
	end, quiet, why := time.Now().Add(within), 0, ""
	for time.Now().Before(end) {
		if why = s.unrest(t, c); why != "" {
			quiet = 0
		} else if quiet++; quiet == 3 {
			return
		}
		time.Sleep(time.Second)
	}
	t.Fatalf("there is no rest within %s: %s", within, why)
}

// unrest says what is left to do; empty for nothing.
func (s *setup) unrest(t *testing.T, c *cloud) string {
	ctx := t.Context()
	if s.queue != "" {
		if n, err := c.depth(ctx, s.queue); err != nil || n > 0 {
			return fmt.Sprintf("%d messages, %v", n, err)
		}
	}
	jobs, err := s.jobs(ctx)
	if err != nil || len(jobs) > 0 {
		return fmt.Sprintf("jobs %v, %v", jobs, err)
	}
	kept := s.open(t)
	defer func() { _ = kept.Close() }()
	for _, a := range c.accounts {
		if at, err := kept.Setting(ctx, "read:aws:"+a.id); err != nil || at == nil {
			return fmt.Sprintf("account %s was not read, %v", a.id, err)
		}
	}
	if course, err := kept.Course(ctx, "", time.Time{}, time.Time{}); err != nil || len(course) == 0 {
		return fmt.Sprintf("nothing was reviewed, %v", err)
	}
	if pending, err := kept.Pending(ctx, 10); err != nil || len(pending) > 0 {
		return fmt.Sprintf("transitions %v, %v", pending, err)
	}
	waiting, err := kept.Deliveries(ctx, "waiting", store.PageRequest{})
	if err != nil || len(waiting.Items) > 0 {
		return fmt.Sprintf("%d deliveries wait, %v", len(waiting.Items), err)
	}
	return ""
}
