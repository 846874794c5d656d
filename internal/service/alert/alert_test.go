package alert_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/action/notify/config"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/alert"
	"github.com/stance-sec/stance/internal/store"
)

const settings = `
channels:
  - {name: a, type: slack, url: env:A}
  - {name: b, type: teams, url: env:B}
routes:
  - {name: grouped, match: {severity: high}, to: [a], group_by: [account], group_wait: 2m}
default: {to: [b]}
due: [{critical: 7d, high: 14d}]
escalate:
  - to: [b]
`

// bench is a teller with a clock that only the test moves.
type bench struct {
	*testing.T
	*alert.Teller
	outbox *outbox
	a, b   *receiver
	now    time.Time
}

func open(t *testing.T) *bench {
	t.Helper()
	c, err := config.Parse("notify.yaml", []byte(settings))
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{T: t, outbox: newOutbox(t), a: &receiver{}, b: &receiver{}, now: noon}
	b.Teller = &alert.Teller{
		Store: b.outbox, Config: c, Channels: map[string]notify.Channel{"a": b.a, "b": b.b}, Check: func(string) (estate.Check, bool) { return estate.Check{}, false },
		Now: func() time.Time { return b.now }, Logger: slog.New(slog.DiscardHandler),
	}
	return b
}

func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// all routes and delivers until nothing waits.
func (b *bench) all() {
	b.Helper()
	for range 50 {
		wake, err := b.Route(b.Context())
		b.must(err)
		again, err := b.Deliver(b.Context())
		b.must(err)
		if wake.IsZero() && again.IsZero() {
			return
		}
		b.now = b.now.Add(10 * time.Minute)
	}
	b.Fatal("something always waits")
}

// TestNothingIsLostOrDoubled kills the process before and after calls to the store, and
// while messages are on their way, and holds what receivers have to what happened.
func TestNothingIsLostOrDoubled(t *testing.T) {
	t.Parallel()
	for seed := range uint64(30) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			b, r := open(t), rand.New(rand.NewPCG(seed, 2))
			var mu sync.Mutex
			one := func(in int) bool {
				mu.Lock()
				defer mu.Unlock()
				return r.IntN(in) == 0
			}
			b.outbox.dies = func() (before, after bool) { return one(12), one(12) }
			for _, c := range []*receiver{b.a, b.b} {
				c.fails = func(int) error {
					if one(5) {
						return estate.Errorf(estate.CodeUnavailable, "send", "busy")
					}
					return nil
				}
			}
			seq, killed := int64(0), 0
			for range 60 {
				for range r.IntN(4) {
					seq++
					b.outbox.happen(seq, "new", []estate.Severity{estate.Critical, estate.Low}[r.IntN(2)], fmt.Sprint(r.IntN(2)), false)
				}
				_, err := b.Route(t.Context())
				_, err2 := b.Deliver(t.Context())
				for _, err := range []error{err, err2} {
					if errors.Is(err, errKilled) {
						killed++
					} else {
						b.must(err)
					}
				}
				b.now = b.now.Add(time.Duration(r.IntN(200)) * time.Second)
			}
			b.outbox.dies, b.a.fails, b.b.fails = nil, nil, nil
			b.now = b.now.Add(time.Hour) // leases of the dead end
			b.all()
			counts := b.a.alerts()
			for key, n := range b.b.alerts() {
				counts[key] += n
			}
			for i := range seq {
				if n := counts[fmt.Sprint("finding:f", i+1)]; n != 1 {
					t.Errorf("transition %d was told %d times", i+1, n)
				}
			}
			if len(counts) != int(seq) || killed < 5 {
				t.Errorf("%d things were told of %d, after %d kills", len(counts), seq, killed)
			}
		})
	}
}

// TestManyRoutersTellOnce has processes route the same transitions at once.
func TestManyRoutersTellOnce(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.outbox.rivals = 3
	for seq := range int64(1200) {
		b.outbox.happen(seq+1, "new", estate.Low, "1", false)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if _, err := b.Route(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	b.all()
	for key, n := range b.b.alerts() {
		if n != 1 {
			t.Errorf("%s was told %d times", key, n)
		}
	}
	if n := len(b.b.alerts()); n != 1200 {
		t.Errorf("%d of 1200 were told", n)
	}
}

func TestGroupsWaitAndSayWhen(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.outbox.happen(1, "new", estate.Critical, "1", false)
	wake, err := b.Route(t.Context())
	b.must(err)
	if want := noon.Add(2 * time.Minute); wake != want {
		t.Errorf("a group is woken at %v, not %v", wake, want)
	}
	b.now = noon.Add(time.Minute)
	b.outbox.happen(2, "new", estate.Critical, "1", false)
	b.all()
	if len(b.a.took) != 1 || len(b.a.alerts()) != 2 {
		t.Errorf("the group came as %d messages of %d alerts", len(b.a.took), len(b.a.alerts()))
	}
}

func TestTheBacklogIsOneAlertForEachAccount(t *testing.T) {
	t.Parallel()
	b := open(t)
	for seq := range int64(60) {
		b.outbox.happen(seq+1, "new", estate.Low, fmt.Sprint(seq%2), true)
	}
	b.outbox.happen(61, "new", estate.Low, "1", false)
	b.all()
	if len(b.b.took) != 3 {
		t.Fatalf("%d messages came", len(b.b.took))
	}
	for _, a := range b.b.took {
		if a.Kind == notify.Digest && (a.Count != 30 || !strings.HasPrefix(a.Title, "30 findings when account ")) {
			t.Errorf("a backlog is told as %q of %d", a.Title, a.Count)
		}
	}
}

func TestWhatIsForgottenIsNotToldOf(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.outbox.happen(1, "new", estate.Low, "1", false)
	delete(b.outbox.findings, "f1")
	b.all()
	if len(b.b.took) != 0 || len(b.outbox.pending) != 0 {
		t.Errorf("it was told: %v, or waits: %v", b.b.took, b.outbox.pending)
	}
}

// TestTryingAgain follows one delivery that fails.
func TestTryingAgain(t *testing.T) {
	t.Parallel()
	busy := estate.Errorf(estate.CodeUnavailable, "send", "busy")
	for name, c := range map[string]struct {
		fails error
		tries int           // until it is given up
		least time.Duration // between the first and the last try
	}{
		"never again":  {estate.Errorf(estate.CodeDenied, "send", "the key is wrong"), 1, 0},
		"backing off":  {busy, 60, 40 * time.Hour},
		"asked not to": {notify.After(busy, 30*time.Minute), 60, 45 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t)
			b.b.fails = func(int) error { return c.fails }
			b.outbox.happen(1, "new", estate.Low, "1", false)
			_, err := b.Route(t.Context())
			b.must(err)
			first := b.now
			for range 100 {
				wake, err := b.Deliver(t.Context())
				b.must(err)
				if wake.IsZero() {
					break
				}
				if !wake.After(b.now) {
					t.Fatalf("it is tried again at %v, which is not after %v", wake, b.now)
				}
				b.now = wake
			}
			last := b.outbox.finished[len(b.outbox.finished)-1]
			if b.b.tries != c.tries || last.State != "failed" || last.Error != c.fails.Error() || b.now.Sub(first) < c.least {
				t.Errorf("%d tries over %v, then %+v", b.b.tries, b.now.Sub(first), last)
			}
		})
	}
}

func TestAChannelThatIsNoMore(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.outbox.happen(1, "new", estate.Low, "1", false)
	_, err := b.Route(t.Context())
	b.must(err)
	b.outbox.deliveries["broken"] = &store.Delivery{Key: "broken", Channel: "a", Message: []byte("{"), State: "waiting"}
	delete(b.Channels, "b")
	_, err = b.Deliver(t.Context())
	b.must(err)
	if len(b.outbox.finished) != 2 {
		t.Fatalf("finished are %+v", b.outbox.finished)
	}
	for _, d := range b.outbox.finished {
		if d.State != "failed" || d.Error == "" || d.Done != noon {
			t.Errorf("it ended as %+v", d)
		}
	}
}

// TestStoppingGivesUpNothing stops the process while a message is on its way.
func TestStoppingGivesUpNothing(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.outbox.happen(1, "new", estate.Low, "1", false)
	_, err := b.Route(t.Context())
	b.must(err)
	ctx, stop := context.WithCancel(t.Context())
	b.b.fails = func(int) error { stop(); return estate.Errorf(estate.CodeInternal, "send", "%w", context.Canceled) }
	if _, err := b.Deliver(ctx); err != nil {
		t.Fatal(err)
	}
	if d := b.outbox.finished[0]; d.State != "waiting" || d.Tries != 0 {
		t.Errorf("it ended as %+v", d)
	}
}

func TestEscalatedOnce(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.outbox.happen(1, "new", estate.High, "1", false)
	b.outbox.pending = nil
	f := b.outbox.findings["f1"]
	f.Due = noon.Add(time.Hour)
	b.outbox.findings["f1"] = f
	b.outbox.issues = []store.Issue{{Issue: estate.Issue{Key: "i1", Title: "Way in", Score: estate.Score{Value: 90, Band: estate.Critical}}, Due: noon}}
	for range 4 {
		b.must(b.Escalate(t.Context()))
		b.all()
		b.now = b.now.Add(2 * time.Hour)
	}
	if len(b.b.took) != 2 || b.b.tries != 2 {
		t.Errorf("%d messages came of %d tries: %v", len(b.b.took), b.b.tries, b.b.alerts())
	}
	for _, a := range b.b.took {
		if a.Kind != notify.Escalated {
			t.Errorf("it came as %s", a.Kind)
		}
	}
}

func TestNobodyIsToldAndNothingWaits(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.outbox.rivals = 3
	for seq := range int64(1200) {
		b.outbox.happen(seq+1, "new", estate.Low, "1", false)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if _, err := (alert.Nobody{Store: b.outbox}).Route(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if len(b.outbox.pending) != 0 || len(b.outbox.deliveries) != 0 {
		t.Errorf("%d wait, and %d are to be told", len(b.outbox.pending), len(b.outbox.deliveries))
	}
}
