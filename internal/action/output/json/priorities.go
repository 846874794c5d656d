package json

import (
	"slices"

	"github.com/stance-sec/stance/internal/estate"
)

// shortList is what the report says of priorities beside their lists, which stand after
// it under keys of their own: issues, fixes, campaigns and suppressed. A report without
// it was made without priorities.
type shortList struct {
	Table       string  `json:"table"`
	Risk        float64 `json:"risk"`
	Findings    int     `json:"findings"`
	OnPaths     int     `json:"on_paths"`
	InCampaigns int     `json:"in_campaigns"`
	SetAside    int     `json:"set_aside"`
}

func shortListOf(p *estate.Priorities) shortList {
	return shortList{Table: p.Table, Risk: p.Risk, Findings: p.Findings, OnPaths: p.OnPaths, InCampaigns: p.InCampaigns, SetAside: p.SetAside}
}

// wholeIssue returns the issue with empty lists where it has none: a program that reads
// the report need not ask.
func wholeIssue(i estate.Issue) estate.Issue {
	i.Path, i.Fixes, i.AfterFix = some(i.Path), some(i.Fixes), some(i.AfterFix)
	i.Resources, i.EveryWay, i.Score.Waterfall = some(i.Resources), some(i.EveryWay), some(i.Score.Waterfall)
	i.Alternatives = slices.Clone(i.Alternatives)
	for n := range i.Alternatives {
		i.Alternatives[n] = some(i.Alternatives[n])
	}
	return i
}

func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// priorities gathers the lists that a report holds into one, nil when it has none.
func (r *reader) priorities() *estate.Priorities {
	if r.short == nil {
		return nil
	}
	s := r.short
	return &estate.Priorities{
		Table: s.Table, Risk: s.Risk, Findings: s.Findings, OnPaths: s.OnPaths, InCampaigns: s.InCampaigns, SetAside: s.SetAside,
		Issues: r.issues, Fixes: r.fixes, Campaigns: r.campaigns, Suppressed: r.suppressed,
	}
}

// prioritySection reads the value of a key that is part of the priorities, and reports
// whether it is one.
func (r *reader) prioritySection(key string) (known bool, err error) {
	switch key {
	case "priorities":
		return true, r.dec.Decode(&r.short)
	case "issues":
		return true, readList(r, &r.issues)
	case "fixes":
		return true, readList(r, &r.fixes)
	case "campaigns":
		return true, readList(r, &r.campaigns)
	case "suppressed":
		return true, readList(r, &r.suppressed)
	}
	return false, nil
}

// readList reads a list whose elements are not told on. It is never nil after.
func readList[T any](r *reader, list *[]T) error {
	*list = []T{}
	return r.dec.Decode(list)
}
