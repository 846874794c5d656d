package schedule_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/action/notify/config"
	"github.com/stance-sec/stance/internal/action/notify/schedule"
	"github.com/stance-sec/stance/internal/estate"
)

const world = `
channels:
  - {name: a, type: slack, url: env:A}
  - {name: b, type: teams, url: env:B}
  - {name: t, type: pagerduty, routing_key: env:T}
zone: Europe/Berlin
routes:
  - {name: copy, match: {severity: high}, to: [t], per_hour: 3, burst: 2, continue: true}
  - {name: dropped, match: {environment: [sandbox]}, drop: true}
  - {name: grouped, match: {owner: [x]}, to: [a], group_by: [account, severity], group_wait: 2m, per_hour: 4, burst: 2,
     quiet_hours: [{from: "22:00", to: "07:00", pass: critical}]}
  - {name: limited, match: {owner: [y]}, to: [a, b], per_hour: 2}
  - {name: daily, match: {owner: [z]}, to: [b], digest: {at: "02:30"}}
default: {to: [b, t]}
`

// bands, owners and environments are drawn from.
var (
	bands        = []estate.Severity{estate.Critical, estate.High, estate.Medium, estate.Low, estate.Info}
	owners       = []string{"x", "y", "z", ""}
	environments = []string{"production", "sandbox", ""}
)

func draw[V any](r *rand.Rand, list []V) V { return list[r.IntN(len(list))] }

// server keeps what a server keeps.
type server struct {
	t       *testing.T
	c       *config.Config
	r       *rand.Rand
	now     time.Time
	waiting map[string]schedule.Pending
	buckets schedule.Buckets
	planned map[string]schedule.Delivery
	told    map[string]int
	sent    map[string][]time.Time
}

// alert plans a new alert, twice as a crash would have it.
func (s *server) alert(i int) {
	a := notify.Alert{
		Key: fmt.Sprint("alert-", i), Kind: draw(s.r, []notify.Kind{notify.New, notify.Resolved}), At: s.now,
		Severity: draw(s.r, bands), Owner: draw(s.r, owners), Environment: draw(s.r, environments), Account: fmt.Sprint(s.r.IntN(3)),
	}
	plan := schedule.Plan(s.c, &a, s.now)
	if again := schedule.Plan(s.c, &a, s.now); !reflect.DeepEqual(plan, again) {
		s.t.Fatalf("planned twice: %v, %v", plan, again)
	}
	if dropped := a.Environment == "sandbox" && a.Severity.Rank() > estate.High.Rank(); (len(plan) == 0) != dropped {
		s.t.Fatalf("dropped %v: %+v goes to %v", dropped, a, plan)
	}
	for _, d := range plan {
		if _, taken := s.planned[d.Key]; taken || d.NotBefore.Before(s.now) || d.Alert != a.Key {
			s.t.Fatalf("delivery %+v at %v", d, s.now)
		}
		s.planned[d.Key] = d
		s.waiting[d.Key] = schedule.Pending{Delivery: d, Value: a}
	}
}

// pack sends what goes now.
func (s *server) pack() time.Time {
	var list []schedule.Pending
	for _, p := range s.waiting {
		list = append(list, p)
	}
	before := fmt.Sprint(s.buckets)
	p := schedule.Pack(s.c, list, s.buckets, s.now)
	s.r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	if again := schedule.Pack(s.c, append(list, list...), s.buckets, s.now); !reflect.DeepEqual(p, again) {
		s.t.Fatal("the order of those that wait, or one that is given twice, matters")
	}
	if fmt.Sprint(s.buckets) != before {
		s.t.Fatal("Pack changed the buckets that it was given")
	}
	for _, m := range p.Messages {
		s.take(m)
	}
	s.buckets = p.Buckets
	if (len(s.waiting) > 0) != !p.Wake.IsZero() || !p.Wake.IsZero() && !p.Wake.After(s.now) {
		s.t.Fatalf("%d wait, and wake at %v, now %v", len(s.waiting), p.Wake, s.now)
	}
	return p.Wake
}

func (s *server) take(m schedule.Message) {
	if len(m.Deliveries) == 0 || len(m.Deliveries) > 1 && (len(m.Alert.Items) != len(m.Deliveries) || m.Alert.Count != len(m.Deliveries)) {
		s.t.Fatalf("message of %d deliveries with %d items", len(m.Deliveries), len(m.Alert.Items))
	}
	if m.Channel == "t" && len(m.Deliveries) > 1 {
		s.t.Fatal("a channel that takes each alert alone got many")
	}
	if !slices.IsSorted(m.Deliveries) {
		s.t.Fatalf("deliveries %v", m.Deliveries)
	}
	due := false
	for _, key := range m.Deliveries {
		d := s.planned[key]
		if _, waits := s.waiting[key]; !waits || d.Channel != m.Channel {
			s.t.Fatalf("delivery %s in channel %s, waits %v", key, m.Channel, waits)
		}
		due = due || !d.NotBefore.After(s.now)
		delete(s.waiting, key)
		s.told[key]++
	}
	d := s.planned[m.Deliveries[0]]
	if !due {
		s.t.Fatalf("told too early: %+v at %v", d, s.now)
	}
	s.sent[d.Route+"/"+d.Channel] = append(s.sent[d.Route+"/"+d.Channel], s.now)
}

// TestNothingIsLost lets random alerts come for some days around a change of clocks.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	c, err := config.Parse("world.yaml", []byte(world))
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(24) {
		s := &server{
			t: t, c: c, r: rand.New(rand.NewPCG(seed, 1)), now: time.Date(2027, 3, 26+int(seed%4), int(seed%24), 0, 0, 0, time.UTC),
			waiting: map[string]schedule.Pending{}, planned: map[string]schedule.Delivery{}, told: map[string]int{}, sent: map[string][]time.Time{},
		}
		for i := range 300 {
			s.alert(i)
			if s.r.IntN(3) == 0 {
				s.now = s.now.Add(time.Duration(s.r.IntN(900)) * time.Second)
				s.pack()
			}
		}
		for rounds := 0; ; rounds++ {
			wake := s.pack()
			if wake.IsZero() {
				break
			}
			if rounds > 10_000 {
				t.Fatalf("seed %d: %d wait for ever", seed, len(s.waiting))
			}
			s.now = wake
		}
		for key := range s.planned {
			if s.told[key] != 1 {
				t.Fatalf("seed %d: %+v was told %d times", seed, s.planned[key], s.told[key])
			}
		}
		s.limits(map[string]int{"copy/t": 5, "grouped/a": 6, "limited/a": 3, "limited/b": 3})
	}
}

// limits fails the test when more messages went in any hour than a burst and the rate.
func (s *server) limits(most map[string]int) {
	for name, n := range most {
		at := s.sent[name]
		if len(at) == 0 {
			s.t.Errorf("nothing went by %s", name)
		}
		for i := range at {
			end, _ := slices.BinarySearchFunc(at, at[i].Add(time.Hour), time.Time.Compare)
			if end-i > n {
				s.t.Errorf("%s: %d messages in the hour after %v, more than %d", name, end-i, at[i], n)
			}
		}
	}
}
