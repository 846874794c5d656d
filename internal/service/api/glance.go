package api

import (
	"context"
	"slices"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

// How much of each list the overview shows.
const (
	shownIssues  = 5
	shownChanges = 20
	mostGroups   = 50
)

// overviewOf gathers the overview.
func (a *API) overviewOf(ctx context.Context, caller auth.Caller) (Overview, error) {
	o := Overview{At: a.Now()}
	for _, part := range []func() error{
		func() (err error) { o.Trend, err = a.trend(ctx, caller); return err },
		func() (err error) { o.Issues, o.IssueCount, err = a.worst(ctx, caller); return err },
		func() (err error) { o.Open, err = a.Store.Open(ctx, caller.See, "severity"); return err },
		func() (err error) { o.Resources, err = a.Store.Tally(ctx, caller.See, "cloud"); return err },
		func() (err error) { o.Coverage, err = a.freshness(ctx, caller); return err },
		func() (err error) { o.Latency, err = a.latency(ctx, time.Time{}); return err },
		func() error {
			page, err := a.Store.Changed(ctx, caller.See, o.At.Add(-24*time.Hour), time.Time{}, store.PageRequest{Limit: shownChanges})
			o.Changes = page.Items
			return err
		},
	} {
		if err := part(); err != nil {
			return Overview{}, err
		}
	}
	return o, nil
}

func (a *API) worst(ctx context.Context, caller auth.Caller) ([]store.Issue, int, error) {
	page, err := a.Store.Issues(ctx, store.IssueQuery{Visible: caller.See, PageRequest: store.PageRequest{Limit: shownIssues, Count: true}})
	if err != nil || page.Total == nil {
		return page.Items, len(page.Items), err
	}
	return page.Items, *page.Total, nil
}

func (a *API) freshness(ctx context.Context, caller auth.Caller) (Freshness, error) {
	ledger, err := a.Store.Ledger(ctx, caller.See, estate.Scope{})
	f := Freshness{Scopes: len(ledger)}
	accounts := map[string]bool{}
	for i := range ledger {
		l := &ledger[i]
		accounts[l.Account] = true
		f.Unknowns += l.Unknowns
		switch l.Status {
		case estate.CoverageFailed:
			f.Failed++
		case estate.CoverageSkipped:
			f.Skipped++
		case estate.CoverageOK, estate.CoveragePartial:
			f.Complete++
		}
		if !l.Whole.IsZero() && (f.Oldest.IsZero() || l.Whole.Before(f.Oldest)) {
			f.Oldest = l.Whole
		}
		if l.Read.After(f.Newest) {
			f.Newest = l.Read
		}
	}
	f.Accounts = len(accounts)
	return f, err
}

// trend returns the course of all that a caller sees: the sum of the courses of their
// accounts or owners. It is empty where what they see is no sum of groups, or of too many.
func (a *API) trend(ctx context.Context, caller auth.Caller) ([]store.Point, error) {
	groups := groupsOf(caller)
	if len(groups) > mostGroups {
		return nil, nil
	}
	var sum []store.Point
	for i, group := range groups {
		points, err := a.points(ctx, group, time.Time{}, time.Time{})
		if err != nil {
			return nil, err
		}
		if i == 0 {
			sum = points
			continue
		}
		sum = added(sum, points)
	}
	return sum, nil
}

// added sums two courses moment by moment. Scores of parts make no score of the whole.
func added(a, b []store.Point) []store.Point {
	at := map[int64]store.Point{}
	for _, p := range append(slices.Clone(a), b...) {
		known, ok := at[p.At.UnixMicro()]
		if !ok {
			at[p.At.UnixMicro()] = p
			continue
		}
		findings := map[string]int{}
		for _, part := range []map[string]int{known.Findings, p.Findings} {
			for severity, n := range part {
				findings[severity] += n
			}
		}
		at[p.At.UnixMicro()] = store.Point{
			At: p.At, Risk: known.Risk + p.Risk, Issues: known.Issues + p.Issues, Findings: findings,
			Unknown: known.Unknown + p.Unknown, Resources: known.Resources + p.Resources,
		}
	}
	var sum []store.Point
	for _, p := range at {
		sum = append(sum, p)
	}
	slices.SortFunc(sum, func(a, b store.Point) int { return a.At.Compare(b.At) })
	return sum
}
