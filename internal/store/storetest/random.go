package storetest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// model is a store in memory, as simple as can be: the state after every minute.
type model struct {
	live     map[estate.Scope]map[string]thing
	open     map[string]estate.Finding // by resource and check
	unproven map[string]bool
	past     []state
}

// state is what held after a minute.
type state struct {
	lines    map[estate.Scope][]thing
	findings []string
}

func (m *model) remember() {
	s := state{lines: map[estate.Scope][]thing{}, findings: []string{}}
	for scope, things := range m.live {
		for _, id := range slices.Sorted(maps.Keys(things)) {
			s.lines[scope] = append(s.lines[scope], things[id])
		}
	}
	for key := range m.open {
		s.findings = append(s.findings, key)
	}
	slices.Sort(s.findings)
	m.past = append(m.past, s)
}

// history plays random readings, patches and judgements, a minute each, to a store and to
// the model.
type history struct {
	*bench
	*rand.Rand
	model
	scopes []estate.Scope
}

func (h *history) things() map[string]thing {
	some := map[string]thing{}
	for i := range 8 {
		if h.IntN(3) > 0 {
			id := fmt.Sprint(i)
			some[id] = thing{id: id, content: fmt.Sprint(h.IntN(3)), name: fmt.Sprint("name", h.IntN(2))}
		}
	}
	return some
}

func (h *history) step(minute int) {
	scope := h.scopes[h.IntN(len(h.scopes))]
	switch h.IntN(5) {
	case 0:
		some := h.things()
		h.read(scope, at(minute), slices.Collect(maps.Values(some))...)
		h.live[scope] = some
	case 1:
		var gone []string
		var puts []thing
		for id, r := range h.things() {
			if h.IntN(2) == 0 {
				gone = append(gone, id)
				delete(h.live[scope], id)
			} else {
				puts = append(puts, r)
				h.live[scope][id] = r
			}
		}
		h.patch(scope, at(minute), gone, puts...)
	case 2:
		h.miss(scope, at(minute))
	default:
		h.judgeSome(minute)
	}
	h.remember()
}

func (h *history) judgeSome(minute int) {
	account := h.scopes[h.IntN(len(h.scopes))].Account
	var ids []string
	var findings []estate.Finding
	for i := range 8 {
		id := fmt.Sprint(i)
		if h.IntN(2) == 0 {
			continue
		}
		ids = append(ids, id)
		for _, check := range []string{"x", "y"} {
			f := fails(account, id, check, severityOf(h.IntN(20)))
			key := account + " " + id + " " + check
			_, was := h.open[key]
			switch h.IntN(3) {
			case 0:
				findings = append(findings, f)
				h.open[key] = f
				delete(h.unproven, key)
			case 1:
				findings = append(findings, unknown(f))
				if was {
					h.unproven[key] = true
				}
			default:
				delete(h.open, key)
				delete(h.unproven, key)
			}
		}
	}
	h.judge(at(minute), account, ids, findings...)
}

// compare holds the store of a minute against the model.
func (h *history) compare(minute int, when time.Time) {
	want := h.past[minute]
	for _, scope := range h.scopes {
		h.has(when, scope, want.lines[scope]...)
	}
	got := h.keysOf(store.FindingQuery{At: when})
	equal(h.bench, got, want.findings)
}

func (h *history) keysOf(query store.FindingQuery) []string {
	query.Limit = store.MaxLimit
	for _, scope := range h.scopes {
		query.Accounts = append(query.Accounts, scope.Account)
	}
	page, err := h.Findings(h.Context(), query)
	h.must(err)
	got := []string{}
	for _, f := range page.Items {
		got = append(got, f.Resource.Account+" "+f.Resource.ID+" "+f.Check)
	}
	slices.Sort(got)
	return got
}

// counters holds the counters against the rows that they count.
func (h *history) counters() {
	want := map[string]int{}
	for _, f := range h.open {
		want[string(f.Severity)]++
	}
	list, err := h.Open(h.Context(), everything, "severity")
	h.must(err)
	got := map[string]int{}
	for _, c := range list {
		got[c.Name] = c.Count
	}
	equal(h.bench, got, want)
	resources := 0
	for _, things := range h.live {
		resources += len(things)
	}
	page, err := h.Resources(h.Context(), store.ResourceQuery{PageRequest: store.PageRequest{Count: true, Limit: 1000}})
	h.must(err)
	if *page.Total != resources || len(page.Items) != resources {
		h.Fatalf("%d resources are counted and %d listed of %d", *page.Total, len(page.Items), resources)
	}
	equal(h.bench, h.keysOf(store.FindingQuery{State: "unproven"}), append([]string{}, slices.Sorted(maps.Keys(h.unproven))...))
}

var randomTests = []test{
	{"RandomHistoriesAreAsTheModelSays", func(b *bench) {
		for seed := range uint64(5) {
			h := &history{bench: b, Rand: rand.New(rand.NewPCG(seed, 1)), model: model{live: map[estate.Scope]map[string]thing{}, open: map[string]estate.Finding{}, unproven: map[string]bool{}}} //nolint:gosec // the same each time
			for i := range 3 {
				scope := in(fmt.Sprintf("%d-%d", seed, i/2))
				scope.Region = fmt.Sprint(i)
				h.scopes = append(h.scopes, scope)
				h.live[scope] = map[string]thing{}
			}
			const minutes = 40
			h.remember()
			for minute := 1; minute <= minutes; minute++ {
				h.step(minute)
				h.compare(minute, time.Time{})
				h.counters()
			}
			for range 20 {
				minute := h.IntN(minutes + 1)
				h.compare(minute, at(minute).Add(time.Duration(h.IntN(60))*time.Second))
			}
			for _, scope := range h.scopes { // what the next history lists is its own
				h.must(h.Retire(h.Context(), []estate.Scope{scope}, at(minutes+1)))
				h.judged(store.Judged{Account: scope.Account, At: at(minutes + 1), Keys: keys(scope.Account, "0", "1", "2", "3", "4", "5", "6", "7")})
			}
		}
	}},
}
