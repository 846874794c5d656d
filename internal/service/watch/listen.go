package watch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"sync"
	"time"

	"github.com/stance-sec/stance/internal/source/event"
	"github.com/stance-sec/stance/internal/store"
)

// Listener turns messages of a queue into targeted readings. A message is done when every
// reading that it leads to is queued, so that a crash loses none.
type Listener struct {
	// Queue names where messages come from.
	Queue string
	Index *event.Index
	Pace  event.Pace
	// Reread queues a reading.
	Reread func(ctx context.Context, r Reread) error
	// Dead keeps what could not be understood.
	Dead func(ctx context.Context, e store.DeadEvent) error
	// Count is told what became of each message: a verdict or outcome of package event,
	// or malformed. It may be nil.
	Count func(what string)
	Now   func() time.Time

	mu        sync.Mutex
	debouncer *event.Debouncer
	open      map[string][]func(error) // by event, until work for it is queued
}

// Take takes a message. Done is called when it is durably taken, or with an error when it
// is to come again.
func (l *Listener) Take(ctx context.Context, id, body string, done func(error)) {
	e, verdict, err := event.Parse([]byte(body))
	if err != nil {
		l.count("malformed")
		sum := sha256.Sum256([]byte(body))
		done(l.Dead(ctx, store.DeadEvent{ID: id, At: l.Now(), Queue: l.Queue, Reason: err.Error(), Size: len(body), Hash: hex.EncodeToString(sum[:])}))
		return
	}
	if verdict != event.Taken {
		l.count(string(verdict))
		done(nil)
		return
	}
	l.mu.Lock()
	if l.debouncer == nil {
		l.debouncer, l.open = event.NewDebouncer(l.Pace), map[string][]func(error){}
	}
	outcome := l.debouncer.Add(e, l.Index.Touches(e), l.Now())
	if l.debouncer.Holds(e.ID) || len(l.open[e.ID]) > 0 { // its work waits, or is being queued
		l.open[e.ID] = append(l.open[e.ID], done)
		done = nil
	}
	l.mu.Unlock()
	l.count(string(outcome))
	if done != nil {
		done(nil)
	}
}

func (l *Listener) count(what string) {
	if l.Count != nil {
		l.Count(what)
	}
}

// tick is how often it is looked for work that is due.
const tick = 100 * time.Millisecond

// Run queues work when it is due, until ctx ends.
func (l *Listener) Run(ctx context.Context) {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			l.flush(ctx)
		}
	}
}

// flush queues what is due, and tells of the messages that are done with.
func (l *Listener) flush(ctx context.Context) {
	l.mu.Lock()
	if l.debouncer == nil {
		l.mu.Unlock()
		return
	}
	due := l.debouncer.Due(l.Now())
	l.mu.Unlock()
	for i := range due {
		err := l.Reread(ctx, rereadOf(&due[i]))
		l.finish(due[i].Events, err)
	}
}

// finish tells of the messages of events that no other work waits for.
func (l *Listener) finish(events []string, err error) {
	var done []func(error)
	l.mu.Lock()
	if err != nil {
		l.debouncer.Forget(events...)
	}
	for _, id := range events {
		if err != nil || !l.debouncer.Holds(id) {
			done = append(done, l.open[id]...)
			delete(l.open, id)
		}
	}
	l.mu.Unlock()
	for _, f := range done {
		f(err)
	}
}

func rereadOf(w *event.Work) Reread {
	r := Reread{Scope: w.Scope, Names: w.Names}
	if w.Whole {
		r.Names = nil
	}
	for _, c := range w.Credits {
		r.Credits = append(r.Credits, Credit{Name: c.Name, Cause: store.Cause{Event: c.Event, Actor: c.Actor.ARN, Call: c.Call, Happened: c.Time}})
	}
	return r
}
