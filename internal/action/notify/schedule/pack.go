package schedule

import (
	"cmp"
	"slices"
	"time"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/action/notify/config"
)

// Message is what goes to a channel at once.
type Message struct {
	// Key is made of the deliveries.
	Key     string `json:"key"`
	Channel string `json:"channel"`
	// Alert is the alert of the only delivery, or one that has all of them as items.
	Alert notify.Alert `json:"alert"`
	// Deliveries are the keys of those it is made of, sorted.
	Deliveries []string `json:"deliveries"`
}

// Packed is what Pack decided.
type Packed struct {
	// Messages are to be sent now.
	Messages []Message
	// Buckets is what to give Pack next time.
	Buckets Buckets
	// Wake is when something that waits may go; zero when nothing waits.
	Wake time.Time
}

// Pack returns the messages that go now. Each delivery that waits is in one of them at
// most; those in none wait on and are given again. The order of those that wait does not
// matter.
//
// Where a limit lets fewer messages through than there are, the last of them holds all
// that is left. A channel that takes every alert alone gets the oldest first.
func Pack(c *config.Config, waiting []Pending, buckets Buckets, now time.Time) Packed {
	p := Packed{Buckets: buckets.copied(now)}
	byBucket := map[string][]unit{}
	for _, u := range units(waiting) {
		name := bucketOf(u.first().Route, u.first().Channel)
		byBucket[name] = append(byBucket[name], u)
	}
	for _, name := range slices.Sorted(keys(byBucket)) {
		p.bucket(c, name, byBucket[name], now)
	}
	return p
}

// bucket decides for what shares a limit.
func (p *Packed) bucket(c *config.Config, name string, all []unit, now time.Time) {
	var ready []unit
	for _, u := range all {
		if u.first().NotBefore.After(now) {
			p.wake(u.first().NotBefore)
		} else {
			ready = append(ready, u)
		}
	}
	if len(ready) == 0 {
		return
	}
	d := ready[0].first()
	l := limitOf(c, d.Route)
	if l.burst == 0 {
		p.emit(ready, now)
		return
	}
	free := l.free(p.Buckets[name], now)
	if ch := c.Channel(d.Channel); free < len(ready) && free > 0 && (ch == nil || !ch.Single()) {
		ready = squeeze(ready, free)
	}
	n := min(free, len(ready))
	p.emit(ready[:n], now)
	if n > 0 {
		p.Buckets[name] = l.spend(p.Buckets[name], now, n)
	}
	if n < len(ready) {
		p.wake(l.next(p.Buckets[name], now))
	}
}

func (p *Packed) emit(ready []unit, now time.Time) {
	for _, u := range ready {
		p.Messages = append(p.Messages, u.message(now))
	}
}

func (p *Packed) wake(t time.Time) {
	if p.Wake.IsZero() || t.Before(p.Wake) {
		p.Wake = t
	}
}

// mostItems is how many alerts one message stands for.
const mostItems = 1000

// unit is what goes together, the oldest first; at most mostItems.
type unit []*Pending

func (u unit) first() *Pending { return u[0] }

// units returns what waits by group, the oldest first.
func units(waiting []Pending) []unit {
	all := make([]*Pending, len(waiting))
	for i := range waiting {
		all[i] = &waiting[i]
	}
	slices.SortFunc(all, older)
	all = slices.CompactFunc(all, func(a, b *Pending) bool { return a.Key == b.Key })
	place := map[string]int{}
	var list []unit
	for _, p := range all {
		i, ok := place[p.Group]
		if p.Group == "" || !ok || len(list[i]) == mostItems {
			place[p.Group] = len(list)
			list = append(list, unit{p})
			continue
		}
		list[i] = append(list[i], p)
	}
	return list
}

func older(a, b *Pending) int {
	return cmp.Or(a.NotBefore.Compare(b.NotBefore), cmp.Compare(a.Key, b.Key))
}

// squeeze returns the units as n: the worst of them on their own, then one with as many of
// the others as a message holds, the oldest first, then those that did not fit.
func squeeze(ready []unit, n int) []unit {
	byWeight := slices.Clone(ready)
	slices.SortStableFunc(byWeight, func(a, b unit) int { return cmp.Compare(a.rank(), b.rank()) })
	alone, others := byWeight[:n-1], slices.Clone(byWeight[n-1:])
	slices.SortFunc(others, func(a, b unit) int { return older(a.first(), b.first()) })
	var last unit
	for len(others) > 0 && len(last)+len(others[0]) <= mostItems {
		last = append(last, others[0]...)
		others = others[1:]
	}
	return append(append(slices.Clone(alone), last), others...)
}

// rank returns that of the worst alert.
func (u unit) rank() int {
	worst := u[0].Value.Band().Rank()
	for _, p := range u {
		worst = min(worst, p.Value.Band().Rank())
	}
	return worst
}
