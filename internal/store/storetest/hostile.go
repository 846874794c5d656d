package storetest

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// hostile are texts that an attacker may choose, in the order that lists have: that of
// bytes, with what is not UTF-8 after the control characters.
var hostile = []string{
	"\x00", "\x00a", "\x01", "\x01\x01", "\x01\x03ff", "\xfe", "\xff", " ", "%", "'; DROP TABLE resource; --", "?", "A", "B", "\\", "_", "a", "a\x00b", "b", "ä", "߿", "ﬀ", "\U0001f600",
}

var hostileTests = []test{
	{"HostileIDsAreKeptAsTheyAre", func(b *bench) {
		scope := in("a\x00'\xff")
		var things []thing
		for _, id := range hostile {
			things = append(things, thing{id: id, content: id, relations: []estate.Relation{{Kind: estate.RelationKind(id), Target: id}}})
		}
		w, err := b.Begin(b.Context(), scope, store.Cause{Run: "\x00", Actor: "\xff"})
		b.must(err)
		for _, r := range things {
			b.must(w.Add(r.id, b.line(scope, r)))
		}
		_, err = w.Commit(b.Context(), estate.Coverage{Scope: scope, Status: estate.CoverageOK, Read: at(1), Detail: "\x00\xff"})
		b.must(err)
		ids, err := b.IDs(b.Context(), scope)
		b.must(err)
		if strings.Join(ids, "|") != strings.Join(hostile, "|") {
			b.Errorf("they are %q", ids)
		}
		for _, r := range things {
			got, err := b.Resource(b.Context(), everything, store.Key{Account: scope.Account, ID: r.id}, time.Time{})
			b.must(err)
			if got.ID != r.id || string(got.Body) != string(b.line(scope, r)) || got.Account != scope.Account {
				b.Errorf("%q came back as %+v", r.id, got)
			}
			if !utf8.ValidString(r.id) {
				continue // JSON has no such text: the resource has another name
			}
			found := b.names(store.ResourceQuery{Text: r.id})
			if len(found) == 0 {
				b.Errorf("%q is not found by its name", r.id)
			}
		}
		w, err = b.Begin(b.Context(), scope, cause)
		b.must(err)
		for _, r := range things {
			b.must(w.Add(r.id, b.line(scope, r)))
		}
		d, err := w.Commit(b.Context(), estate.Coverage{Scope: scope, Status: estate.CoverageOK, Read: at(2)})
		b.must(err)
		equal(b, d.Unchanged, len(things))
	}},
	{"HostileFindings", func(b *bench) {
		var findings []estate.Finding
		var ids []string
		for _, id := range hostile {
			f := fails("1", id, "check", estate.Low)
			f.Message, f.Title, f.Element = id, id, id
			f.Context = &estate.Context{Owner: id}
			findings = append(findings, f)
			ids = append(ids, id)
		}
		b.whole(at(1), "1", ids, findings...)
		if n := len(b.findings(store.FindingQuery{})); n != len(hostile) {
			b.Errorf("there are %d", n)
		}
		for _, id := range hostile {
			page, err := b.Findings(b.Context(), store.FindingQuery{Owners: []string{id}, Resource: id})
			b.must(err)
			if len(page.Items) != 1 {
				b.Errorf("%q has %d", id, len(page.Items))
			}
		}
		b.rank(at(1), issue("\x00", 1, estate.Low, "\xff", hostile...))
		equal(b, len(b.issues(store.IssueQuery{Resource: "%"})), 1)
		b.must(b.Route(b.Context(), nil, []store.Delivery{message("\x00\xff", 1)}, store.RouterState{}))
	}},
	{"LongNamesAndIDs", func(b *bench) {
		scope := in("1")
		long := thing{id: "long", name: strings.Repeat("ä%", 1<<19), content: strings.Repeat("x", 1<<20)}
		widest := thing{id: strings.Repeat("w", 2000)}
		b.read(scope, at(1), long, widest)
		b.has(time.Time{}, scope, long, widest)
		page, err := b.Resources(b.Context(), store.ResourceQuery{})
		b.must(err)
		for _, r := range page.Items {
			if len(r.Name) > 512 {
				b.Errorf("a list has a name of %d bytes", len(r.Name))
			}
		}
		w, err := b.Begin(b.Context(), scope, cause)
		b.must(err)
		b.refuses(estate.CodeInvalid, w.Add(strings.Repeat("w", 2001), b.line(scope, thing{id: "w"})))
		b.must(w.Abort())
		f := fails("1", "long", "check", estate.Low)
		f.Message, f.Title, f.Resource.Name = long.name, long.name, long.name
		b.judge(at(1), "1", []string{"long"}, f)
		got, err := b.Finding(b.Context(), everything, f.Key)
		b.must(err)
		equal(b, got.Finding, f)
		b.rank(at(1), issue("k", 1, estate.Low, long.name, long.name, "long"))
	}},
	{"OrderIsThatOfBytes", func(b *bench) {
		var things []thing
		words := []string{"Zebra", "apple", "Äpfel", "zebra", "Apple", "_", "-", "10", "9", "a b", "ab", "\u00e9", "e", "e\u0301"}
		for _, w := range words {
			things = append(things, thing{id: w})
		}
		b.read(in("1"), at(1), things...)
		equal(b, b.names(store.ResourceQuery{}), sorted(words))
		ids, err := b.IDs(b.Context(), in("1"))
		b.must(err)
		equal(b, ids, sorted(words))
	}},
}
