package api

import (
	"context"
	"encoding/json"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

type resourcesIn struct {
	Paging
	Where
	Moment
	Failing string `query:"failing" enum:"critical,high,medium,low,info" doc:"the least severity of an open finding on it"`
	Public  bool   `query:"public" doc:"only what anyone on the internet may use"`
}

// ResourceName names a resource.
type ResourceName struct {
	Account string `query:"account" required:"true" maxLength:"200"`
	ID      string `query:"id" required:"true" maxLength:"2000"`
}

func (in *ResourceName) key() store.Key { return store.Key{Account: in.Account, ID: in.ID} }

type resourceAtIn struct {
	ResourceName
	Moment
}

type resourcePagesIn struct {
	Paging
	ResourceName
}

// ResourceDetail is a resource with all that was read of it.
type ResourceDetail struct {
	store.Resource
	// Body is the resource as it was read: id, type, tags, config, facets, relations,
	// unknown.
	Body json.RawMessage `json:"body"`
}

// Version is a resource as it was for a while.
type Version struct {
	store.Version
	// Changes lead from the version before to this one; empty for the first.
	Changes []AttributeChange `json:"changes"`
	// Cut is whether there are more changes than are listed.
	Cut bool `json:"cut"`
}

func (a *API) resources() {
	list(a, get("/resources", "list-resources", "List resources. Sorts: name, type, account, changed, failing", "estate"),
		func(ctx context.Context, caller auth.Caller, in *resourcesIn, page store.PageRequest) (store.Page[store.Resource], error) {
			return a.Store.Resources(ctx, store.ResourceQuery{
				Visible: caller.See, Clouds: in.Clouds, Accounts: in.Accounts, Regions: in.Regions, Types: in.Types, Owners: in.Owners,
				Environments: in.Environments, Text: in.Text, Failing: estate.Severity(in.Failing), Public: in.Public, At: in.At, PageRequest: page,
			})
		})
	handle(a, get("/resource", "get-resource", "One resource with its configuration", "estate"),
		func(ctx context.Context, caller auth.Caller, in *resourceAtIn) (ResourceDetail, error) {
			r, err := a.Store.Resource(ctx, caller.See, in.key(), in.At)
			return ResourceDetail{Resource: r, Body: r.Body}, err
		})
	list(a, get("/resource/versions", "list-versions", "The history of a resource, newest first, with what changed and by whom", "estate"),
		func(ctx context.Context, caller auth.Caller, in *resourcePagesIn, page store.PageRequest) (store.Page[Version], error) {
			return a.versions(ctx, caller, in.key(), page)
		})
	list(a, get("/resource/relations", "list-relations", "The edges that start or end at a resource", "estate"),
		func(ctx context.Context, caller auth.Caller, in *resourcePagesIn, page store.PageRequest) (store.Page[store.Edge], error) {
			return a.Store.Relations(ctx, caller.See, in.key(), page)
		})
	list(a, get("/resource/findings", "list-resource-findings", "What is wrong with a resource", "estate"),
		func(ctx context.Context, caller auth.Caller, in *resourcePagesIn, page store.PageRequest) (store.Page[store.Finding], error) {
			return a.Store.Findings(ctx, store.FindingQuery{Visible: caller.See, Accounts: []string{in.Account}, Resource: in.ID, State: "all", PageRequest: page})
		})
	handle(a, get("/tally", "count-resources", "Resources by cloud, account, type or region", "estate"),
		func(ctx context.Context, caller auth.Caller, in *struct {
			By string `query:"by" required:"true" enum:"cloud,account,type,region"`
		}) (Counts, error) {
			counts, err := a.Store.Tally(ctx, caller.See, in.By)
			return Counts{counts}, err
		})
}

// versions returns a page of history. The last version is compared with the first of the
// next page.
func (a *API) versions(ctx context.Context, caller auth.Caller, key store.Key, request store.PageRequest) (store.Page[Version], error) {
	page, err := a.Store.Versions(ctx, caller.See, key, request)
	if err != nil {
		return store.Page[Version]{}, err
	}
	all := page.Items
	if page.Next != "" {
		next := request
		next.Cursor, next.Limit, next.Count = page.Next, 1, false
		older, err := a.Store.Versions(ctx, caller.See, key, next)
		if err != nil {
			return store.Page[Version]{}, err
		}
		all = append(all, older.Items...)
	}
	out := store.Page[Version]{Next: page.Next, Total: page.Total}
	for i := range page.Items {
		v := Version{Version: page.Items[i]}
		if i+1 < len(all) {
			v.Changes, v.Cut = differ(all[i+1].Body, v.Body)
		}
		out.Items = append(out.Items, v)
	}
	return out, nil
}
