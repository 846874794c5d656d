package api

import (
	"context"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

// fixes returns the fixes of a moment. A caller with limits sees those that cut a path of
// an issue they see.
func (a *API) fixes(ctx context.Context, caller auth.Caller, in *Moment) (Fixes, error) {
	ranked, err := a.Store.Ranked(ctx, in.At)
	if err != nil {
		return Fixes{}, err
	}
	if caller.See.Everything() {
		return Fixes{Items: ranked.Fixes, Shortlist: &Shortlist{
			Findings: ranked.Findings, OnPaths: ranked.OnPaths, InCampaigns: ranked.InCampaigns, SetAside: ranked.SetAside,
			Suppressed: ranked.Suppressed, Risk: ranked.Risk, Table: ranked.Table,
		}}, nil
	}
	seen, err := a.seenIssues(ctx, caller.See, in)
	if err != nil {
		return Fixes{}, err
	}
	var out Fixes
	for i := range ranked.Fixes {
		fix := ranked.Fixes[i]
		fix.Issues = slices.DeleteFunc(slices.Clone(fix.Issues), func(key string) bool { return !seen[key][fix.Key] })
		if len(fix.Issues) == 0 {
			continue
		}
		fix.FindingKeys = nil
		out.Items = append(out.Items, fix)
	}
	return out, nil
}

// seenIssues returns the visible issues by key, each with its fixes.
func (a *API) seenIssues(ctx context.Context, see store.Visible, in *Moment) (map[string]map[estate.FixKey]bool, error) {
	seen := map[string]map[estate.FixKey]bool{}
	q := store.IssueQuery{Visible: see, At: in.At, PageRequest: store.PageRequest{Limit: store.MaxLimit}}
	for {
		page, err := a.Store.Issues(ctx, q)
		if err != nil {
			return nil, err
		}
		for i := range page.Items {
			fixes := map[estate.FixKey]bool{}
			for _, key := range page.Items[i].Fixes {
				fixes[key] = true
			}
			seen[page.Items[i].Key] = fixes
		}
		if page.Next == "" {
			return seen, nil
		}
		q.Cursor = page.Next
	}
}

// campaigns returns the campaigns of a moment. For a caller with limits the numbers are of
// the findings that they see.
func (a *API) campaigns(ctx context.Context, caller auth.Caller, in *Moment) (Campaigns, error) {
	ranked, err := a.Store.Ranked(ctx, in.At)
	if err != nil {
		return Campaigns{}, err
	}
	var out Campaigns
	for _, c := range ranked.Campaigns {
		if caller.See.Everything() {
			out.Items = append(out.Items, Campaign{Campaign: c})
			continue
		}
		part, err := a.partOf(ctx, caller.See, in, c)
		if err != nil {
			return Campaigns{}, err
		}
		if part.Findings > 0 {
			out.Items = append(out.Items, part)
		}
	}
	return out, nil
}

// partOf returns the part of a campaign that is visible.
func (a *API) partOf(ctx context.Context, see store.Visible, in *Moment, c estate.Campaign) (Campaign, error) {
	q := store.FindingQuery{Visible: see, Checks: []string{c.Check}, At: in.At, PageRequest: store.PageRequest{Limit: store.MaxLimit}}
	if c.Owner != "" {
		q.Owners = []string{c.Owner}
	}
	page, err := a.Store.Findings(ctx, q)
	if err != nil {
		return Campaign{}, err
	}
	part := Campaign{Campaign: c, Partial: true}
	part.ControlPoints, part.FindingKeys, part.Accounts = nil, nil, nil
	resources := map[store.Key]bool{}
	for i := range page.Items {
		f := &page.Items[i]
		resources[store.Key{Account: f.Resource.Account, ID: f.Resource.ID}] = true
		part.FindingKeys = append(part.FindingKeys, f.Key)
		if !slices.Contains(part.Accounts, f.Resource.Account) {
			part.Accounts = append(part.Accounts, f.Resource.Account)
		}
	}
	slices.Sort(part.Accounts)
	part.Findings, part.Resources, part.Changes = len(page.Items), len(resources), len(resources)
	return part, nil
}
