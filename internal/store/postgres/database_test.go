//go:build unix

package postgres_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
	"github.com/stance-sec/stance/internal/store/postgres"
	"github.com/stance-sec/stance/internal/store/postgres/pgtest"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var scope = estate.Scope{Cloud: estate.AWS, Account: "1", Region: "eu-west-1", Type: "aws_s3_bucket"}

var day0 = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// fill reads a scope of hostile names.
func fill(ctx context.Context, s store.Store, n int, when time.Time) error {
	w, err := s.Begin(ctx, scope, store.Cause{Run: "run"})
	if err != nil {
		return err
	}
	for i := range n {
		id := fmt.Sprintf("id\n\t\\.%d\\N", i)
		if err := w.Add(id, fmt.Appendf(nil, `{"id":"x","name":"\\.\n%d","config":{"n":%d}}`, i, i)); err != nil {
			return err
		}
	}
	_, err = w.Commit(ctx, estate.Coverage{Scope: scope, Status: estate.CoverageOK, Resources: n, Read: when})
	return err
}

func TestABackupIsRestored(t *testing.T) {
	s, err := postgres.Open(t.Context(), pgtest.Database(t))
	must(t, err)
	must(t, fill(t.Context(), s, 300, day0))
	_, err = s.Append(t.Context(), store.Entry{At: day0, Actor: "eve", Action: "x"})
	must(t, err)
	var copied bytes.Buffer
	must(t, s.Backup(t.Context(), &copied))
	ids, err := s.IDs(t.Context(), scope)
	must(t, err)
	must(t, s.Close())

	url := pgtest.Database(t)
	must(t, postgres.Restore(t.Context(), url, bytes.NewReader(copied.Bytes())))
	restored, err := postgres.Open(t.Context(), url)
	must(t, err)
	got, err := restored.IDs(t.Context(), scope)
	must(t, err)
	if len(got) != 300 || strings.Join(got, "|") != strings.Join(ids, "|") {
		t.Errorf("%d ids came back", len(got))
	}
	must(t, fill(t.Context(), restored, 310, day0.Add(time.Minute))) // numbers of rows go on
	e, err := restored.Append(t.Context(), store.Entry{At: day0, Actor: "eve", Action: "x"})
	must(t, err)
	broken, err := restored.Verify(t.Context())
	must(t, err)
	if broken != nil || e.Seq != 2 {
		t.Errorf("the audit log goes on as %+v, %+v does not fit", e, broken)
	}
	must(t, restored.Close())

	if err := postgres.Restore(t.Context(), url, bytes.NewReader(copied.Bytes())); estate.CodeOf(err) != estate.CodeInvalid {
		t.Errorf("a store was written over: %v", err)
	}
	for _, bad := range [][]byte{nil, []byte("hello"), copied.Bytes()[:copied.Len()/2]} {
		if err := postgres.Restore(t.Context(), pgtest.Database(t), bytes.NewReader(bad)); err == nil {
			t.Errorf("%d bytes were restored", len(bad))
		}
	}
}

func TestManyStartAtOnce(t *testing.T) {
	url := pgtest.Database(t)
	var wait sync.WaitGroup
	for range 6 {
		wait.Go(func() {
			s, err := postgres.Open(t.Context(), url)
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
}

func TestANewerDatabaseIsRefused(t *testing.T) {
	url := pgtest.Database(t)
	s, err := postgres.Open(t.Context(), url)
	must(t, err)
	must(t, s.Close())
	db, err := sql.Open("pgx", url)
	must(t, err)
	_, err = db.Exec(`INSERT INTO stance.schema_version (version) VALUES (999)`)
	must(t, err)
	must(t, db.Close())
	if _, err = postgres.Open(t.Context(), url); estate.CodeOf(err) != estate.CodeInvalid || !strings.Contains(err.Error(), "999") {
		t.Errorf("the error is %v", err)
	}
}

func TestPasswordsAreInNoError(t *testing.T) {
	for _, url := range []string{"postgres://u:hunter2@%zz/db", "postgres://u:hunter2@127.0.0.1:1/db?connect_timeout=1"} {
		if _, err := postgres.Open(t.Context(), url); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the error is %v", err)
		}
	}
}
