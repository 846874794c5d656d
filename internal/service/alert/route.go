package alert

import (
	"context"
	"encoding/json"
	"time"

	"github.com/stance-sec/stance/internal/action/notify/schedule"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// transitionsAtOnce is how many transitions are routed in one transaction.
const transitionsAtOnce = 500

// tries is how often routing begins anew because another process routed meanwhile.
const tries = 20

// Route decides who is told of the transitions that wait, and packs what may go now into
// messages. It returns when something that waits may go; zero when nothing waits.
func (t *Teller) Route(ctx context.Context) (wake time.Time, err error) {
	for range tries {
		more, wake, err := t.routeSome(ctx)
		switch {
		case estate.CodeOf(err) == estate.CodeGone: // another process was first
		case err != nil:
			return time.Time{}, err
		case !more:
			return wake, nil
		}
		if err := ctx.Err(); err != nil {
			return time.Time{}, err
		}
	}
	return t.Now(), nil
}

func (t *Teller) routeSome(ctx context.Context) (more bool, wake time.Time, err error) {
	state, m, err := t.recall(ctx)
	if err != nil {
		return false, time.Time{}, err
	}
	transitions, err := t.Store.Pending(ctx, transitionsAtOnce)
	if err != nil {
		return false, time.Time{}, err
	}
	if len(transitions)+len(m.Waiting) == 0 {
		return false, time.Time{}, nil
	}
	seqs := make([]int64, 0, len(transitions))
	for i := range transitions {
		seqs = append(seqs, transitions[i].Seq)
	}
	alerts, err := t.alerts(ctx, transitions)
	if err != nil {
		return false, time.Time{}, err
	}
	now := t.Now()
	for i := range alerts {
		for _, d := range schedule.Plan(t.Config, &alerts[i].Alert, now) {
			m.Waiting = append(m.Waiting, schedule.Pending{Delivery: d, Value: alerts[i].Alert})
			if !alerts[i].happened.IsZero() {
				m.Happened[d.Key] = alerts[i].happened
			}
		}
	}
	wake, err = t.pack(ctx, state, m, seqs, now)
	return len(transitions) == transitionsAtOnce, wake, err
}

// pack keeps what goes now as messages, and what waits in memory, in one transaction with
// marking the transitions.
func (t *Teller) pack(ctx context.Context, state store.RouterState, m *memory, seqs []int64, now time.Time) (time.Time, error) {
	packed := schedule.Pack(t.Config, m.Waiting, m.Buckets, now)
	gone := map[string]bool{}
	var deliveries []store.Delivery
	for i := range packed.Messages {
		message := &packed.Messages[i]
		body, err := json.Marshal(message.Alert)
		if err != nil {
			return time.Time{}, estate.Errorf(estate.CodeInternal, "keep a message", "%w", err)
		}
		d := store.Delivery{Key: message.Key, Channel: message.Channel, Message: body, NotBefore: now, Created: now, State: "waiting"}
		for _, key := range message.Deliveries {
			gone[key] = true
			if at, told := m.Happened[key]; told && (d.Happened.IsZero() || at.Before(d.Happened)) {
				d.Happened = at
			}
			delete(m.Happened, key)
		}
		deliveries = append(deliveries, d)
	}
	waiting := m.Waiting[:0:0]
	for _, w := range m.Waiting {
		if !gone[w.Key] {
			waiting = append(waiting, w)
		}
	}
	m.Waiting, m.Buckets = waiting, packed.Buckets
	body, err := json.Marshal(m)
	if err != nil {
		return time.Time{}, estate.Errorf(estate.CodeInternal, "keep the memory of alerts", "%w", err)
	}
	state.Body = body
	return packed.Wake, t.Store.Route(ctx, seqs, deliveries, state)
}
