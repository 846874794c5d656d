package api

import (
	"context"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

// seenBaselines returns those that hold and that lie within what the caller sees.
func (a *API) seenBaselines(ctx context.Context, caller auth.Caller) ([]store.Baseline, error) {
	all, err := a.Store.Baselines(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(all), func(b store.Baseline) bool {
		return !b.Ended.IsZero() || !caller.See.Everything() && b.By != caller.User && (caller.See.OnlyOwners != nil || !within(caller.See, b.Accounts))
	}), nil
}

func (a *API) baseline(ctx context.Context, caller auth.Caller, id string) (store.Baseline, error) {
	all, err := a.seenBaselines(ctx, caller)
	if err != nil {
		return store.Baseline{}, err
	}
	for _, b := range all {
		if b.ID == id {
			return b, nil
		}
	}
	return store.Baseline{}, missing("find a baseline", "baseline")
}

func (a *API) declare(ctx context.Context, caller auth.Caller, in NewBaseline) (store.Baseline, error) {
	now := a.Now()
	b := store.Baseline{
		ID: newID("baseline"), Name: in.Name, Moment: in.Moment.UTC(), Accounts: in.Accounts, Types: in.Types, Resources: in.Resources, By: caller.User, Created: now,
	}
	if in.Moment.IsZero() {
		b.Moment = now
	}
	if b.Moment.After(now) {
		return b, invalid("declare a baseline", "the moment has not come yet")
	}
	if err := a.note(ctx, caller, "baseline.create", b.ID, b); err != nil {
		return b, err
	}
	return b, a.Store.PutBaseline(ctx, b)
}

func (a *API) endBaseline(ctx context.Context, caller auth.Caller, in *ByID) error {
	b, err := a.baseline(ctx, caller, in.ID)
	if err != nil {
		return err
	}
	if !caller.See.Everything() && b.By != caller.User {
		return estate.Errorf(estate.CodeDenied, "end a baseline", "who declared it may, and who sees everything")
	}
	b.Ended = a.Now()
	if err := a.note(ctx, caller, "baseline.end", b.ID, nil); err != nil {
		return err
	}
	return a.Store.PutBaseline(ctx, b)
}
