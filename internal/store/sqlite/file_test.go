package sqlite_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
	"github.com/stance-sec/stance/internal/store/sqlite"
)

var scope = estate.Scope{Cloud: estate.AWS, Account: "1", Region: "eu-west-1", Type: "aws_s3_bucket"}

var day0 = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// fill reads a scope of so many resources, all of one generation.
func fill(ctx context.Context, s store.Store, n, generation int, when time.Time) (store.Delta, error) {
	w, err := s.Begin(ctx, scope, store.Cause{Run: "run"})
	if err != nil {
		return store.Delta{}, err
	}
	for i := range n {
		id := fmt.Sprintf("id-%06d", i)
		if err := w.Add(id, fmt.Appendf(nil, `{"id":%q,"name":%q,"config":{"generation":%d}}`, id, id, generation)); err != nil {
			return store.Delta{}, err
		}
	}
	return w.Commit(ctx, estate.Coverage{Scope: scope, Status: estate.CoverageOK, Resources: n, Read: when})
}

// generations counts the resources of each generation that the store holds.
func generations(t *testing.T, s store.Store) map[string]int {
	t.Helper()
	n, err := s.Snapshot(t.Context(), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = n.Close() }()
	counts := map[string]int{}
	if err := n.Each(scope, func(line []byte) error {
		_, generation, _ := bytes.Cut(line, []byte(`"generation":`))
		counts[strings.Trim(string(generation), "}")]++
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return counts
}

func path(t *testing.T) string { return filepath.Join(t.TempDir(), "store.db") }

func mustOpen(t *testing.T, path string) store.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestOthersCannotReadTheFile(t *testing.T) {
	name := path(t)
	s := mustOpen(t, name)
	_, err := fill(t.Context(), s, 1, 1, day0)
	must(t, err)
	files, err := filepath.Glob(name + "*")
	must(t, err)
	if len(files) < 2 {
		t.Errorf("there are only %v", files)
	}
	for _, f := range files {
		info, err := os.Stat(f)
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the mode %v", f, info.Mode())
		}
	}
	must(t, s.Close())
}

// content is a sum of the rows of every table but for the line of the ledger.
func content(t *testing.T, name string) map[string]string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+name+"?mode=ro")
	must(t, err)
	defer func() { _ = db.Close() }()
	sums := map[string]string{}
	rows, err := db.Query(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('scope', 'sqlite_sequence')`)
	must(t, err)
	for rows.Next() {
		var table string
		must(t, rows.Scan(&table))
		sums[table] = ""
	}
	must(t, rows.Err())
	for table := range sums {
		sums[table] = sumOf(t, db, table)
	}
	return sums
}

func sumOf(t *testing.T, db *sql.DB, table string) string {
	t.Helper()
	rows, err := db.Query(`SELECT * FROM ` + table)
	must(t, err)
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	must(t, err)
	h := sha256.New()
	for rows.Next() {
		row := make([]any, len(columns))
		for i := range row {
			row[i] = new(any)
		}
		must(t, rows.Scan(row...))
		for i := range row {
			fmt.Fprintf(h, "%v|", *row[i].(*any))
		}
	}
	must(t, rows.Err())
	return fmt.Sprintf("%x", h.Sum(nil))
}

func TestAnUnchangedEstateWritesALinePerScope(t *testing.T) {
	name := path(t)
	s := mustOpen(t, name)
	finding := estate.Finding{Key: "k", Check: "c", Status: estate.Fail, Severity: estate.High, Resource: estate.Ref{ID: "id-000001", Account: "1"}}
	pass := func(minute int) {
		when := day0.Add(time.Duration(minute) * time.Minute)
		_, err := fill(t.Context(), s, 100, 1, when)
		must(t, err)
		must(t, s.Mean(t.Context(), []store.Meaning{{Key: store.Key{Account: "1", ID: "id-000001"}, Owner: "red"}}))
		_, err = s.Judge(t.Context(), store.Judged{Account: "1", At: when, Whole: true, Keys: []store.Key{{Account: "1", ID: "id-000001"}}, Findings: []estate.Finding{finding}, Counts: map[string]store.Verdicts{"c": {Fail: 1}}})
		must(t, err)
		_, err = s.Rank(t.Context(), store.Ranked{At: when, Priorities: estate.Priorities{Issues: []estate.Issue{{Key: "i", Score: estate.Score{Value: 3}}}}})
		must(t, err)
	}
	pass(1)
	before := content(t, name)
	pass(2)
	after := content(t, name)
	for table, sum := range before {
		if after[table] != sum && table != "sequence" {
			t.Errorf("the second pass wrote to %s", table)
		}
	}
	_, err := fill(t.Context(), s, 100, 2, day0.Add(time.Hour))
	must(t, err)
	if content(t, name)["resource"] == after["resource"] {
		t.Error("a change does not show in the sums")
	}
	must(t, s.Close())
}

func TestANewerDatabaseIsRefused(t *testing.T) {
	name := path(t)
	must(t, mustOpen(t, name).Close())
	db, err := sql.Open("sqlite", name)
	must(t, err)
	_, err = db.Exec(`INSERT INTO schema_version (version) VALUES (999)`)
	must(t, err)
	must(t, db.Close())
	_, err = sqlite.Open(t.Context(), name, sqlite.Options{})
	if estate.CodeOf(err) != estate.CodeInvalid || !strings.Contains(err.Error(), "999") || estate.HintOf(err) == "" {
		t.Errorf("the error is %v", err)
	}
}

func TestManyStartAtOnce(t *testing.T) {
	name := path(t)
	var wait sync.WaitGroup
	for range 6 {
		wait.Go(func() {
			s, err := sqlite.Open(t.Context(), name, sqlite.Options{})
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

func TestABackupIsRestored(t *testing.T) {
	s := mustOpen(t, path(t))
	_, err := fill(t.Context(), s, 500, 1, day0)
	must(t, err)
	var copied bytes.Buffer
	must(t, s.Backup(t.Context(), &copied))
	_, err = fill(t.Context(), s, 500, 2, day0.Add(time.Minute))
	must(t, err)
	must(t, s.Close())
	name := path(t)
	must(t, sqlite.Restore(t.Context(), name, bytes.NewReader(copied.Bytes())))
	restored := mustOpen(t, name)
	if got := generations(t, restored); got["1"] != 500 || len(got) != 1 {
		t.Errorf("it holds %v", got)
	}
	must(t, restored.Close())
	if err := sqlite.Restore(t.Context(), name, bytes.NewReader(copied.Bytes())); estate.CodeOf(err) != estate.CodeInvalid {
		t.Errorf("a file was replaced: %v", err)
	}
	for _, bad := range [][]byte{nil, []byte("hello"), copied.Bytes()[:copied.Len()/2]} {
		other := path(t)
		if err := sqlite.Restore(t.Context(), other, bytes.NewReader(bad)); err == nil {
			t.Errorf("%d bytes were restored", len(bad))
		}
		if _, err := os.Stat(other); err == nil {
			t.Error("a broken backup left a file")
		}
	}
}

// TestAKillLeavesTheOldScopeWhole kills a process that writes, again and again, and looks
// at what it left.
func TestAKillLeavesTheOldScopeWhole(t *testing.T) {
	if name := os.Getenv("STANCE_STORE_VICTIM"); name != "" {
		s := mustOpen(t, name)
		for generation := 1; ; generation++ {
			if _, err := fill(t.Context(), s, 300, generation, day0.Add(time.Duration(generation)*time.Minute)); err != nil {
				t.Fatal(err)
			}
			fmt.Println(generation)
		}
	}
	name := path(t)
	for round := range 8 {
		victim := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^"+t.Name()+"$")
		victim.Env = append(os.Environ(), "STANCE_STORE_VICTIM="+name)
		out, err := victim.StdoutPipe()
		must(t, err)
		must(t, victim.Start())
		_, err = out.Read(make([]byte, 1)) // it has committed at least once
		must(t, err)
		time.Sleep(time.Duration(round*7) * time.Millisecond)
		must(t, victim.Process.Kill())
		_ = victim.Wait()
		s := mustOpen(t, name)
		got := generations(t, s)
		if len(got) != 1 {
			t.Errorf("the scope is a mixture: %v", got)
		}
		for _, n := range got {
			if n != 300 {
				t.Errorf("%d of 300 resources are left", n)
			}
		}
		tally, err := s.Tally(t.Context(), store.Visible{}, "type")
		must(t, err)
		if len(tally) != 1 || tally[0].Count != 300 {
			t.Errorf("the counter says %v", tally)
		}
		must(t, s.Close())
	}
}
