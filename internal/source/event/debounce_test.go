package event_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source/event"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func at(seconds float64) time.Time { return noon.Add(time.Duration(seconds * float64(time.Second))) }

func happened(id string, seconds float64, actor string) event.Event {
	return event.Event{ID: id, Name: "Change", Time: at(seconds), Actor: event.Actor{ARN: actor}}
}

func touch(kind string, names ...string) event.Touch {
	return event.Touch{Scope: estate.Scope{Cloud: estate.AWS, Account: "1", Region: "r", Type: kind}, Names: names, Whole: len(names) == 0}
}

func TestABurstIsOneReading(t *testing.T) {
	t.Parallel()
	d := event.NewDebouncer(event.DefaultPace())
	for i := range 8 { // one a second: the last second of quiet never comes, the longest does
		e := happened(fmt.Sprint("e", i), float64(i), "ann")
		if got := d.Add(e, []event.Touch{touch("bucket", fmt.Sprint("b", i%2))}, at(float64(i))); got != event.Waiting {
			t.Fatalf("event %d is %s", i, got)
		}
		works := d.Due(at(float64(i)))
		if want := i == 5; (len(works) == 1) != want {
			t.Fatalf("after %d s there is %v", i, works)
		}
		if i == 5 && (!slices.Equal(works[0].Names, []string{"b0", "b1"}) || len(works[0].Events) != 6 || works[0].Oldest != at(0) || works[0].Newest != at(5)) {
			t.Fatalf("work is %+v", works[0])
		}
	}
	if next, ok := d.Next(); !ok || next != at(9) || d.Waiting() != 1 {
		t.Errorf("next is %v", next)
	}
	if works := d.Due(at(8.9)); len(works) != 0 {
		t.Errorf("due too early: %v", works)
	}
	if works := d.Due(at(9)); len(works) != 1 || len(works[0].Events) != 2 {
		t.Errorf("the rest is %v", works)
	}
	if _, ok := d.Next(); ok {
		t.Error("something waits")
	}
}

func TestRepeatedLateAndAnswered(t *testing.T) {
	t.Parallel()
	d := event.NewDebouncer(event.DefaultPace())
	bucket := []event.Touch{touch("bucket", "b")}
	steps := []struct {
		event   event.Event
		touches []event.Touch
		want    event.Outcome
	}{
		{happened("a", 0, "ann"), bucket, event.Waiting},
		{happened("a", 0, "ann"), bucket, event.RepeatedWaiting},
		{happened("none", 0, "ann"), nil, event.Untouched},
	}
	for _, s := range steps {
		if got := d.Add(s.event, s.touches, at(1)); got != s.want {
			t.Errorf("%s is %s, not %s", s.event.ID, got, s.want)
		}
	}
	if works := d.Due(at(3)); len(works) != 1 {
		t.Fatalf("due: %v", works)
	}
	if got := d.Add(happened("a", 0, "ann"), bucket, at(4)); got != event.Repeated {
		t.Errorf("after its work it is %s", got)
	}
	d.Forget("a")
	if got := d.Add(happened("a", 0, "ann"), bucket, at(4)); got != event.Waiting {
		t.Errorf("forgotten it is %s", got)
	}
	d.Due(at(60))
	d.Read(bucket[0].Scope, at(100))
	d.Read(bucket[0].Scope, at(90)) // an older reading changes nothing
	for id, test := range map[string]struct {
		seconds float64
		want    event.Outcome
	}{"long before": {39, event.Answered}, "just before": {41, event.Waiting}, "after": {101, event.Waiting}} {
		if got := d.Add(happened(id, test.seconds, "ann"), bucket, at(110)); got != test.want {
			t.Errorf("an event %s the reading is %s", id, got)
		}
	}
	both := append(slices.Clone(bucket), touch("policy", "p"))
	if got := d.Add(happened("half", 0, "ann"), both, at(110)); got != event.Waiting {
		t.Errorf("half answered is %s", got)
	}
}

func TestCreditGoesToTheNewest(t *testing.T) {
	t.Parallel()
	d := event.NewDebouncer(event.DefaultPace())
	d.Add(happened("2", 20, "bob"), []event.Touch{touch("bucket", "b", "arn:aws:s3:::b")}, at(30))
	d.Add(happened("1", 10, "ann"), []event.Touch{touch("bucket", "b")}, at(30)) // late
	d.Add(happened("3", 5, "eve"), []event.Touch{touch("bucket", "c")}, at(30))
	d.Add(happened("4", 1, "ivy"), []event.Touch{touch("bucket")}, at(30))
	work := d.Due(at(40))[0]
	got := map[string]string{}
	for _, id := range []string{"b", "c", "other"} {
		c, ok := work.Credit("arn:aws:s3:::"+id, id)
		got[id] = fmt.Sprint(c.Actor.ARN, ok)
	}
	if diff := cmp.Diff(map[string]string{"b": "bobtrue", "c": "evetrue", "other": "ivytrue"}, got); diff != "" || !work.Whole {
		t.Errorf("credits (-want +got):\n%s", diff)
	}
	d.Add(happened("5", 1, "ann"), []event.Touch{touch("block", "123456789012")}, at(50))
	if c, ok := d.Due(at(60))[0].Credit("arn:aws:s3:r:1:block", "block"); !ok || c.Actor.ARN != "ann" {
		t.Errorf("the only event is credited %v", c)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	pace := event.DefaultPace()
	pace.Remember, pace.Names = 100, 3
	d := event.NewDebouncer(pace)
	for i := range 1000 {
		d.Add(happened(fmt.Sprint(i), 0, ""), []event.Touch{touch("bucket", fmt.Sprint("b", i))}, at(0))
		if i%10 == 9 {
			work := d.Due(at(10))[0]
			if len(work.Names) != 3 || !work.Whole {
				t.Fatalf("work is %+v", work)
			}
		}
	}
	if d.Add(happened("999", 0, ""), nil, at(0)) != event.Repeated || d.Add(happened("0", 0, ""), nil, at(0)) != event.Untouched {
		t.Error("it remembers too little or too much")
	}
}
