package api

import (
	"context"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

type issuesIn struct {
	Paging
	Moment
	Accounts     []string `query:"account,explode" maxItems:"200" maxLength:"200"`
	Owners       []string `query:"owner,explode" maxItems:"200" maxLength:"300"`
	Environments []string `query:"environment,explode" maxItems:"50" maxLength:"100"`
	Classes      []string `query:"class,explode" maxItems:"50" maxLength:"100"`
	Bands        []string `query:"band,explode" enum:"critical,high,medium,low,info"`
	Resource     string   `query:"resource" maxLength:"2000" doc:"the id of a resource on the path"`
	State        string   `query:"state" enum:"open,excepted,resolved,all"`
	Text         string   `query:"text" maxLength:"300"`
}

type keyIn struct {
	Key string `path:"key" maxLength:"600"`
}

// Shortlist is what became of all findings.
type Shortlist struct {
	// Findings is how many failing findings there were; OnPaths, InCampaigns and SetAside
	// add up to it.
	Findings    int                 `json:"findings"`
	OnPaths     int                 `json:"on_paths"`
	InCampaigns int                 `json:"in_campaigns"`
	SetAside    int                 `json:"set_aside"`
	Suppressed  []estate.Suppressed `json:"suppressed"`
	// Risk is the sum of scores over all targets reached; Table the version of the numbers.
	Risk  float64 `json:"risk"`
	Table string  `json:"table"`
}

// Fixes are changes to make, the one that removes most risk soonest first.
type Fixes struct {
	Items []estate.FixPlan `json:"items"`
	// Shortlist is left out for callers who see a part.
	Shortlist *Shortlist `json:"shortlist,omitempty"`
}

// Campaigns are changes of one kind in many places.
type Campaigns struct {
	Items []Campaign `json:"items"`
}

// Campaign is one kind of change to make in many places.
type Campaign struct {
	estate.Campaign
	// Partial is whether the numbers are of what the caller sees, and of at most 1000
	// findings.
	Partial bool `json:"partial"`
}

func (a *API) issues() {
	list(a, get("/issues", "list-issues", "List issues, the worst first. Sorts: score, since, due, title", "posture"),
		func(ctx context.Context, caller auth.Caller, in *issuesIn, page store.PageRequest) (store.Page[store.Issue], error) {
			return a.Store.Issues(ctx, store.IssueQuery{
				Visible: caller.See, Accounts: in.Accounts, Owners: in.Owners, Environments: in.Environments, Classes: in.Classes,
				Bands: severities(in.Bands), Resource: in.Resource, State: in.State, Text: in.Text, At: in.At, PageRequest: page,
			})
		})
	handle(a, get("/issues/{key}", "get-issue", "One issue with its path, score and fixes", "posture"),
		func(ctx context.Context, caller auth.Caller, in *keyIn) (store.Issue, error) {
			return a.Store.Issue(ctx, caller.See, in.Key)
		})
	handle(a, get("/fixes", "list-fixes", "Changes that cut paths, the one that removes most risk soonest first", "posture"),
		func(ctx context.Context, caller auth.Caller, in *Moment) (Fixes, error) {
			return a.fixes(ctx, caller, in)
		})
	handle(a, get("/campaigns", "list-campaigns", "Changes of one kind in many places, none on a path", "posture"),
		func(ctx context.Context, caller auth.Caller, in *Moment) (Campaigns, error) {
			return a.campaigns(ctx, caller, in)
		})
}
