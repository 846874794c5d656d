package daemon

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"github.com/stance-sec/stance/internal/service/watch"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) //nolint:gochecknoglobals // a moment

func TestWindowsEndAfterWhatAsks(t *testing.T) {
	t.Parallel()
	for _, moment := range []time.Time{noon, noon.Add(1), noon.Add(199 * time.Millisecond), noon.Add(time.Hour - 1)} {
		end := bucket(moment, routeWindow)
		if !end.After(moment) || end.Sub(moment) > routeWindow {
			t.Errorf("the window of %s ends at %s", moment, end)
		}
	}
}

// TestWorkByTheClockBeginsWhenItsWindowEnds: work that began within its window would be
// taken for what is asked for later in it.
func TestWorkByTheClockBeginsWhenItsWindowEnds(t *testing.T) {
	t.Parallel()
	d := &Daemon{Now: func() time.Time { return noon }}
	if begins := d.reviewAt(noon).InsertOpts().ScheduledAt; !begins.After(noon) {
		t.Errorf("a review by the clock begins at %s", begins)
	}
	for _, work := range []func(*Daemon, time.Time){
		func(d *Daemon, end time.Time) {
			_ = (&router{daemon: d}).Work(t.Context(), &river.Job[route]{Args: route{Bucket: end}})
		},
		func(d *Daemon, end time.Time) {
			_ = (&deliverer{daemon: d}).Work(t.Context(), &river.Job[deliver]{Args: deliver{Bucket: end}})
		},
	} {
		clock := &alarm{}
		end := bucket(time.Now(), routeWindow)
		work(&Daemon{Now: time.Now, Alerts: clock}, end)
		if clock.rang.Before(end) {
			t.Errorf("work begins %s before its window ends", end.Sub(clock.rang))
		}
	}
	if begins := (sweep{Class: watch.Fast}).InsertOpts().ScheduledAt; !begins.IsZero() {
		t.Error("a sweep waits for a window")
	}
}

// alarm notes when it is called, and ends the job.
type alarm struct{ rang time.Time }

func (a *alarm) Route(context.Context) (time.Time, error) {
	a.rang = time.Now()
	return time.Time{}, errors.New("that is all")
}

func (a *alarm) Deliver(ctx context.Context) (time.Time, error) { return a.Route(ctx) }
func (*alarm) Escalate(context.Context) error                   { return nil }

func TestFailedReadingsAreTriedAgainWithinAQuarter(t *testing.T) {
	t.Parallel()
	d := &Daemon{Now: func() time.Time { return noon }}
	last := time.Duration(0)
	for attempt := 1; attempt < 100; attempt++ {
		wait := d.soon(attempt).Sub(noon)
		if wait < last || wait > 15*time.Minute {
			t.Fatalf("attempt %d waits %s after %s", attempt, wait, last)
		}
		last = wait
	}
}

// TestAReviewThatSawEverythingIsNotRepeated: only what was asked for after the last review
// began needs another.
func TestAReviewThatSawEverythingIsNotRepeated(t *testing.T) {
	t.Parallel()
	d := &Daemon{Now: func() time.Time { return noon }}
	began := noon
	d.reviewed.Store(&began)
	w := &reviewer{daemon: d} // without a watcher it cannot review
	if err := w.Work(t.Context(), &river.Job[review]{Args: review{Bucket: noon.Add(-time.Second)}}); err != nil {
		t.Error(err)
	}
	defer func() {
		if recover() == nil {
			t.Error("a review that is due was left out")
		}
	}()
	_ = w.Work(t.Context(), &river.Job[review]{Args: review{Bucket: noon.Add(time.Second)}})
}
