package run_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store/run"
)

func scopeOf(n int) estate.Scope {
	return estate.Scope{Cloud: estate.AWS, Account: fmt.Sprintf("%012d", n), Region: "eu-west-1", Type: "aws_s3_bucket"}
}

func started() time.Time { return time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC) }

func meta() run.Meta {
	return run.Meta{Tool: "stance", Version: "1.2.3", Started: started(), Command: []string{"stance", "scan", "aws"}}
}

func create(t *testing.T) (*run.Writer, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	w, err := run.Create(dir, meta())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() }) // tests that care close it themselves
	return w, dir
}

func line(t testing.TB, id, note string) []byte {
	t.Helper()
	data, err := json.Marshal(estate.Resource{ID: id, Type: "aws_s3_bucket", Config: json.RawMessage(fmt.Sprintf("{\"note\":%q}", note))})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func begin(t testing.TB, w *run.Writer, scope estate.Scope) *run.ScopeWriter {
	t.Helper()
	s, err := w.Begin(scope)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func add(t testing.TB, s *run.ScopeWriter, ids ...string) {
	t.Helper()
	for _, id := range ids {
		if err := s.Add(id, line(t, id, "")); err != nil {
			t.Fatal(err)
		}
	}
}

func ok(scope estate.Scope, resources int) estate.Coverage {
	return estate.Coverage{Scope: scope, Status: estate.CoverageOK, Resources: resources, Calls: 1, Read: started()}
}

func commit(t testing.TB, s *run.ScopeWriter, c estate.Coverage) {
	t.Helper()
	if err := s.Commit(c); err != nil {
		t.Fatal(err)
	}
}

// write commits a scope that holds the ids.
func write(t testing.TB, w *run.Writer, scope estate.Scope, ids ...string) {
	t.Helper()
	s := begin(t, w, scope)
	add(t, s, ids...)
	commit(t, s, ok(scope, len(ids)))
}

func finish(t testing.TB, w *run.Writer) {
	t.Helper()
	if err := w.Finish(started().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB, dir string) *run.Reader {
	t.Helper()
	r, err := run.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func ids(t testing.TB, r *run.Reader, scope estate.Scope) []string {
	t.Helper()
	var got []string
	err := r.Each(scope, func(line []byte) error {
		var resource estate.Resource
		if err := json.Unmarshal(line, &resource); err != nil {
			return err
		}
		got = append(got, resource.ID)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	w, dir := create(t)
	write(t, w, scopeOf(2), "b", "a", "c", "a")
	write(t, w, scopeOf(1))
	failed := estate.Coverage{Scope: scopeOf(3), Status: estate.CoverageFailed, Reason: estate.Denied, Permissions: []string{"s3:ListAllMyBuckets"}, Read: started()}
	commit(t, begin(t, w, scopeOf(3)), failed)
	finish(t, w)

	r := open(t, dir)
	if diff := cmp.Diff([]estate.Coverage{ok(scopeOf(1), 0), ok(scopeOf(2), 4), failed}, r.Coverage()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, ids(t, r, scopeOf(2))); diff != "" {
		t.Error(diff)
	}
	if r.Interrupted() || !r.Meta().Finished.Equal(started().Add(time.Minute)) {
		t.Errorf("meta %+v", r.Meta())
	}
	if err := r.Verify(); err != nil {
		t.Error(err)
	}
}

func TestLaterAttemptReplaces(t *testing.T) {
	t.Parallel()
	w, dir := create(t)
	write(t, w, scopeOf(1), "old-1", "old-2")
	dropped := begin(t, w, scopeOf(1))
	add(t, dropped, "dropped")
	if err := dropped.Abort(); err != nil {
		t.Fatal(err)
	}
	write(t, w, scopeOf(1), "new")
	finish(t, w)
	if diff := cmp.Diff([]string{"new"}, ids(t, open(t, dir), scopeOf(1))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"new"}, bareIDs(t, dir)); diff != "" {
		t.Errorf("the bare file shows what does not count:\n%s", diff)
	}
}

// bareIDs reads the resource file as zstd -dc does.
func bareIDs(t *testing.T, dir string) []string {
	t.Helper()
	file, err := os.Open(filepath.Join(dir, "resources.jsonl.zst"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unpacked, err := zstd.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer unpacked.Close()
	var got []string
	dec := json.NewDecoder(unpacked)
	for dec.More() {
		var resource estate.Resource
		if err := dec.Decode(&resource); err != nil {
			t.Fatal(err)
		}
		got = append(got, resource.ID)
	}
	return got
}

func TestManyFramesComeOutSorted(t *testing.T) {
	t.Parallel()
	note := strings.Repeat("x", 9000)
	for name, count := range map[string]int{"few_frames": 600, "more_frames_than_are_merged_at_once": 6000} {
		for _, order := range []string{"sorted", "shuffled"} {
			t.Run(name+"_"+order, func(t *testing.T) {
				t.Parallel()
				w, dir := create(t)
				s := begin(t, w, scopeOf(1))
				want := make([]string, count)
				for i := range want {
					want[i] = fmt.Sprintf("id-%06d", i)
				}
				added := append([]string{}, want...)
				if order == "shuffled" {
					rand.New(rand.NewPCG(1, 2)).Shuffle(count, func(i, j int) { added[i], added[j] = added[j], added[i] })
					added = append(added, want[:50]...) // some come twice
				}
				for _, id := range added {
					if err := s.Add(id, line(t, id, note)); err != nil {
						t.Fatal(err)
					}
				}
				commit(t, s, ok(scopeOf(1), count))
				finish(t, w)
				if diff := cmp.Diff(want, ids(t, open(t, dir), scopeOf(1))); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

func TestConcurrentScopes(t *testing.T) {
	t.Parallel()
	w, dir := create(t)
	var group sync.WaitGroup
	for n := range 20 {
		s := begin(t, w, scopeOf(n))
		var adding sync.WaitGroup
		for part := range 4 {
			adding.Go(func() {
				for i := range 100 {
					id := fmt.Sprintf("%02d-%d-%03d", n, part, i)
					if err := s.Add(id, line(t, id, strings.Repeat("y", 3000))); err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Go(func() {
			adding.Wait()
			if err := s.Commit(ok(scopeOf(n), 400)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	finish(t, w)
	r := open(t, dir)
	total := 0
	err := r.Lines(func(s estate.Scope) bool { return s != scopeOf(7) }, func(s estate.Scope, line []byte) error {
		total++
		return nil
	})
	if err != nil || total != 19*400 {
		t.Errorf("%d lines, %v", total, err)
	}
}

func TestWrongUse(t *testing.T) {
	t.Parallel()
	w, dir := create(t)
	s := begin(t, w, scopeOf(1))
	for name, bad := range map[string]error{
		"line without id":   s.Add("a", []byte(`{"type":"x"}`)),
		"other id":          s.Add("a", line(t, "b", "")),
		"two lines":         s.Add("a", append(line(t, "a", ""), "\n{}"...)),
		"other scope":       s.Commit(ok(scopeOf(2), 0)),
		"created twice":     second(run.Create(dir, meta())),
		"resumed meanwhile": second(run.Resume(dir)),
		"open nothing":      third(run.Open(t.TempDir())),
		"resume nothing":    second(run.Resume(t.TempDir())),
	} {
		if bad == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := second(run.Resume(dir)); estate.HintOf(err) == "" {
		t.Errorf("no hint in %v", err)
	}
}

func second(_ *run.Writer, err error) error { return err }
func third(_ *run.Reader, err error) error  { return err }

func TestKeepsNoSecret(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "run")
	m := meta()
	m.Command = []string{"stance", "--external-id", "hush1", "--token=hush2", "--endpoint", "https://me:hush3@host/x", "--proxy=http://u:hush4@p", "--org"}
	m.Asked = map[string][]string{"external-id": {"hush5"}, "endpoint": {"https://u:hush6@host"}, "regions": {"eu-west-1"}}
	w, err := run.Create(dir, m)
	if err != nil {
		t.Fatal(err)
	}
	finish(t, w)
	data, err := os.ReadFile(filepath.Join(dir, "run.json"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(data, []byte("hush")) {
		t.Errorf("%s", data)
	}
	if !bytes.Contains(data, []byte("eu-west-1")) || !bytes.Contains(data, []byte("--org")) {
		t.Errorf("too much is gone: %s", data)
	}
}
