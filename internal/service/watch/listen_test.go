package watch_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/service/watch"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws/catalog"
	"github.com/stance-sec/stance/internal/source/event"
	"github.com/stance-sec/stance/internal/store"
)

// change is a message of a change of a bucket's policy.
func change(t *testing.T, id, bucket string) string {
	t.Helper()
	raw, err := os.ReadFile("../../source/event/testdata/put_bucket_policy.json")
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer("0d3c7c1b-4b8e-4d21-9f0e-1c2a5b6d7e8f", id, "invoices", bucket).Replace(string(raw))
}

// ear is a listener with what it was asked to do.
type ear struct {
	*watch.Listener
	mu     sync.Mutex
	queued map[string]int // readings by event that they credit
	dead   []store.DeadEvent
	counts map[string]int
	fails  func() error
}

func listen(t *testing.T) *ear {
	t.Helper()
	var infos []source.Info
	for _, k := range catalog.Kinds() {
		infos = append(infos, k.Info())
	}
	e := &ear{queued: map[string]int{}, counts: map[string]int{}}
	e.Listener = &watch.Listener{
		Queue: "q", Index: event.NewIndex(infos), Pace: event.Pace{Quiet: time.Nanosecond, Longest: time.Nanosecond, Slack: time.Minute, Names: 100_000, Remember: 100_000}, Now: time.Now,
		Reread: func(_ context.Context, r watch.Reread) error {
			e.mu.Lock()
			defer e.mu.Unlock()
			if e.fails != nil {
				if err := e.fails(); err != nil {
					return err
				}
			}
			for _, c := range r.Credits {
				e.queued[c.Cause.Event]++
			}
			return nil
		},
		Dead: func(_ context.Context, d store.DeadEvent) error {
			e.mu.Lock()
			defer e.mu.Unlock()
			e.dead = append(e.dead, d)
			return nil
		},
		Count: func(what string) {
			e.mu.Lock()
			defer e.mu.Unlock()
			e.counts[what]++
		},
	}
	return e
}

func (e *ear) run(t *testing.T) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	group.Go(func() { e.Run(ctx) })
	t.Cleanup(func() { stop(); group.Wait() })
}

// TestMessagesAreDoneAfterTheirWork sends messages from many goroutines, some of them
// twice, while queueing fails now and then: each is given back until it worked, and done
// once, after its work was queued.
func TestMessagesAreDoneAfterTheirWork(t *testing.T) {
	t.Parallel()
	e, r := listen(t), rand.New(rand.NewPCG(1, 1))
	e.fails = func() error {
		if r.IntN(4) == 0 {
			return errors.New("the database does not answer")
		}
		return nil
	}
	e.run(t)
	var group sync.WaitGroup
	for i := range 60 {
		id := fmt.Sprint("event-", i)
		for range 1 + i%3/2 {
			group.Go(func() { e.deliver(t, id, fmt.Sprint("bucket-", i)) })
		}
	}
	group.Wait()
	if e.counts["waiting"] < 60 {
		t.Errorf("the counts are %v", e.counts)
	}
}

// deliver hands a message in until it is done.
func (e *ear) deliver(t *testing.T, id, bucket string) {
	for {
		ended := make(chan error, 2)
		e.Take(t.Context(), "message-"+id, change(t, id, bucket), func(err error) { ended <- err })
		if err := <-ended; err != nil {
			continue
		}
		e.mu.Lock()
		defer e.mu.Unlock()
		if e.queued[id] == 0 {
			t.Errorf("%s is done, and nothing was queued for it", id)
		}
		if len(ended) > 0 {
			t.Errorf("%s is done twice", id)
		}
		return
	}
}

// TestTheSameMessageWhileItsWorkIsQueued comes again in the moment in which its work is
// no longer gathered and not yet queued: it must not be done before.
func TestTheSameMessageWhileItsWorkIsQueued(t *testing.T) {
	t.Parallel()
	e := listen(t)
	first, again := make(chan error, 1), make(chan error, 1)
	var once sync.Once
	e.Reread = func(ctx context.Context, _ watch.Reread) error {
		once.Do(func() { e.Take(ctx, "m", change(t, "event", "b"), func(err error) { again <- err }) })
		return errors.New("the database does not answer")
	}
	e.run(t)
	e.Take(t.Context(), "m", change(t, "event", "b"), func(err error) { first <- err })
	if err := <-first; err == nil {
		t.Error("the message is done though its work was not queued")
	}
	if err := <-again; err == nil {
		t.Error("the same message is done though its work was not queued")
	}
}

func TestHostileMessagesArePutAside(t *testing.T) {
	t.Parallel()
	e := listen(t)
	good := change(t, "event", "b")
	bodies := []string{"", "{", "null", "[]", `"x"`, "0", strings.Repeat("[", 100_000), good[:len(good)/2], `{"detail":null}`, "\xff\xfe", strings.ReplaceAll(good, `"2026-03-01T10:20:30Z"`, `"never"`)}
	for i, body := range bodies {
		ended := make(chan error, 1)
		e.Take(t.Context(), fmt.Sprint(i), body, func(err error) { ended <- err })
		if err := <-ended; err != nil {
			t.Errorf("%.40q comes back: %v", body, err)
		}
	}
	if len(e.dead)+e.counts[string(event.Taken)] == 0 || e.counts["malformed"] != len(e.dead) || len(e.dead) < 6 {
		t.Errorf("%d of %d are put aside; the counts are %v", len(e.dead), len(bodies), e.counts)
	}
	for _, d := range e.dead {
		if d.Queue != "q" || d.Reason == "" || len(d.Hash) != 64 || strings.Contains(d.Reason, "\n") {
			t.Errorf("it is kept as %+v", d)
		}
	}
	e.Dead = func(context.Context, store.DeadEvent) error { return errors.New("the disk is full") }
	ended := make(chan error, 1)
	e.Take(t.Context(), "m", "{", func(err error) { ended <- err })
	if err := <-ended; err == nil {
		t.Error("what could not be put aside is done with")
	}
}
