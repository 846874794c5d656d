package storetest

import (
	"encoding/json"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// changed lists changes in short, newest first.
func (b *bench) changed(from, until time.Time, see store.Visible) []string {
	b.Helper()
	out := []string{}
	for _, c := range pages(b, 2, func(c store.Change) string { return c.Resource.ID + c.At.String() }, func(p store.PageRequest) (store.Page[store.Change], error) {
		return b.Changed(b.Context(), see, from, until, p)
	}) {
		out = append(out, c.Kind+" "+c.Resource.ID)
	}
	return out
}

var historyTests = []test{
	{"VersionsTellWhoAndWhen", func(b *bench) {
		key := store.Key{Account: "1", ID: "a"}
		b.read(in("1"), at(1), thing{id: "a", content: "1"})
		b.patch(in("1"), at(2), nil, thing{id: "a", content: "2"})
		b.patch(in("1"), at(3), []string{"a"})
		b.read(in("1"), at(4), thing{id: "a", content: "4"})
		b.read(in("1"), at(5), thing{id: "a", content: "4"})
		list := pages(b, 1, func(v store.Version) string { return v.From.String() }, func(p store.PageRequest) (store.Page[store.Version], error) {
			return b.Versions(b.Context(), everything, key, p)
		})
		byEvent := store.Cause{Event: "event-1", Actor: "alice"}
		body := func(content string) json.RawMessage { return b.line(in("1"), thing{id: "a", content: content}) }
		equal(b, list, []store.Version{
			{From: at(4), Cause: cause, Body: body("4")},
			{From: at(3), Until: at(4), Cause: byEvent},
			{From: at(2), Until: at(3), Cause: byEvent, Body: body("2")},
			{From: at(1), Until: at(2), Cause: cause, Body: body("1")},
		})
		equal(b, b.changed(at(0), time.Time{}, everything), []string{"added a", "gone a", "changed a", "added a"})
		equal(b, b.changed(at(1), at(3), everything), []string{"gone a", "changed a"})
		equal(b, b.changed(at(4), time.Time{}, everything), []string{})
	}},
	{"AResourceOfAMoment", func(b *bench) {
		key := store.Key{Account: "1", ID: "a"}
		b.read(in("1"), at(1), thing{id: "a", content: "1", name: "old"})
		b.read(in("1"), at(2), thing{id: "a", content: "2", name: "new"})
		b.read(in("1"), at(3))
		_, err := b.Resource(b.Context(), everything, key, time.Time{})
		b.refuses(estate.CodeNotFound, err)
		_, err = b.Resource(b.Context(), everything, key, at(0))
		b.refuses(estate.CodeNotFound, err)
		r, err := b.Resource(b.Context(), everything, key, at(1))
		b.must(err)
		if r.Name != "old" || string(r.Body) != string(b.line(in("1"), thing{id: "a", content: "1", name: "old"})) || !r.Gone.Equal(at(3)) || !r.Since.Equal(at(1)) || !r.Changed.Equal(at(1)) {
			b.Errorf("it is %+v with %s", r, r.Body)
		}
		page, err := b.Resources(b.Context(), store.ResourceQuery{At: at(2)})
		b.must(err)
		if len(page.Items) != 1 || page.Items[0].Name != "new" {
			b.Errorf("the list is %+v", page.Items)
		}
	}},
	{"AClockThatWentBackKeepsOrder", func(b *bench) {
		b.read(in("1"), at(9), thing{id: "a", content: "1"})
		b.read(in("1"), at(5), thing{id: "a", content: "2"})
		b.read(in("1"), at(4), thing{id: "a", content: "3"})
		b.has(time.Time{}, in("1"), thing{id: "a", content: "3"})
		b.has(at(9), in("1"), thing{id: "a", content: "1"})
		b.has(at(10), in("1"), thing{id: "a", content: "3"})
		f := fails("1", "a", "x", estate.Low)
		b.judge(at(9), "1", []string{"a"}, f)
		b.judge(at(5), "1", []string{"a"})
		b.judge(at(4), "1", []string{"a"}, f)
		equal(b, len(b.findings(store.FindingQuery{})), 1)
		equal(b, len(b.findings(store.FindingQuery{At: at(9)})), 1)
	}},
	{"PruneRemovesOnlyWhatEnded", func(b *bench) {
		b.read(in("1"), at(1), thing{id: "a", content: "1"}, thing{id: "gone"}, thing{id: "b"})
		b.judge(at(1), "1", []string{"a", "b"}, fails("1", "a", "x", estate.Low), fails("1", "b", "x", estate.Low))
		b.rank(at(1), issue("one", 50, estate.Low, "", "a"), issue("two", 50, estate.Low, "", "b"))
		b.read(in("1"), at(2), thing{id: "a", content: "2"}, thing{id: "b"})
		b.judge(at(2), "1", []string{"b"})
		b.rank(at(2), issue("one", 50, estate.Low, "", "a"))
		b.read(in("1"), at(10), thing{id: "a", content: "10"}, thing{id: "b"})
		n, err := b.Prune(b.Context(), at(5))
		b.must(err)
		if n == 0 {
			b.Error("nothing was removed")
		}
		b.has(time.Time{}, in("1"), thing{id: "a", content: "10"}, thing{id: "b"})
		b.has(at(9), in("1"), thing{id: "a", content: "2"}, thing{id: "b"})
		equal(b, b.findings(store.FindingQuery{State: "all"}), []string{"a x"})
		equal(b, b.issues(store.IssueQuery{State: "all"}), []string{"one"})
		pending, err := b.Pending(b.Context(), 100)
		b.must(err)
		equal(b, kinds(pending), []string{"new a first", "new a first", "new b first", "new b first", "resolved b first", "resolved b first"})
		again, err := b.Prune(b.Context(), at(5))
		b.must(err)
		equal(b, again, 0)
		v, err := b.Versions(b.Context(), everything, store.Key{Account: "1", ID: "a"}, store.PageRequest{})
		b.must(err)
		if len(v.Items) != 2 || v.Items[1].Cause != cause {
			b.Errorf("the versions are %+v", v.Items)
		}
	}},
}
