package sqlstore

import (
	"context"
	"encoding/json"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

func scanTransition(row scanner) (store.Transition, error) {
	var t store.Transition
	var seq int64
	var body []byte
	if err := row.Scan(&seq, &body); err != nil {
		return t, err
	}
	err := json.Unmarshal(body, &t)
	t.Seq = seq
	return t, err
}

// Pending returns transitions that were not routed, oldest first.
func (s *Store) Pending(ctx context.Context, limit int) ([]store.Transition, error) {
	list, err := collect(ctx, s.reads(), scanTransition, `SELECT seq, body FROM transition WHERE routed = 0 ORDER BY seq LIMIT ?`, max(limit, 0))
	return list, fail("read what is to be told", err)
}

// Transitions lists what happened after a sequence number, oldest first.
func (s *Store) Transitions(ctx context.Context, see store.Visible, after int64, limit int) ([]store.Transition, error) {
	w := &where{}
	w.add("t.seq > ?", after)
	w.only("t.owner", see.OnlyOwners)
	if see.OnlyAccounts != nil {
		inside := &where{}
		seeIssues(inside, store.Visible{OnlyAccounts: see.OnlyAccounts})
		direct := &where{}
		direct.only("t.account", see.OnlyAccounts)
		w.add("(t.subject = 'finding' AND "+direct.sql()+" OR t.subject = 'issue' AND EXISTS (SELECT 1 FROM issue i WHERE i.key = t.key AND "+inside.sql()+"))", append(direct.args, inside.args...)...)
	}
	list, err := collect(ctx, s.reads(), scanTransition, `SELECT t.seq, t.body FROM transition t WHERE `+w.sql()+` ORDER BY t.seq LIMIT ?`, append(w.args, max(limit, 0))...)
	return list, fail("read what happened", err)
}

// RouterState returns what Route kept.
func (s *Store) RouterState(ctx context.Context) (store.RouterState, error) {
	var state store.RouterState
	var body []byte
	err := s.reads().row(ctx, `SELECT version, body FROM router_state WHERE one = 1`).Scan(&state.Version, &body)
	state.Body = body
	return state, fail("read the state of routing", err)
}

// Route marks transitions as routed and queues deliveries.
func (s *Store) Route(ctx context.Context, seqs []int64, deliveries []store.Delivery, state store.RouterState) error {
	const op = "route what is to be told"
	for _, d := range deliveries {
		if d.Key == "" || cut(d.Key, maxName) != d.Key {
			return estate.Errorf(estate.CodeInvalid, op, "the key of a delivery has no use")
		}
	}
	return s.write(ctx, op, func(q session) error {
		n, err := q.exec(ctx, `UPDATE router_state SET version = version + 1, body = ? WHERE one = 1 AND version = ?`, []byte(state.Body), state.Version)
		if err != nil {
			return err
		}
		if n == 0 {
			return estate.Errorf(estate.CodeGone, op, "somebody else routed since version %d was read", state.Version)
		}
		var marked [][]any
		for _, seq := range seqs {
			marked = append(marked, []any{seq})
		}
		if err := q.each(ctx, `UPDATE transition SET routed = 1 WHERE seq = ?`, marked); err != nil {
			return err
		}
		return queue(ctx, q, deliveries)
	})
}

// queue keeps deliveries whose keys are not known.
func queue(ctx context.Context, q session, deliveries []store.Delivery) error {
	ids, err := q.dialect.Reserve(ctx, q.tx, len(deliveries))
	if err != nil {
		return err
	}
	var rows [][]any
	for i, d := range deliveries {
		if d.State == "" {
			d.State = waiting
		}
		rows = append(rows, []any{ids[i], text(d.Key), text(d.Channel), []byte(d.Message), micros(d.NotBefore), d.Tries, micros(d.Happened), micros(d.Created), micros(d.Done), text(d.State), text(d.Error)})
	}
	return q.each(ctx, `INSERT INTO delivery (did, key, channel, message, not_before, tries, happened, created, done, state, error)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING`, rows)
}

// The states of deliveries.
const (
	waiting = "waiting"
	sent    = "sent"
	failed  = "failed"
)

const deliveryColumns = `d.key, d.channel, d.message, d.not_before, d.tries, d.happened, d.created, d.done, d.state, d.error`

func scanDelivery(row scanner) (store.Delivery, error) {
	var d store.Delivery
	var key, channel, state, failure text
	var message []byte
	var notBefore, happened, created, done int64
	err := row.Scan(&key, &channel, &message, &notBefore, &d.Tries, &happened, &created, &done, &state, &failure)
	d.Key, d.Channel, d.Message, d.State, d.Error = string(key), string(channel), message, string(state), string(failure)
	d.NotBefore, d.Happened, d.Created, d.Done = moment(notBefore), moment(happened), moment(created), moment(done)
	return d, err
}

// Lease takes deliveries that are due, and hides them from others until the lease ends.
func (s *Store) Lease(ctx context.Context, now time.Time, lease time.Duration, limit int) ([]store.Delivery, error) {
	var taken []store.Delivery
	err := s.write(ctx, "take deliveries", func(q session) error {
		us := micros(now)
		var err error
		taken, err = collect(ctx, q, scanDelivery, `SELECT `+deliveryColumns+` FROM delivery d WHERE d.state = 'waiting' AND d.not_before <= ? AND d.leased <= ? ORDER BY d.not_before, d.did LIMIT ?`+q.dialect.SkipLocked(), us, us, max(limit, 0))
		if err != nil {
			return err
		}
		var held [][]any
		for _, d := range taken {
			held = append(held, []any{us + lease.Microseconds(), text(d.Key)})
		}
		return q.each(ctx, `UPDATE delivery SET leased = ? WHERE key = ?`, held)
	})
	return taken, err
}

// Finish notes how a delivery ended. One that was sent stays sent.
func (s *Store) Finish(ctx context.Context, d store.Delivery) error {
	const op = "note a delivery"
	if d.State != waiting && d.State != sent && d.State != failed {
		return estate.Errorf(estate.CodeInvalid, op, "there is no state %q", d.State)
	}
	return s.write(ctx, op, func(q session) error {
		n, err := q.exec(ctx, `UPDATE delivery SET state = ?, tries = ?, not_before = ?, leased = 0, done = ?, error = ? WHERE key = ? AND state <> 'sent'`,
			text(d.State), d.Tries, micros(d.NotBefore), micros(d.Done), text(d.Error), text(d.Key))
		if err != nil || n > 0 {
			return err
		}
		var one int
		return q.row(ctx, `SELECT 1 FROM delivery WHERE key = ?`, text(d.Key)).Scan(&one)
	})
}

// Deliveries lists deliveries, newest first.
func (s *Store) Deliveries(ctx context.Context, state string, page store.PageRequest) (store.Page[store.Delivery], error) {
	w := &where{}
	if state != "" {
		w.only("d.state", []string{state})
	}
	l := listing{
		op: "list deliveries", request: page, filters: state, orders: map[string]order{"created": {column: "d.created", down: true}}, first: "created", tie: "d.did",
		columns: deliveryColumns, arms: []arm{{from: "delivery d", where: w, version: "d"}},
	}
	return list(ctx, s.reads(), l, scanDelivery)
}

// PutDeadEvent keeps a message that could not be understood; one that is known stays.
func (s *Store) PutDeadEvent(ctx context.Context, e store.DeadEvent) error {
	const op = "put an event aside"
	if err := validID(op, e.ID); err != nil {
		return err
	}
	body, err := json.Marshal(&e)
	if err != nil {
		return estate.Errorf(estate.CodeInvalid, op, "%w", err)
	}
	return s.write(ctx, op, func(q session) error {
		_, err := q.exec(ctx, `INSERT INTO dead_event (id, at, body) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING`, text(e.ID), micros(e.At), body)
		return err
	})
}

// DeadEvents lists them, newest first.
func (s *Store) DeadEvents(ctx context.Context, page store.PageRequest) (store.Page[store.DeadEvent], error) {
	l := listing{
		op: "list events that were put aside", request: page, orders: map[string]order{"at": {column: "e.at", down: true}}, first: "at", tie: "e.id", tieText: true,
		columns: "e.body", arms: []arm{{from: "dead_event e", where: &where{}, version: "e"}},
	}
	return list(ctx, s.reads(), l, scanJSON[store.DeadEvent])
}

// scanJSON reads a row of one column of JSON.
func scanJSON[T any](row scanner) (T, error) {
	var item T
	var body []byte
	if err := row.Scan(&body); err != nil {
		return item, err
	}
	err := json.Unmarshal(body, &item)
	return item, err
}

// Latency measures deliveries that were sent since a moment. Quantiles are those of the
// nearest rank.
func (s *Store) Latency(ctx context.Context, since time.Time) (store.Latency, error) {
	seconds, err := collect(ctx, s.reads(), func(row scanner) (float64, error) {
		var us int64
		err := row.Scan(&us)
		return float64(max(us, 0)) / 1e6, err
	}, `SELECT done - happened AS took FROM delivery WHERE state = 'sent' AND happened > 0 AND done > ? ORDER BY took`, micros(since))
	l := store.Latency{Count: len(seconds)}
	if l.Count == 0 {
		return l, fail("measure deliveries", err)
	}
	rank := func(percent int) float64 { return seconds[(l.Count*percent+99)/100-1] }
	l.P50, l.P95, l.P99 = rank(50), rank(95), rank(99)
	return l, fail("measure deliveries", err)
}
