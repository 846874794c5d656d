package daemon

import (
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
	for _, args := range []river.JobArgs{d.reviewAt(noon), route{Bucket: bucket(noon, routeWindow)}, deliver{Bucket: bucket(noon, routeWindow)}} {
		_, options := d.atEnd(args)
		if options == nil || !options.ScheduledAt.After(noon) {
			t.Errorf("%s by the clock begins at once", args.Kind())
		}
	}
	if _, options := d.atEnd(sweep{Class: watch.Fast}); options != nil {
		t.Error("a sweep waits for a window")
	}
}

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
