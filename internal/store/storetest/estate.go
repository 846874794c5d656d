package storetest

import (
	"errors"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

var estateTests = []test{
	{"ReadsBackWhatWasRead", func(b *bench) {
		d := b.read(in("1"), at(1), thing{id: "b", content: "x"}, thing{id: "a"})
		equal(b, d, store.Delta{Scope: in("1"), Added: []store.Key{{Account: "1", ID: "a"}, {Account: "1", ID: "b"}}, Coverage: true})
		b.has(time.Time{}, in("1"), thing{id: "a"}, thing{id: "b", content: "x"})
		b.has(time.Time{}, in("2"))
		ids, err := b.IDs(b.Context(), in("1"))
		b.must(err)
		equal(b, ids, []string{"a", "b"})
	}},
	{"TellsWhatChanged", func(b *bench) {
		b.read(in("1"), at(1), thing{id: "a"}, thing{id: "b"}, thing{id: "c"})
		d := b.read(in("1"), at(2), thing{id: "a"}, thing{id: "b", content: "y"}, thing{id: "d"})
		equal(b, d, store.Delta{Scope: in("1"), Added: []store.Key{{Account: "1", ID: "d"}}, Changed: []store.Key{{Account: "1", ID: "b"}}, Gone: []store.Key{{Account: "1", ID: "c"}}, Unchanged: 1})
		b.has(at(1), in("1"), thing{id: "a"}, thing{id: "b"}, thing{id: "c"})
		b.has(at(2), in("1"), thing{id: "a"}, thing{id: "b", content: "y"}, thing{id: "d"})
		b.has(at(0), in("1"))
	}},
	{"KeepsAScopeThatCouldNotBeListed", func(b *bench) {
		b.read(in("1"), at(1), thing{id: "a"})
		d := b.miss(in("1"), at(2))
		equal(b, d, store.Delta{Scope: in("1"), Coverage: true})
		b.has(time.Time{}, in("1"), thing{id: "a"})
		ledger, err := b.Ledger(b.Context(), everything, estate.Scope{Account: "1"})
		b.must(err)
		if len(ledger) != 1 || ledger[0].Status != estate.CoverageFailed || !ledger[0].Read.Equal(at(2)) || !ledger[0].Whole.Equal(at(1)) {
			b.Fatalf("the ledger is %+v", ledger)
		}
		if d := b.miss(in("1"), at(3)); d.Coverage {
			b.Error("the coverage is said to have changed")
		}
		n, err := b.Snapshot(b.Context(), at(1))
		b.must(err)
		if c := n.Coverage(); len(c) != 1 || c[0].Status != estate.CoverageOK {
			b.Errorf("the ledger of the moment before is %+v", c)
		}
		b.must(n.Close())
	}},
	{"LaterOfTwoWithOneIDCounts", func(b *bench) {
		d := b.read(in("1"), at(1), thing{id: "a", content: "1"}, thing{id: "a", content: "2"})
		if len(d.Added) != 1 {
			b.Errorf("%d were added", len(d.Added))
		}
		b.has(time.Time{}, in("1"), thing{id: "a", content: "2"})
		b.read(in("1"), at(2), thing{id: "a", content: "3"}, thing{id: "a", content: "2"})
		b.has(time.Time{}, in("1"), thing{id: "a", content: "2"})
		b.has(at(1), in("1"), thing{id: "a", content: "2"})
	}},
	{"AbortAndNoCommitChangeNothing", func(b *bench) {
		b.read(in("1"), at(1), thing{id: "a"})
		for _, end := range []bool{true, false} {
			w, err := b.Begin(b.Context(), in("1"), cause)
			b.must(err)
			b.must(w.Add("x", b.line(in("1"), thing{id: "x"})))
			if end {
				b.must(w.Abort())
				b.refuses(estate.CodeInvalid, w.Add("y", b.line(in("1"), thing{id: "y"})))
			}
		}
		b.has(time.Time{}, in("1"), thing{id: "a"})
	}},
	{"AReadingThatWasOvertakenIsRefused", func(b *bench) {
		slow, err := b.Begin(b.Context(), in("1"), cause)
		b.must(err)
		b.must(slow.Add("old", b.line(in("1"), thing{id: "old"})))
		b.read(in("1"), at(2), thing{id: "new"})
		_, err = slow.Commit(b.Context(), estate.Coverage{Scope: in("1"), Status: estate.CoverageOK, Read: at(3)})
		b.refuses(estate.CodeGone, err)
		b.has(time.Time{}, in("1"), thing{id: "new"})
	}},
	{"PatchPutsSingleResources", func(b *bench) {
		b.read(in("1"), at(1), thing{id: "a"}, thing{id: "b"}, thing{id: "c"})
		d := b.patch(in("1"), at(2), []string{"c", "never"}, thing{id: "b", content: "y"}, thing{id: "d"}, thing{id: "a"})
		equal(b, d, store.Delta{Scope: in("1"), Added: []store.Key{{Account: "1", ID: "d"}}, Changed: []store.Key{{Account: "1", ID: "b"}}, Gone: []store.Key{{Account: "1", ID: "c"}}, Unchanged: 2})
		b.has(time.Time{}, in("1"), thing{id: "a"}, thing{id: "b", content: "y"}, thing{id: "d"})
		b.has(at(1), in("1"), thing{id: "a"}, thing{id: "b"}, thing{id: "c"})
	}},
	{"ALatePatchIsLeftOut", func(b *bench) {
		b.patch(in("1"), at(5), nil, thing{id: "a", content: "5"})
		d := b.patch(in("1"), at(4), nil, thing{id: "a", content: "4"})
		if !d.Empty() {
			b.Errorf("it changed %v", d)
		}
		b.patch(in("1"), at(8), nil, thing{id: "a", content: "5"}) // as it was, but read later
		b.patch(in("1"), at(7), []string{"a"})
		b.has(time.Time{}, in("1"), thing{id: "a", content: "5"})
		b.patch(in("1"), at(9), []string{"a"})
		b.patch(in("1"), at(8), nil, thing{id: "a", content: "8"})
		b.has(time.Time{}, in("1"))
	}},
	{"APatchDuringAReadingStands", func(b *bench) {
		b.read(in("1"), at(1), thing{id: "a"}, thing{id: "b"}, thing{id: "c"})
		w, err := b.Begin(b.Context(), in("1"), cause)
		b.must(err)
		for _, id := range []string{"a", "b", "c"} {
			b.must(w.Add(id, b.line(in("1"), thing{id: id, content: "read"})))
		}
		b.patch(in("1"), at(2), []string{"b"}, thing{id: "a", content: "patched"}, thing{id: "d"})
		_, err = w.Commit(b.Context(), estate.Coverage{Scope: in("1"), Status: estate.CoverageOK, Read: at(3)})
		b.must(err)
		b.has(time.Time{}, in("1"), thing{id: "a", content: "patched"}, thing{id: "c", content: "read"}, thing{id: "d"})
	}},
	{"RetireCloses", func(b *bench) {
		b.read(in("1"), at(1), thing{id: "a"})
		b.read(in("2"), at(1), thing{id: "a"})
		b.must(b.Retire(b.Context(), []estate.Scope{in("1"), in("3")}, at(2)))
		b.has(time.Time{}, in("1"))
		b.has(at(1), in("1"), thing{id: "a"})
		b.has(time.Time{}, in("2"), thing{id: "a"})
		ledger, err := b.Ledger(b.Context(), everything, estate.Scope{})
		b.must(err)
		if len(ledger) != 1 || ledger[0].Account != "2" {
			b.Errorf("the ledger is %+v", ledger)
		}
		b.read(in("1"), at(3), thing{id: "a"})
		b.has(time.Time{}, in("1"), thing{id: "a"})
		b.has(at(2), in("1"))
	}},
	{"ASnapshotStays", func(b *bench) {
		b.read(in("1"), at(1), thing{id: "a"})
		n, err := b.Snapshot(b.Context(), time.Time{})
		b.must(err)
		b.read(in("1"), at(2), thing{id: "a", content: "2"}, thing{id: "b"})
		var seen []string
		b.must(n.Each(in("1"), func(line []byte) error { seen = append(seen, string(line)); return nil }))
		equal(b, seen, []string{string(b.line(in("1"), thing{id: "a"}))})
		b.must(n.Close())
	}},
	{"LinesAreThoseOfKeys", func(b *bench) {
		b.read(in("2"), at(1), thing{id: "a"}, thing{id: "b"})
		b.read(in("1"), at(1), thing{id: "c"}, thing{id: "b"})
		other := in("1")
		other.Region = "us-east-1"
		b.read(other, at(1), thing{id: "b"})
		n, err := b.Snapshot(b.Context(), time.Time{})
		b.must(err)
		defer func() { b.must(n.Close()) }()
		var seen []string
		b.must(n.Lines([]store.Key{{Account: "2", ID: "b"}, {Account: "1", ID: "b"}, {Account: "1", ID: "b"}, {Account: "1", ID: "a"}, {Account: "2", ID: "a"}}, func(s estate.Scope, line []byte) error {
			seen = append(seen, s.String()+" "+string(line))
			return nil
		}))
		var want []string
		for _, r := range []struct {
			scope estate.Scope
			id    string
		}{{in("1"), "b"}, {other, "b"}, {in("2"), "a"}, {in("2"), "b"}} {
			want = append(want, r.scope.String()+" "+string(b.line(r.scope, thing{id: r.id})))
		}
		equal(b, seen, want)
		stop := errors.New("enough")
		if err := n.Each(in("1"), func([]byte) error { return stop }); !errors.Is(err, stop) {
			b.Errorf("the reader's own error came back as %v", err)
		}
	}},
	{"WhatIsNoResourceIsRefused", func(b *bench) {
		w, err := b.Begin(b.Context(), in("1"), cause)
		b.must(err)
		b.refuses(estate.CodeInvalid, w.Add("", []byte("{}")))
		b.refuses(estate.CodeInvalid, w.Add("a", []byte(`{"name":`)))
		b.refuses(estate.CodeInvalid, w.Add("a", []byte(`[]`)))
		_, err = w.Commit(b.Context(), estate.Coverage{Scope: in("2"), Status: estate.CoverageOK, Read: at(1)})
		b.refuses(estate.CodeInvalid, err)
		_, err = w.Commit(b.Context(), estate.Coverage{Scope: in("1"), Status: estate.CoverageOK})
		b.refuses(estate.CodeInvalid, err)
		b.must(w.Abort())
		_, err = b.Begin(b.Context(), estate.Scope{}, cause)
		b.refuses(estate.CodeInvalid, err)
		_, err = b.Patch(b.Context(), in("1"), store.Patch{Read: at(1), Put: [][]byte{[]byte(`{"id":""}`)}})
		b.refuses(estate.CodeInvalid, err)
	}},
}
