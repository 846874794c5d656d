package posture

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/scan"
	"github.com/stance-sec/stance/internal/store"
)

// Settled is what came of judging a change.
type Settled struct {
	Transitions []store.Transition
	// Wide is whether the change lies over more than its own account, so that everything
	// has to be reviewed.
	Wide bool
}

// Settle judges what changes concern: what changed, and what checks hold against it.
// Causes say what led to the changes, by resource.
func (k *Keeper) Settle(ctx context.Context, deltas []store.Delta, causes map[store.Key]store.Cause) (Settled, error) {
	snapshot, err := k.Store.Snapshot(ctx, k.Now())
	if err != nil {
		return Settled{}, err
	}
	defer snapshot.Close() //nolint:errcheck // only read
	var all Settled
	anew := false
	for i := range deltas {
		anew = anew || k.over(deltas[i].Scope.Type)
	}
	standing, err := k.stand(snapshot, k.Now(), anew)
	if err != nil {
		return Settled{}, err
	}
	byAccount := map[account][]store.Delta{}
	for _, d := range deltas {
		if !d.Empty() {
			a := account{d.Scope.Cloud, d.Scope.Account}
			byAccount[a] = append(byAccount[a], d)
		}
		all.Wide = all.Wide || standing.Over(d.Scope.Type) && !d.Empty()
	}
	accounts := slices.SortedFunc(maps.Keys(byAccount), func(a, b account) int {
		return cmp.Or(cmp.Compare(a.cloud, b.cloud), cmp.Compare(a.id, b.id))
	})
	for _, a := range accounts {
		transitions, err := k.settleAccount(ctx, snapshot, standing, a, byAccount[a], causes)
		all.Transitions = append(all.Transitions, transitions...)
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

func (k *Keeper) settleAccount(ctx context.Context, snapshot store.Snapshot, standing *scan.Standing, a account, deltas []store.Delta, causes map[store.Key]store.Cause) ([]store.Transition, error) {
	some := &scan.Some{Cloud: a.cloud, Account: a.id}
	var changed, gone []store.Key
	for i := range deltas {
		some.Types = append(some.Types, deltas[i].Scope.Type)
		changed = append(append(changed, deltas[i].Added...), deltas[i].Changed...)
		gone = append(gone, deltas[i].Gone...)
		if standing.Over(deltas[i].Scope.Type) {
			some.Whole = true
		}
	}
	some.Changed = func(yield func(estate.Scope, []byte) error) error { return snapshot.Lines(changed, yield) }
	now := k.Now()
	into := &parts{keeper: k, ctx: ctx, account: a, now: now, causes: causes}
	into.keys = append(into.keys, gone...)
	if err := k.judge(now).RunSome(ctx, snapshot, standing, some, into.take); err != nil {
		return into.transitions, err
	}
	return into.transitions, into.flush()
}
