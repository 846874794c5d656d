// Package storetest is what every store must keep to: one suite, for every database.
package storetest

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// Open returns an empty store that ends with the test.
type Open func(t *testing.T) store.Store

// Run holds a store to the contracts of package store. Tests run one after the other, so
// that open may empty one database.
func Run(t *testing.T, open Open) {
	for _, suite := range [][]test{estateTests, historyTests, listTests, postureTests, outdatedTests, issueTests, outboxTests, peopleTests, hostileTests, concurrentTests, randomTests} {
		for _, c := range suite {
			t.Run(c.name, func(t *testing.T) { c.run(&bench{T: t, Store: open(t)}) })
		}
	}
}

// test is one promise.
type test struct {
	name string
	run  func(b *bench)
}

// bench is a store under test with short words for what tests do.
type bench struct {
	*testing.T
	store.Store
}

// day0 is when tests begin.
var day0 = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// at is so many minutes after the beginning.
func at(minutes int) time.Time { return day0.Add(time.Duration(minutes) * time.Minute) }

// everything is a reader who sees all.
var everything store.Visible

var cause = store.Cause{Run: "run-1"}

// in is a scope of buckets.
func in(account string) estate.Scope {
	return estate.Scope{Cloud: estate.AWS, Account: account, Region: "eu-west-1", Type: "aws_s3_bucket"}
}

// thing is a resource of a scope with something in it that can change.
type thing struct {
	id, name, content string
	relations         []estate.Relation
}

func (b *bench) line(scope estate.Scope, r thing) []byte {
	b.Helper()
	if r.name == "" {
		r.name = r.id
	}
	config, err := json.Marshal(map[string]string{"content": r.content})
	b.must(err)
	line, err := json.Marshal(&estate.Resource{ID: r.id, Type: scope.Type, Cloud: scope.Cloud, Account: scope.Account, Region: scope.Region, Name: r.name, Config: config, Relations: r.relations})
	b.must(err)
	return line
}

// read reads a whole scope.
func (b *bench) read(scope estate.Scope, when time.Time, things ...thing) store.Delta {
	b.Helper()
	w, err := b.Begin(b.Context(), scope, cause)
	b.must(err)
	for _, r := range things {
		b.must(w.Add(r.id, b.line(scope, r)))
	}
	d, err := w.Commit(b.Context(), estate.Coverage{Scope: scope, Status: estate.CoverageOK, Resources: len(things), Read: when})
	b.must(err)
	return d
}

// miss notes that a scope could not be read.
func (b *bench) miss(scope estate.Scope, when time.Time) store.Delta {
	b.Helper()
	w, err := b.Begin(b.Context(), scope, cause)
	b.must(err)
	d, err := w.Commit(b.Context(), estate.Coverage{Scope: scope, Status: estate.CoverageFailed, Reason: estate.Denied, Permissions: []string{"s3:ListAllMyBuckets"}, Read: when})
	b.must(err)
	return d
}

// patch puts single resources.
func (b *bench) patch(scope estate.Scope, when time.Time, gone []string, things ...thing) store.Delta {
	b.Helper()
	p := store.Patch{Read: when, Gone: gone, Causes: map[string]store.Cause{"": {Event: "event-1", Actor: "alice"}}}
	for _, r := range things {
		p.Put = append(p.Put, b.line(scope, r))
	}
	d, err := b.Patch(b.Context(), scope, p)
	b.must(err)
	return d
}

// lines returns the estate of a moment, by scope.
func (b *bench) lines(when time.Time, scopes ...estate.Scope) map[estate.Scope][]string {
	b.Helper()
	n, err := b.Snapshot(b.Context(), when)
	b.must(err)
	defer func() { b.must(n.Close()) }()
	all := map[estate.Scope][]string{}
	for _, s := range scopes {
		b.must(n.Each(s, func(line []byte) error {
			all[s] = append(all[s], string(line))
			return nil
		}))
	}
	return all
}

// has fails unless a scope held just these things at a moment.
func (b *bench) has(when time.Time, scope estate.Scope, things ...thing) {
	b.Helper()
	var want []string
	for _, r := range things {
		want = append(want, string(b.line(scope, r)))
	}
	equal(b, b.lines(when, scope)[scope], want)
}

func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// refuses fails unless the error has a code.
func (b *bench) refuses(code estate.Code, err error) {
	b.Helper()
	if estate.CodeOf(err) != code {
		b.Fatalf("the error is %v instead of one with code %q", err, code)
	}
}

// equal fails unless two values are the same as JSON.
func equal[T any](b *bench, got, want T) {
	b.Helper()
	g, err := json.Marshal(got)
	b.must(err)
	w, err := json.Marshal(want)
	b.must(err)
	if string(g) != string(w) {
		b.Fatalf("\n got %s\nwant %s", short(g), short(w))
	}
}

func short(raw []byte) string {
	const most = 4000
	if len(raw) > most {
		return fmt.Sprintf("%s... (%d bytes)", raw[:most], len(raw))
	}
	return string(raw)
}

// pages reads a list page by page and fails when an item comes twice.
func pages[T any](b *bench, limit int, key func(T) string, read func(store.PageRequest) (store.Page[T], error)) []T {
	b.Helper()
	var all []T
	var keys []string
	request := store.PageRequest{Limit: limit}
	for {
		page, err := read(request)
		b.must(err)
		for _, item := range page.Items {
			if slices.Contains(keys, key(item)) {
				b.Fatalf("%q comes twice", key(item))
			}
			keys = append(keys, key(item))
			all = append(all, item)
		}
		if page.Next == "" {
			return all
		}
		request.Cursor = page.Next
	}
}
