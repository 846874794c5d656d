package storetest

import (
	"fmt"
	"slices"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// names lists resources in short, page by page.
func (b *bench) names(query store.ResourceQuery) []string {
	b.Helper()
	out := []string{}
	for _, r := range pages(b, 3, func(r store.Resource) string { return r.Account + r.ID }, func(p store.PageRequest) (store.Page[store.Resource], error) {
		p.Sort = query.Sort
		query.PageRequest = p
		return b.Resources(b.Context(), query)
	}) {
		out = append(out, r.ID)
	}
	return out
}

// fill makes an estate of two accounts and three teams, with findings.
func (b *bench) fill() {
	b.Helper()
	b.read(in("1"), at(1), thing{id: "a", name: "Übung", relations: []estate.Relation{{Kind: estate.LogsTo, Target: "b"}, {Kind: estate.EncryptedBy, Target: "key"}}}, thing{id: "b", name: "beta"}, thing{id: "c", name: "Alpha"})
	other := in("2")
	other.Region, other.Type, other.Cloud = "westeurope", "azurerm_storage_account", estate.Azure
	b.read(other, at(2), thing{id: "d", name: "delta", relations: []estate.Relation{{Kind: estate.LogsTo, Target: "b"}}}, thing{id: "e", name: "beta"})
	b.must(b.Mean(b.Context(), []store.Meaning{
		{Key: store.Key{Account: "1", ID: "a"}, Owner: "red", Environment: "production", Public: true, Criticality: "high", DataClass: "restricted"},
		{Key: store.Key{Account: "1", ID: "b"}, Owner: "red"}, {Key: store.Key{Account: "1", ID: "c"}, Owner: "blue", Environment: "staging"},
		{Key: store.Key{Account: "2", ID: "d"}, Owner: "blue"}, {Key: store.Key{Account: "9", ID: "nothing"}, Owner: "blue"},
	}))
	b.judge(at(3), "1", []string{"a", "b", "c"}, fails("1", "a", "logging", estate.Low), fails("1", "b", "logging", estate.Critical), fails("1", "b", "public", estate.Low), fails("1", "c", "logging", estate.Low), fails("1", "c", "public", estate.Low))
}

var listTests = []test{
	{"ResourcesAreSortedAndFiltered", func(b *bench) {
		b.fill()
		for _, c := range []struct {
			query store.ResourceQuery
			want  []string
		}{
			{store.ResourceQuery{}, []string{"c", "b", "e", "d", "a"}},
			{store.ResourceQuery{PageRequest: store.PageRequest{Sort: "-name"}}, []string{"a", "d", "e", "b", "c"}},
			{store.ResourceQuery{PageRequest: store.PageRequest{Sort: "type"}}, []string{"a", "b", "c", "d", "e"}},
			{store.ResourceQuery{PageRequest: store.PageRequest{Sort: "-account"}}, []string{"e", "d", "c", "b", "a"}},
			{store.ResourceQuery{PageRequest: store.PageRequest{Sort: "-changed"}}, []string{"e", "d", "c", "b", "a"}},
			{store.ResourceQuery{PageRequest: store.PageRequest{Sort: "failing"}}, []string{"b", "c", "a", "d", "e"}},
			{store.ResourceQuery{Clouds: []string{"azure"}}, []string{"e", "d"}},
			{store.ResourceQuery{Accounts: []string{"1", "3"}}, []string{"c", "b", "a"}},
			{store.ResourceQuery{Regions: []string{"westeurope"}}, []string{"e", "d"}},
			{store.ResourceQuery{Types: []string{"aws_s3_bucket"}}, []string{"c", "b", "a"}},
			{store.ResourceQuery{Owners: []string{"blue"}}, []string{"c", "d"}},
			{store.ResourceQuery{Environments: []string{"production"}}, []string{"a"}},
			{store.ResourceQuery{Text: "BETA"}, []string{"b", "e"}},
			{store.ResourceQuery{Text: "übUNG"}, []string{"a"}},
			{store.ResourceQuery{Text: "%"}, []string{}},
			{store.ResourceQuery{Text: "_"}, []string{}},
			{store.ResourceQuery{Failing: estate.Critical}, []string{"b"}},
			{store.ResourceQuery{Failing: estate.Low}, []string{"c", "b", "a"}},
			{store.ResourceQuery{Public: true}, []string{"a"}},
			{store.ResourceQuery{At: at(1)}, []string{"c", "b", "a"}},
			{store.ResourceQuery{At: at(0)}, []string{}},
			{store.ResourceQuery{Visible: store.Visible{OnlyAccounts: []string{"1"}, OnlyOwners: []string{"blue"}}}, []string{"c"}},
			{store.ResourceQuery{Visible: store.Visible{OnlyAccounts: []string{}}}, []string{}},
			{store.ResourceQuery{Visible: store.Visible{OnlyOwners: []string{}}}, []string{}},
		} {
			equal(b, b.names(c.query), c.want)
			c.query.Count = true
			page, err := b.Resources(b.Context(), c.query)
			b.must(err)
			equal(b, page.Total, ptr(len(c.want)))
		}
		for _, q := range []store.ResourceQuery{
			{PageRequest: store.PageRequest{Sort: "colour"}}, {PageRequest: store.PageRequest{Limit: -1}}, {PageRequest: store.PageRequest{Limit: store.MaxLimit + 1}},
			{PageRequest: store.PageRequest{Cursor: "%%"}}, {PageRequest: store.PageRequest{Cursor: "e30"}}, {Failing: "odd"},
		} {
			_, err := b.Resources(b.Context(), q)
			b.refuses(estate.CodeInvalid, err)
		}
	}},
	{"FindingsAreSortedAndFiltered", func(b *bench) {
		b.fill()
		for _, c := range []struct {
			query store.FindingQuery
			want  []string
		}{
			{store.FindingQuery{Severities: []estate.Severity{estate.Critical}}, []string{"b logging"}},
			{store.FindingQuery{Checks: []string{"public"}, PageRequest: store.PageRequest{Sort: "resource"}}, []string{"b public", "c public"}},
			{store.FindingQuery{Owners: []string{"blue"}, PageRequest: store.PageRequest{Sort: "-check"}}, []string{"c public", "c logging"}},
			{store.FindingQuery{Environments: []string{"production"}}, []string{"a logging"}},
			{store.FindingQuery{Resource: "b"}, []string{"b logging", "b public"}},
			{store.FindingQuery{Accounts: []string{"2"}}, []string{}},
			{store.FindingQuery{Text: "CHECK PUBLIC", PageRequest: store.PageRequest{Sort: "resource"}}, []string{"b public", "c public"}},
			{store.FindingQuery{Since: at(3)}, []string{}},
			{store.FindingQuery{Since: at(2), Checks: []string{"logging"}, Regions: []string{"eu-west-1"}, Types: []string{"aws_s3_bucket"}, Clouds: []string{"aws"}, PageRequest: store.PageRequest{Sort: "resource"}}, []string{"a logging", "b logging", "c logging"}},
			{store.FindingQuery{Keys: []string{estate.FindingKey("logging", ref("1", "a"), "")}}, []string{"a logging"}},
			{store.FindingQuery{Visible: store.Visible{OnlyOwners: []string{"blue"}}, Severities: []estate.Severity{estate.Low}, Checks: []string{"logging"}}, []string{"c logging"}},
		} {
			equal(b, b.findings(c.query), c.want)
			c.query.Count = true
			page, err := b.Findings(b.Context(), c.query)
			b.must(err)
			equal(b, page.Total, ptr(len(c.want)))
		}
	}},
	{"ACursorIsBoundToItsList", func(b *bench) {
		b.fill()
		page, err := b.Resources(b.Context(), store.ResourceQuery{PageRequest: store.PageRequest{Limit: 2}})
		b.must(err)
		for _, q := range []store.ResourceQuery{
			{Types: []string{"aws_s3_bucket"}}, {Visible: store.Visible{OnlyAccounts: []string{"1"}}}, {PageRequest: store.PageRequest{Sort: "-name"}}, {At: at(5)},
		} {
			q.Cursor = page.Next
			_, err := b.Resources(b.Context(), q)
			b.refuses(estate.CodeInvalid, err)
		}
		_, err = b.Findings(b.Context(), store.FindingQuery{PageRequest: store.PageRequest{Cursor: page.Next}})
		b.refuses(estate.CodeInvalid, err)
		if _, err := b.Resources(b.Context(), store.ResourceQuery{PageRequest: store.PageRequest{Cursor: page.Next, Limit: 1, Count: true}}); err != nil {
			b.Errorf("another limit is refused: %v", err)
		}
	}},
	{"NoRowIsLostWhileRowsChange", func(b *bench) {
		var things []thing
		for i := range 40 {
			things = append(things, thing{id: fmt.Sprintf("r%02d", i)})
		}
		b.read(in("1"), at(1), things...)
		var seen []string
		request := store.PageRequest{Limit: 7}
		for round := 2; ; round++ {
			page, err := b.Resources(b.Context(), store.ResourceQuery{PageRequest: request})
			b.must(err)
			for _, r := range page.Items {
				seen = append(seen, r.ID)
			}
			if page.Next == "" {
				break
			}
			request.Cursor = page.Next
			things[round].content = "changed"
			things = append(things, thing{id: fmt.Sprintf("a%02d", round)}) // before all others
			b.read(in("1"), at(round), things...)
		}
		slices.Sort(seen)
		var want []string
		for i := range 40 {
			want = append(want, fmt.Sprintf("r%02d", i))
		}
		equal(b, seen, want)
	}},
	{"RelationsGoBothWays", func(b *bench) {
		b.fill()
		edges := func(see store.Visible, id string) []string {
			out := []string{}
			for _, e := range pages(b, 1, func(e store.Edge) string { return fmt.Sprint(e) }, func(p store.PageRequest) (store.Page[store.Edge], error) {
				return b.Relations(b.Context(), see, store.Key{Account: "1", ID: id}, p)
			}) {
				out = append(out, e.From.ID+" "+string(e.Kind)+" "+e.To)
			}
			return out
		}
		equal(b, edges(everything, "a"), []string{"a encrypted-by key", "a logs-to b"})
		equal(b, edges(everything, "b"), []string{"a logs-to b", "d logs-to b"})
		equal(b, edges(store.Visible{OnlyAccounts: []string{"1"}}, "b"), []string{"a logs-to b"})
		b.read(in("1"), at(5), thing{id: "b"}, thing{id: "a"})
		equal(b, edges(everything, "b"), []string{"d logs-to b"})
	}},
	{"TallyCounts", func(b *bench) {
		b.fill()
		for by, want := range map[string]string{"cloud": "aws=3 azure=2", "account": "1=3 2=2", "type": "aws_s3_bucket=3 azurerm_storage_account=2", "region": "eu-west-1=3 westeurope=2"} {
			list, err := b.Tally(b.Context(), everything, by)
			b.must(err)
			equal(b, counts(list), want)
		}
		b.read(in("1"), at(5), thing{id: "c"})
		list, err := b.Tally(b.Context(), store.Visible{OnlyOwners: []string{"blue"}}, "account")
		b.must(err)
		equal(b, counts(list), "1=1 2=1")
		_, err = b.Tally(b.Context(), everything, "colour")
		b.refuses(estate.CodeInvalid, err)
	}},
	{"ATeamSeesNothingOfAnother", func(b *bench) {
		b.fill()
		blue := store.Visible{OnlyOwners: []string{"blue"}}
		red := store.Key{Account: "1", ID: "a"}
		_, err := b.Resource(b.Context(), blue, red, time.Time{})
		b.refuses(estate.CodeNotFound, err)
		_, err = b.Resource(b.Context(), blue, red, at(1))
		b.refuses(estate.CodeNotFound, err)
		_, err = b.Versions(b.Context(), blue, red, store.PageRequest{})
		b.refuses(estate.CodeNotFound, err)
		_, err = b.Relations(b.Context(), blue, red, store.PageRequest{})
		b.refuses(estate.CodeNotFound, err)
		equal(b, b.changed(at(0), time.Time{}, blue), []string{"added d", "added c"})
		equal(b, b.names(store.ResourceQuery{Visible: blue, At: at(5)}), []string{"c", "d"})
		_, err = b.Finding(b.Context(), blue, estate.FindingKey("logging", ref("1", "a"), ""))
		b.refuses(estate.CodeNotFound, err)
		equal(b, b.findings(store.FindingQuery{Visible: blue, State: "all", At: at(9), PageRequest: store.PageRequest{Sort: "check"}}), []string{"c logging", "c public"})
		list, err := b.Open(b.Context(), blue, "owner")
		b.must(err)
		equal(b, counts(list), "blue=2")
		told, err := b.Transitions(b.Context(), blue, 0, 100)
		b.must(err)
		equal(b, kinds(told), []string{"new c first", "new c first"})
		told, err = b.Transitions(b.Context(), store.Visible{OnlyAccounts: []string{"2"}}, 0, 100)
		b.must(err)
		equal(b, kinds(told), []string{})
		ledger, err := b.Ledger(b.Context(), store.Visible{OnlyAccounts: []string{"2"}}, estate.Scope{})
		b.must(err)
		if len(ledger) != 1 || ledger[0].Account != "2" {
			b.Errorf("the ledger is %+v", ledger)
		}
		b.rank(at(4), issue("red", 50, estate.Low, "red", "a"), issue("far", 50, estate.Low, "blue", "d"))
		told, err = b.Transitions(b.Context(), store.Visible{OnlyAccounts: []string{"2"}}, 0, 100)
		b.must(err)
		equal(b, kinds(told), []string{"new d first"})
		equal(b, b.issues(store.IssueQuery{Visible: blue, State: "all", At: at(9)}), []string{"far"})
		_, err = b.Issue(b.Context(), blue, "red")
		b.refuses(estate.CodeNotFound, err)
	}},
}

func ptr[T any](v T) *T { return &v }
