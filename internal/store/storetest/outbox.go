package storetest

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

func message(key string, created int) store.Delivery {
	return store.Delivery{Key: key, Channel: "slack", Message: json.RawMessage(`{"text":"hi"}`), Created: at(created), NotBefore: at(created), Happened: at(0), State: "waiting"}
}

func deliveryKeys(list []store.Delivery) []string {
	out := []string{}
	for _, d := range list {
		out = append(out, d.Key)
	}
	return out
}

// lease takes what is due at a moment.
func (b *bench) lease(when time.Time, limit int) []store.Delivery {
	b.Helper()
	list, err := b.Lease(b.Context(), when, 5*time.Minute, limit)
	b.must(err)
	return list
}

var outboxTests = []test{
	{"WhatHappenedWaitsUntilItIsRouted", func(b *bench) {
		b.judge(at(1), "1", []string{"a", "b"}, fails("1", "a", "x", estate.Low), fails("1", "b", "x", estate.Low))
		pending, err := b.Pending(b.Context(), 10)
		b.must(err)
		equal(b, kinds(pending), []string{"new a first", "new b first"})
		if pending[0].Seq >= pending[1].Seq {
			b.Error("numbers do not grow")
		}
		one, err := b.Pending(b.Context(), 1)
		b.must(err)
		equal(b, one, pending[:1])
		state, err := b.RouterState(b.Context())
		b.must(err)
		state.Body = json.RawMessage(`{"groups":1}`)
		b.must(b.Route(b.Context(), []int64{pending[0].Seq}, []store.Delivery{message("m1", 1)}, state))
		b.refuses(estate.CodeGone, b.Route(b.Context(), []int64{pending[1].Seq}, []store.Delivery{message("m2", 1)}, state))
		left, err := b.Pending(b.Context(), 10)
		b.must(err)
		equal(b, left, pending[1:])
		again, err := b.RouterState(b.Context())
		b.must(err)
		equal(b, again.Body, state.Body)
		b.must(b.Route(b.Context(), []int64{pending[1].Seq}, []store.Delivery{message("m1", 9), message("m3", 2)}, again))
		page, err := b.Deliveries(b.Context(), "", store.PageRequest{})
		b.must(err)
		equal(b, deliveryKeys(page.Items), []string{"m3", "m1"})
		equal(b, page.Items[1], message("m1", 1))
		all, err := b.Transitions(b.Context(), everything, pending[0].Seq, 10)
		b.must(err)
		equal(b, all, pending[1:])
	}},
	{"ALeaseHidesAndEnds", func(b *bench) {
		b.must(b.Route(b.Context(), nil, []store.Delivery{message("m1", 1), message("m2", 2), message("m3", 30)}, store.RouterState{}))
		equal(b, deliveryKeys(b.lease(at(3), 1)), []string{"m1"})
		equal(b, deliveryKeys(b.lease(at(3), 9)), []string{"m2"})
		equal(b, deliveryKeys(b.lease(at(4), 9)), []string{})
		d := message("m1", 1)
		d.State, d.Done, d.Tries = "sent", at(4), 1
		b.must(b.Finish(b.Context(), d))
		late := message("m2", 2)
		late.NotBefore, late.Tries, late.Error = at(6), 1, "refused"
		b.must(b.Finish(b.Context(), late))
		equal(b, deliveryKeys(b.lease(at(5), 9)), []string{})
		again := b.lease(at(7), 9)
		equal(b, again, []store.Delivery{late})
		equal(b, deliveryKeys(b.lease(at(13), 9)), []string{"m2"}) // whoever had it did not finish
		d.State = "waiting"
		b.must(b.Finish(b.Context(), d)) // one that was sent stays sent
		page, err := b.Deliveries(b.Context(), "sent", store.PageRequest{})
		b.must(err)
		equal(b, deliveryKeys(page.Items), []string{"m1"})
		l, err := b.Latency(b.Context(), at(0))
		b.must(err)
		equal(b, l, store.Latency{Count: 1, P50: 240, P95: 240, P99: 240})
		b.refuses(estate.CodeNotFound, b.Finish(b.Context(), store.Delivery{Key: "none", State: "sent"}))
		b.refuses(estate.CodeInvalid, b.Finish(b.Context(), store.Delivery{Key: "m2", State: "odd"}))
	}},
	{"DeadEventsAreListed", func(b *bench) {
		for i := range 5 {
			b.must(b.PutDeadEvent(b.Context(), store.DeadEvent{ID: fmt.Sprint(i), At: at(i), Queue: "q", Reason: "no JSON"}))
		}
		b.must(b.PutDeadEvent(b.Context(), store.DeadEvent{ID: "3", At: at(9)}))
		list := pages(b, 2, func(e store.DeadEvent) string { return e.ID }, func(p store.PageRequest) (store.Page[store.DeadEvent], error) { return b.DeadEvents(b.Context(), p) })
		if len(list) != 5 || list[0].ID != "4" || list[1].Reason != "no JSON" {
			b.Errorf("they are %+v", list)
		}
	}},
}
