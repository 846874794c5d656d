package watch_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/posture"
	"github.com/stance-sec/stance/internal/service/watch"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/collect"
	"github.com/stance-sec/stance/internal/store"
	"github.com/stance-sec/stance/internal/store/sqlite"
)

var (
	noon  = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	scope = estate.Scope{Cloud: estate.AWS, Account: "1", Region: "eu-west-1", Type: "aws_s3_bucket"}
)

// world is a cloud of one scope, a keeper that notes, and a queue that notes.
type world struct {
	*watch.Watcher
	store    store.Store
	now      time.Time
	buckets  map[string]string // content by name
	wasRead  bool
	settled  []store.Delta
	reviews  int
	accounts []string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	w := &world{store: s, now: noon, buckets: map[string]string{"a": "1"}, wasRead: true, accounts: []string{"1"}}
	w.Watcher = &watch.Watcher{
		Clouds: []watch.Cloud{w}, Store: s, Keeper: w, Next: queue{w}, Now: func() time.Time { return w.now }, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	return w
}

func (*world) Cloud() estate.Cloud { return estate.AWS }

func (w *world) Accounts(context.Context) ([]string, error) { return w.accounts, nil }

func (w *world) Plan(context.Context, string, func(source.Info) bool) (collect.Plan, error) {
	return collect.Plan{Tasks: []collect.Task{{Scope: scope, Read: func(_ context.Context, emit func(*estate.Resource) error) error { return w.each(emit) }}}}, nil
}

func (w *world) Reread(_ context.Context, _ estate.Scope, names []string, emit func(*estate.Resource) error) (source.Found, error) {
	found := source.Found{Whole: true}
	for name := range w.buckets {
		found.IDs = append(found.IDs, name)
	}
	slices.Sort(found.IDs)
	return found, w.each(emit)
}

func (w *world) each(emit func(*estate.Resource) error) error {
	for name, content := range w.buckets {
		r := &estate.Resource{ID: name, Name: name, Type: scope.Type, Cloud: scope.Cloud, Account: scope.Account, Region: scope.Region, Config: []byte(`{"content":"` + content + `"}`)}
		if err := emit(r); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) Settle(_ context.Context, deltas []store.Delta, _ map[store.Key]store.Cause) (posture.Settled, error) {
	w.settled = append(w.settled, deltas...)
	return posture.Settled{}, nil
}

func (*world) Review(context.Context) (posture.Reviewed, error) { return posture.Reviewed{}, nil }

func (*world) ReadWhole(context.Context, estate.Cloud, string) error { return nil }

func (w *world) WasRead(context.Context, estate.Cloud, string) (bool, error) { return w.wasRead, nil }

func (*world) Overturn(context.Context) error { return nil }

// queue is the world as watch.Next.
type queue struct{ *world }

func (queue) Read(context.Context, watch.Read) error { return nil }

func (q queue) Review(context.Context, time.Time) error {
	q.reviews++
	return nil
}

func (queue) Route(context.Context) error { return nil }

func (w *world) read(t *testing.T, again bool) {
	t.Helper()
	if err := w.ReadAccount(t.Context(), watch.Read{Cloud: estate.AWS, Account: "1", Class: watch.Everything, Since: w.now, Again: again}); err != nil {
		t.Fatal(err)
	}
}

func (w *world) reread(t *testing.T, again bool) {
	t.Helper()
	if err := w.RereadScope(t.Context(), watch.Reread{Scope: scope, Again: again}); err != nil {
		t.Fatal(err)
	}
}

func (w *world) content(t *testing.T, id string) string {
	t.Helper()
	r, err := w.store.Resource(t.Context(), store.Visible{}, store.Key{Account: "1", ID: id}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return string(r.Body)
}

func TestAClockThatWentBackHidesNoChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.read(t, false)
	for i, step := range []time.Duration{-time.Hour, 2 * time.Hour, -3 * time.Hour} {
		w.now = w.now.Add(step)
		w.buckets["a"] = "after step " + string(rune('0'+i))
		w.reread(t, false)
		if got := w.content(t, "a"); !strings.Contains(got, w.buckets["a"]) {
			t.Errorf("at %s it is kept as %s", w.now, got)
		}
	}
}

func TestAReadingBeforeTheFirst(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		wasRead  bool
		accounts []string
		early    bool
	}{
		{"the first reading runs", false, []string{"1"}, true},
		{"the first reading left it out", true, []string{"1"}, false},
		{"the account is not read", false, []string{"2"}, false},
	} {
		w := newWorld(t)
		w.wasRead, w.accounts = c.wasRead, c.accounts
		if err := w.RereadScope(t.Context(), watch.Reread{Scope: scope}); errors.Is(err, watch.ErrEarly) != c.early || err != nil && !c.early {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestWhatWasBegunBeforeIsReviewed does work anew of which a process was killed between
// keeping what it read and having it judged.
func TestWhatWasBegunBeforeIsReviewed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.read(t, false)
	w.reviews = 0
	w.read(t, false)
	w.buckets = map[string]string{}
	w.reread(t, false) // finds that a is gone, and has it judged
	if len(w.settled) != 1 || len(w.settled[0].Gone) != 1 || w.reviews != 1 {
		t.Fatalf("%d reviews, settled %+v", w.reviews, w.settled)
	}
	w.reread(t, false)
	if w.reviews != 1 {
		t.Error("nothing changed, and yet there is a review")
	}
	w.reread(t, true)
	if w.reviews != 2 {
		t.Error("a resource that is gone may never have been judged")
	}
	w.read(t, true)
	if w.reviews != 3 {
		t.Error("what was kept before may never have been judged")
	}
}
