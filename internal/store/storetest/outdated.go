package storetest

import (
	"crypto/sha256"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

var outdatedTests = []test{
	{"WhatIsAnotherByNowIsLeftOut", func(b *bench) {
		old, now := thing{id: "a", content: "closed"}, thing{id: "a", content: "open"}
		body := func(r thing) map[store.Key][sha256.Size]byte {
			return map[store.Key][sha256.Size]byte{{Account: "1", ID: r.id}: sha256.Sum256(b.line(in("1"), r))}
		}
		late := func(when time.Time, bodies map[store.Key][sha256.Size]byte, findings ...estate.Finding) []string {
			return kinds(b.judged(store.Judged{Account: "1", At: when, Keys: keys("1", "a"), Bodies: bodies, Findings: findings}))
		}
		f := fails("1", "a", "x", estate.Low)
		b.read(in("1"), at(1), old)
		b.whole(at(1), "1", []string{"a"})
		b.patch(in("1"), at(2), nil, now)
		equal(b, late(at(3), body(now), f), []string{"new a"})
		equal(b, late(at(4), body(old)), []string{})                                   // a review that began before
		equal(b, late(at(5), map[store.Key][sha256.Size]byte{}), []string{})           // it is said to be gone
		equal(b, late(at(6), body(old), fails("1", "a", "y", estate.Low)), []string{}) // nor does anything open
		b.patch(in("1"), at(7), []string{"a"})
		equal(b, late(at(8), body(now), f), []string{})
		equal(b, late(at(9), map[store.Key][sha256.Size]byte{}), []string{"resolved a"})
	}},
}
