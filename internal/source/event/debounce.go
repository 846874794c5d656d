package event

import (
	"slices"
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/estate"
)

// Pace says how a Debouncer gathers. The zero value is not usable: see DefaultPace.
type Pace struct {
	// Quiet is how long a scope waits after its last event, Longest after its first.
	Quiet, Longest time.Duration
	// Slack is how far behind its own trail an API may answer: an event older than a
	// reading by more is answered by it.
	Slack time.Duration
	// Names is how many names a scope gathers before it is read whole.
	Names int
	// Remember is how many event ids are known again.
	Remember int
}

// DefaultPace returns two seconds after the last event and five after the first, a minute
// of slack, 100 names, and 200,000 ids (some 20 MB).
func DefaultPace() Pace {
	return Pace{Quiet: 2 * time.Second, Longest: 5 * time.Second, Slack: time.Minute, Names: 100, Remember: 200_000}
}

// Outcome says what Add made of an event.
type Outcome string

// The outcomes.
const (
	// Waiting means that work holds the event until it is due.
	Waiting Outcome = "waiting"
	// Answered means that everything it touches was read after it.
	Answered Outcome = "answered"
	// Repeated means that the event was there before and is no longer waiting.
	Repeated Outcome = "repeated"
	// RepeatedWaiting means that the event is already waiting: the message that brought it
	// again must stay as long as the first.
	RepeatedWaiting Outcome = "repeated-waiting"
	// Untouched means that it touches nothing.
	Untouched Outcome = "untouched"
)

// Work is a scope to read again.
type Work struct {
	// Scope is what to read.
	Scope estate.Scope
	// Names are what to read of it, sorted. When Whole, some event did not name all that it
	// changed, and names may be too few: see Touch.
	Names []string
	Whole bool
	// Events are the ids of the events that wait for this work, in the order they came.
	Events []string
	// Oldest is the time of the earliest event; Newest of the latest.
	Oldest, Newest time.Time
	// Credits tell who changed what, the newest of each name, sorted by name. What an event
	// does not name stands under "".
	Credits []Credit
}

// Credit is who last changed what has a name.
type Credit struct {
	Name  string
	Event string
	Call  string
	Actor Actor
	Time  time.Time
}

// Debouncer gathers what events touch into work, so that a burst of changes is one
// reading. It is pure: the clock is a parameter. It may not be used concurrently.
type Debouncer struct {
	pace    Pace
	waiting map[estate.Scope]*pile
	read    map[estate.Scope]time.Time
	known   memory
	holds   map[string]int // event id to the piles that hold it
}

type pile struct {
	work    Work
	names   map[string]bool
	credits map[string]Credit
	first   time.Time
	last    time.Time
}

// NewDebouncer returns one that gathers at the pace.
func NewDebouncer(p Pace) *Debouncer {
	return &Debouncer{
		pace: p, waiting: map[estate.Scope]*pile{}, read: map[estate.Scope]time.Time{}, known: memory{limit: max(1, p.Remember/2)}, holds: map[string]int{},
	}
}

// Add takes an event with what it touches. It may come twice, late and out of order.
func (d *Debouncer) Add(e Event, touches []Touch, now time.Time) Outcome {
	switch {
	case d.holds[e.ID] > 0:
		return RepeatedWaiting
	case d.known.has(e.ID):
		return Repeated
	}
	d.known.add(e.ID)
	if len(touches) == 0 {
		return Untouched
	}
	for _, t := range touches {
		if read, ok := d.read[t.Scope]; ok && e.Time.Add(d.pace.Slack).Before(read) {
			continue
		}
		p := d.waiting[t.Scope]
		if p == nil {
			p = &pile{work: Work{Scope: t.Scope, Oldest: e.Time}, names: map[string]bool{}, credits: map[string]Credit{}, first: now}
			d.waiting[t.Scope] = p
		}
		p.add(e, t, now, d.pace.Names)
		d.holds[e.ID]++
	}
	if d.holds[e.ID] == 0 {
		return Answered
	}
	return Waiting
}

func (p *pile) add(e Event, t Touch, now time.Time, limit int) {
	p.last = now
	w := &p.work
	w.Events = append(w.Events, e.ID)
	if e.Time.Before(w.Oldest) {
		w.Oldest = e.Time
	}
	if e.Time.After(w.Newest) {
		w.Newest = e.Time
	}
	w.Whole = w.Whole || t.Whole
	credited := t.Names
	if t.Whole || len(credited) == 0 {
		credited = append([]string{""}, credited...)
	}
	for _, name := range credited {
		if name != "" && !p.names[name] {
			if len(p.names) >= limit {
				w.Whole = true
				continue
			}
			p.names[name] = true
		}
		if old, ok := p.credits[name]; !ok || !e.Time.Before(old.Time) {
			p.credits[name] = Credit{Name: name, Event: e.ID, Call: e.Name, Actor: e.Actor, Time: e.Time}
		}
	}
}

// Due returns the work whose time has come, the earliest first, and lets go of it.
func (d *Debouncer) Due(now time.Time) []Work {
	var ready []*pile
	for scope, p := range d.waiting {
		if !p.due(d.pace).After(now) {
			ready = append(ready, p)
			delete(d.waiting, scope)
		}
	}
	slices.SortFunc(ready, func(a, b *pile) int {
		if c := a.first.Compare(b.first); c != 0 {
			return c
		}
		return a.work.Scope.Compare(b.work.Scope)
	})
	works := make([]Work, 0, len(ready))
	for _, p := range ready {
		works = append(works, p.finish())
		for _, id := range p.work.Events {
			if d.holds[id]--; d.holds[id] <= 0 {
				delete(d.holds, id)
			}
		}
	}
	return works
}

func (p *pile) due(pace Pace) time.Time {
	quiet, longest := p.last.Add(pace.Quiet), p.first.Add(pace.Longest)
	if quiet.Before(longest) {
		return quiet
	}
	return longest
}

func (p *pile) finish() Work {
	w := p.work
	for name := range p.names {
		w.Names = append(w.Names, name)
	}
	slices.Sort(w.Names)
	for _, c := range p.credits {
		w.Credits = append(w.Credits, c)
	}
	slices.SortFunc(w.Credits, func(a, b Credit) int { return strings.Compare(a.Name, b.Name) })
	return w
}

// Next returns when the next work is due; false when none waits.
func (d *Debouncer) Next() (time.Time, bool) {
	var next time.Time
	for _, p := range d.waiting {
		if due := p.due(d.pace); next.IsZero() || due.Before(next) {
			next = due
		}
	}
	return next, !next.IsZero()
}

// Holds reports whether work that is not due yet waits for the event.
func (d *Debouncer) Holds(id string) bool { return d.holds[id] > 0 }

// Waiting returns how many scopes wait.
func (d *Debouncer) Waiting() int { return len(d.waiting) }

// keepReadings is for how long a reading answers late events.
const keepReadings = 48 * time.Hour

// Read tells that a scope was read completely by a reading that began at a time. What
// waits for the scope stays.
func (d *Debouncer) Read(scope estate.Scope, began time.Time) {
	if began.After(d.read[scope]) {
		d.read[scope] = began
	}
	if len(d.read)&0xffff == 0xffff { // now and then
		for s, at := range d.read {
			if at.Add(keepReadings).Before(began) {
				delete(d.read, s)
			}
		}
	}
}

// Forget makes the events new again: their work could not be kept, and their messages
// will come back.
func (d *Debouncer) Forget(ids ...string) {
	for _, id := range ids {
		d.known.remove(id)
	}
}
