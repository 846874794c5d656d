package api

import (
	"context"
	"time"

	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

type changesIn struct {
	Paging
	From  time.Time `query:"from" doc:"a day ago when it is left out"`
	Until time.Time `query:"until" doc:"now when it is left out"`
}

func (a *API) changes() {
	list(a, get("/changes", "list-changes", "What changed between two moments, newest first, and by whom", "estate"),
		func(ctx context.Context, caller auth.Caller, in *changesIn, page store.PageRequest) (store.Page[store.Change], error) {
			from := in.From
			if from.IsZero() {
				from = a.Now().Add(-24 * time.Hour).Truncate(time.Hour) // the same while one pages
			}
			return a.Store.Changed(ctx, caller.See, from, in.Until, page)
		})
}
