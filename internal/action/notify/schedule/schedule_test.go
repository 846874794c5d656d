package schedule_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/action/notify/config"
	"github.com/stance-sec/stance/internal/action/notify/schedule"
	"github.com/stance-sec/stance/internal/estate"
)

var noon = time.Date(2027, 1, 4, 12, 0, 0, 0, time.UTC)

// pending plans n alerts that differ in key and account.
func pending(t *testing.T, c *config.Config, n int, change func(i int, a *notify.Alert)) []schedule.Pending {
	t.Helper()
	var list []schedule.Pending
	for i := range n {
		a := notify.Alert{Key: fmt.Sprint("k", i), Kind: notify.New, Title: "Bucket is public", Severity: estate.Low, Account: "1", Owner: "o", At: noon}
		if change != nil {
			change(i, &a)
		}
		for _, d := range schedule.Plan(c, &a, noon) {
			list = append(list, schedule.Pending{Delivery: d, Value: a})
		}
	}
	return list
}

func TestAGroupIsOneMessage(t *testing.T) {
	t.Parallel()
	c := parse(t, "group_by: [account]\n  group_wait: 1m")
	waiting := pending(t, c, 5, func(i int, a *notify.Alert) {
		a.Account = fmt.Sprint(i % 2)
		if i == 2 {
			a.Severity = estate.Critical
		}
	})
	early := schedule.Pack(c, waiting, nil, noon.Add(59*time.Second))
	if len(early.Messages) != 0 || !early.Wake.Equal(noon.Add(time.Minute)) {
		t.Errorf("%d messages before the wait is over, wake at %v", len(early.Messages), early.Wake)
	}
	p := schedule.Pack(c, waiting, nil, noon.Add(time.Minute))
	if len(p.Messages) != 2 {
		t.Fatalf("%d messages", len(p.Messages))
	}
	for _, m := range p.Messages {
		a := m.Alert
		switch a.Account {
		case "0":
			if a.Count != 3 || a.Severity != estate.Critical || a.Items[0].Key != "k2" || a.Kind != notify.New || a.Owner != "o" || a.Title != "3 alerts: Bucket is public" {
				t.Errorf("message %+v", a)
			}
		case "1":
			if a.Count != 2 || a.Severity != estate.Low {
				t.Errorf("message %+v", a)
			}
		default:
			t.Errorf("accounts are mixed: %+v", a)
		}
	}
	if p.Messages[0].Key == p.Messages[1].Key || p.Messages[0].Alert.Key == p.Messages[1].Alert.Key {
		t.Error("two messages share a key")
	}
}

func TestOneAlertStaysItself(t *testing.T) {
	t.Parallel()
	c := parse(t, "group_by: [account]")
	p := schedule.Pack(c, pending(t, c, 1, nil), nil, noon.Add(time.Hour))
	if len(p.Messages) != 1 || p.Messages[0].Alert.Key != "k0" || len(p.Messages[0].Alert.Items) != 0 {
		t.Errorf("%+v", p.Messages)
	}
}

func TestWhatALimitHoldsBackGoesAsOne(t *testing.T) {
	t.Parallel()
	c := parse(t, "per_hour: 6\n  burst: 3")
	waiting := pending(t, c, 10, func(i int, a *notify.Alert) {
		if i >= 8 {
			a.Severity = estate.Critical
		}
	})
	p := schedule.Pack(c, waiting, nil, noon)
	var counts []int
	for _, m := range p.Messages {
		counts = append(counts, len(m.Deliveries))
	}
	if fmt.Sprint(counts) != "[1 1 8]" || p.Messages[0].Alert.Severity != estate.Critical || p.Messages[1].Alert.Severity != estate.Critical {
		t.Errorf("messages of %v", counts)
	}
	waiting = pending(t, c, 12, nil)[10:]
	q := schedule.Pack(c, waiting, p.Buckets, noon)
	if len(q.Messages) != 0 || !q.Wake.Equal(noon.Add(10*time.Minute)) {
		t.Errorf("%d messages over the limit, wake at %v", len(q.Messages), q.Wake)
	}
	if q = schedule.Pack(c, waiting, p.Buckets, q.Wake); len(q.Messages) != 1 || q.Messages[0].Alert.Count != 2 {
		t.Errorf("%+v", q.Messages)
	}
}

func TestAClockThatJumpsHoldsNothingBack(t *testing.T) {
	t.Parallel()
	c := parse(t, "per_hour: 1")
	p := schedule.Pack(c, pending(t, c, 1, nil), nil, noon.Add(1000*time.Hour))
	q := schedule.Pack(c, pending(t, c, 1, nil), p.Buckets, noon)
	if len(q.Messages) != 0 || q.Wake.After(noon.Add(time.Hour)) {
		t.Errorf("%d messages, wake at %v", len(q.Messages), q.Wake)
	}
}

func TestAMessageIsBounded(t *testing.T) {
	t.Parallel()
	c := parse(t, "group_by: [account]\n  per_hour: 1")
	waiting := pending(t, c, 2500, nil)
	now, total := noon.Add(time.Hour), 0
	var buckets schedule.Buckets
	for range 3 {
		p := schedule.Pack(c, waiting, buckets, now)
		if len(p.Messages) != 1 || len(p.Messages[0].Deliveries) > 1000 {
			t.Fatalf("%d messages", len(p.Messages))
		}
		gone := map[string]bool{}
		for _, key := range p.Messages[0].Deliveries {
			gone[key] = true
		}
		var left []schedule.Pending
		for _, w := range waiting {
			if !gone[w.Key] {
				left = append(left, w)
			}
		}
		total += len(waiting) - len(left)
		waiting, buckets, now = left, p.Buckets, p.Wake
	}
	if total != 2500 || !now.IsZero() {
		t.Errorf("%d went, wake at %v", total, now)
	}
}

func TestEscalations(t *testing.T) {
	t.Parallel()
	c, err := config.Load("../config/testdata/notify.yaml")
	if err != nil {
		t.Fatal(err)
	}
	a := notify.Alert{Key: "k", Thread: "issue:1", Kind: notify.New, Severity: estate.Critical, Environment: "production", Since: noon}
	const week = 7 * 24 * time.Hour
	seen := map[string]int{}
	for _, step := range []struct {
		at   time.Duration
		want string
	}{
		{week - 1, "[]"}, {week, "[data-team]"}, {week + 71*time.Hour, "[data-team]"}, {week + 72*time.Hour, "[data-team oncall]"}, {100 * week, "[data-team oncall]"},
	} {
		channels := []string{}
		for _, p := range schedule.Escalations(c, &a, noon.Add(step.at)) {
			channels = append(channels, p.Channel)
			seen[p.Key]++
			if p.Value.Kind != notify.Escalated || p.Value.Thread != "issue:1" || p.Value.Key != p.Alert || !p.Value.Due.Equal(noon.Add(week)) {
				t.Errorf("alert %+v", p.Value)
			}
		}
		if fmt.Sprint(channels) != step.want {
			t.Errorf("after %v: %v, want %s", step.at, channels, step.want)
		}
	}
	if len(seen) != 2 {
		t.Errorf("%d keys of two escalations", len(seen))
	}
	regressed := a
	regressed.Since = noon.Add(time.Hour)
	if p := schedule.Escalations(c, &regressed, noon.Add(2*week)); len(p) != 2 || seen[p[0].Key] > 0 {
		t.Error("what is back is not escalated again")
	}
	for name, other := range map[string]func(*notify.Alert){
		"resolved": func(a *notify.Alert) { a.Kind = notify.Resolved }, "low": func(a *notify.Alert) { a.Severity = estate.Low },
		"since unknown": func(a *notify.Alert) { a.Since = time.Time{} },
	} {
		b := a
		other(&b)
		if p := schedule.Escalations(c, &b, noon.Add(100*week)); len(p) != 0 {
			t.Errorf("%s: %v", name, p)
		}
	}
}

func BenchmarkPack(b *testing.B) {
	c, err := config.Parse("f.yaml", []byte(world))
	if err != nil {
		b.Fatal(err)
	}
	var list []schedule.Pending
	for i := range 10_000 {
		a := notify.Alert{Key: fmt.Sprint(i), Severity: bands[i%5], Owner: owners[i%4], Account: fmt.Sprint(i % 100)}
		for _, d := range schedule.Plan(c, &a, noon) {
			list = append(list, schedule.Pending{Delivery: d, Value: a})
		}
	}
	for b.Loop() {
		schedule.Pack(c, list, nil, noon.Add(time.Hour))
	}
}
