package storetest

import (
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// issue is one that leads over resources.
func issue(key string, value float64, band estate.Severity, owner string, ids ...string) estate.Issue {
	i := estate.Issue{Key: key, Title: "A way to " + key, Class: "restricted-data", Score: estate.Score{Value: value, Band: band}, Resources: ids, Targets: 1, Owner: owner, EveryWay: []string{}, Fixes: []estate.FixKey{}, AfterFix: []estate.AfterFix{}}
	from := ""
	for _, id := range ids {
		i.Path = append(i.Path, estate.PathStep{From: from, To: id, Kind: "reach"})
		from = id
	}
	return i
}

func (b *bench) rank(when time.Time, issues ...estate.Issue) []store.Transition {
	b.Helper()
	told, err := b.Rank(b.Context(), store.Ranked{At: when, Priorities: estate.Priorities{Issues: issues, Table: "t1", Risk: float64(len(issues))}})
	b.must(err)
	return told
}

func (b *bench) issues(query store.IssueQuery) []string {
	b.Helper()
	page, err := b.Issues(b.Context(), query)
	b.must(err)
	out := []string{}
	for _, i := range page.Items {
		out = append(out, i.Key)
	}
	return out
}

var issueTests = []test{
	{"AnIssueOpensMovesAndCloses", func(b *bench) {
		b.read(in("1"), at(0), thing{id: "a"}, thing{id: "b"})
		b.whole(at(0), "1", []string{"a", "b"})
		equal(b, kinds(b.rank(at(1), issue("one", 80, estate.High, "red", "a", "b"))), []string{"new b first"})
		equal(b, kinds(b.rank(at(2), issue("one", 82, estate.High, "red", "a", "b"), issue("two", 90, estate.Critical, "", "a"))), []string{"new a"})
		equal(b, kinds(b.rank(at(3), issue("one", 95, estate.Critical, "red", "a", "b"), issue("two", 90, estate.Critical, "", "a"))), []string{"changed b"})
		equal(b, b.issues(store.IssueQuery{}), []string{"one", "two"})
		equal(b, b.issues(store.IssueQuery{At: at(2)}), []string{"two", "one"})
		equal(b, kinds(b.rank(at(4), issue("two", 90, estate.Critical, "", "a"))), []string{"resolved b"})
		equal(b, b.issues(store.IssueQuery{State: "resolved"}), []string{"one"})
		equal(b, kinds(b.rank(at(5), issue("one", 80, estate.High, "red", "a", "b"), issue("two", 90, estate.Critical, "", "a"))), []string{"regressed b"})
		got, err := b.Issue(b.Context(), everything, "one")
		b.must(err)
		if !got.Regressed || !got.Since.Equal(at(5)) || !got.Until.IsZero() {
			b.Errorf("it is %+v", got)
		}
		equal(b, got.Accounts, []string{"1"})
		equal(b, got.Issue, issue("one", 80, estate.High, "red", "a", "b"))
		equal(b, b.issues(store.IssueQuery{At: at(4)}), []string{"two"})
		equal(b, b.issues(store.IssueQuery{At: at(0)}), []string{})
	}},
	{"IssuesAreFiltered", func(b *bench) {
		b.read(in("1"), at(0), thing{id: "a"})
		b.read(in("2"), at(0), thing{id: "b"})
		b.rank(at(1), issue("one", 80, estate.High, "red", "a"), issue("both", 70, estate.Medium, "blue", "a", "b"), issue("none", 60, estate.Low, "", "elsewhere"))
		for _, c := range []struct {
			query store.IssueQuery
			want  []string
		}{
			{store.IssueQuery{}, []string{"one", "both", "none"}},
			{store.IssueQuery{PageRequest: store.PageRequest{Sort: "-score"}}, []string{"none", "both", "one"}},
			{store.IssueQuery{PageRequest: store.PageRequest{Sort: "title"}}, []string{"both", "none", "one"}},
			{store.IssueQuery{Accounts: []string{"2"}}, []string{"both"}},
			{store.IssueQuery{Owners: []string{"red"}}, []string{"one"}},
			{store.IssueQuery{Bands: []estate.Severity{estate.Low, estate.High}}, []string{"one", "none"}},
			{store.IssueQuery{Resource: "a"}, []string{"one", "both"}},
			{store.IssueQuery{Text: "TO BOTH"}, []string{"both"}},
			{store.IssueQuery{Classes: []string{"compute"}}, []string{}},
			{store.IssueQuery{Visible: store.Visible{OnlyAccounts: []string{"1"}}}, []string{"one"}},
			{store.IssueQuery{Visible: store.Visible{OnlyAccounts: []string{"1", "2"}}}, []string{"one", "both"}},
			{store.IssueQuery{Visible: store.Visible{OnlyOwners: []string{"blue"}}}, []string{"both"}},
			{store.IssueQuery{Visible: store.Visible{OnlyAccounts: []string{}}}, []string{}},
		} {
			equal(b, b.issues(c.query), c.want)
		}
		_, err := b.Issue(b.Context(), store.Visible{OnlyAccounts: []string{"1"}}, "both")
		b.refuses(estate.CodeNotFound, err)
	}},
	{"AnExceptionSetsAnIssueAside", func(b *bench) {
		b.must(b.PutException(b.Context(), store.Exception{ID: "e1", Subject: "issue", Key: "one", Approved: "eve", Expires: at(5)}))
		equal(b, kinds(b.rank(at(1), issue("one", 80, estate.High, "", "a"))), []string{})
		equal(b, b.issues(store.IssueQuery{State: "excepted"}), []string{"one"})
		equal(b, kinds(b.rank(at(5), issue("one", 80, estate.High, "", "a"))), []string{"new a"})
		equal(b, b.issues(store.IssueQuery{}), []string{"one"})
	}},
	{"TheShortListOfAMoment", func(b *bench) {
		_, err := b.Ranked(b.Context(), time.Time{})
		b.refuses(estate.CodeNotFound, err)
		b.rank(at(1), issue("one", 80, estate.High, "", "a"))
		b.rank(at(2), issue("one", 80, estate.High, "", "a"), issue("two", 80, estate.High, "", "b"))
		for minute, risk := range map[int]float64{1: 1, 2: 2, 9: 2} {
			got, err := b.Ranked(b.Context(), at(minute))
			b.must(err)
			if got.Risk != risk || got.Table != "t1" || got.Issues != nil {
				b.Errorf("at %d it is %+v", minute, got)
			}
		}
	}},
	{"TheCourseHasAPointAnHour", func(b *bench) {
		for _, m := range []int{10, 50, 70, 130} {
			b.must(b.Mark(b.Context(), "account:1", store.Point{At: at(m), Issues: m}))
		}
		b.must(b.Mark(b.Context(), "", store.Point{At: at(5), Issues: 1}))
		points, err := b.Course(b.Context(), "account:1", at(0), at(121))
		b.must(err)
		if len(points) != 2 || points[0].Issues != 50 || points[1].Issues != 70 {
			b.Errorf("the course is %+v", points)
		}
	}},
}
