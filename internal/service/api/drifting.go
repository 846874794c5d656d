package api

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

// A page of drift compares at most so many resources, and looks at most at so many pages
// of changes for the first that counts.
const (
	mostCompared = 100
	mostLooks    = 20
)

// drifted returns a page of what differs from a baseline. Pages follow the changes since,
// so one may have fewer rows than were asked for.
func (a *API) drifted(ctx context.Context, caller auth.Caller, in *driftIn, request store.PageRequest) (store.Page[Drifted], error) {
	b, err := a.baseline(ctx, caller, in.Baseline)
	if err != nil {
		return store.Page[Drifted]{}, err
	}
	request.Limit, request.Count = min(request.Limit, mostCompared), false
	var out store.Page[Drifted]
	for range mostLooks {
		page, err := a.Store.Changed(ctx, caller.See, b.Moment, a.Now(), request)
		if err != nil {
			return store.Page[Drifted]{}, err
		}
		for i := range page.Items {
			if !concerns(&b, &page.Items[i].Resource) {
				continue
			}
			d, differs, err := a.driftOf(ctx, caller, &b, &page.Items[i])
			if err != nil {
				return store.Page[Drifted]{}, err
			}
			if differs {
				out.Items = append(out.Items, d)
			}
		}
		out.Next, request.Cursor = page.Next, page.Next
		if page.Next == "" || len(out.Items) > 0 {
			break
		}
	}
	return out, nil
}

// concerns reports whether a baseline is about a resource.
func concerns(b *store.Baseline, r *estate.Ref) bool {
	return (len(b.Accounts) == 0 || contains(b.Accounts, r.Account)) && (len(b.Types) == 0 || contains(b.Types, r.Type)) &&
		(len(b.Resources) == 0 || slices.Contains(b.Resources, store.Key{Account: r.Account, ID: r.ID}))
}

// driftOf compares a resource with the baseline. It answers for the last change of the
// resource alone, so that each resource is listed once.
func (a *API) driftOf(ctx context.Context, caller auth.Caller, b *store.Baseline, c *store.Change) (Drifted, bool, error) {
	key := store.Key{Account: c.Resource.Account, ID: c.Resource.ID}
	last, err := a.Store.Versions(ctx, caller.See, key, store.PageRequest{Limit: 1})
	if err != nil || len(last.Items) == 0 || !last.Items[0].From.Equal(c.At) && !last.Items[0].Until.Equal(c.At) {
		return Drifted{}, false, ignoreMissing(err)
	}
	before, had, err := a.bodyAt(ctx, caller, store.ResourceQuery{At: b.Moment}, key)
	if err != nil {
		return Drifted{}, false, err
	}
	after, has, err := a.bodyAt(ctx, caller, store.ResourceQuery{}, key)
	if err != nil {
		return Drifted{}, false, err
	}
	d := Drifted{Resource: c.Resource, Since: c.At, Cause: c.Cause}
	switch {
	case !had && !has:
		return d, false, nil
	case !had:
		d.Kind = "added"
	case !has:
		d.Kind = "gone"
	default:
		d.Kind = "changed"
		if d.Changes, d.Cut = differ(before, after); len(d.Changes) == 0 {
			return d, false, nil
		}
	}
	err = a.weigh(ctx, caller, b, &d)
	return d, true, err
}

// bodyAt returns a resource as it was at the moment of q, and whether it was.
func (a *API) bodyAt(ctx context.Context, caller auth.Caller, q store.ResourceQuery, key store.Key) (json.RawMessage, bool, error) {
	r, err := a.Store.Resource(ctx, caller.See, key, q.At)
	if err != nil {
		return nil, false, ignoreMissing(err)
	}
	if !r.Gone.IsZero() && (q.At.IsZero() || !q.At.Before(r.Gone)) {
		return nil, false, nil
	}
	return r.Body, true, nil
}

func ignoreMissing(err error) error {
	if estate.CodeOf(err) == estate.CodeNotFound {
		return nil
	}
	return err
}

// weigh counts the findings that opened and were resolved since the baseline.
func (a *API) weigh(ctx context.Context, caller auth.Caller, b *store.Baseline, d *Drifted) error {
	count := func(state string) (int, error) {
		page, err := a.Store.Findings(ctx, store.FindingQuery{
			Visible: caller.See, Accounts: []string{d.Resource.Account}, Resource: d.Resource.ID, State: state, Since: b.Moment,
			PageRequest: store.PageRequest{Limit: 1, Count: true},
		})
		if err != nil || page.Total == nil {
			return len(page.Items), err
		}
		return *page.Total, nil
	}
	var err error
	if d.Opened, err = count("open"); err != nil {
		return err
	}
	if d.Resolved, err = count("resolved"); err != nil {
		return err
	}
	switch {
	case d.Opened > 0 && d.Resolved > 0:
		d.Effect = "mixed"
	case d.Opened > 0:
		d.Effect = "worse"
	case d.Resolved > 0:
		d.Effect = "better"
	default:
		d.Effect = "none"
	}
	return nil
}
