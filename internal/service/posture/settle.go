package posture

import (
	"cmp"
	"context"
	"crypto/sha256"
	"maps"
	"slices"

	"github.com/stance-sec/stance/internal/analysis/enrich"
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
	now := k.Now()
	version, err := k.overlay(ctx)
	if err != nil {
		return Settled{}, err
	}
	snapshot, err := k.Store.Snapshot(ctx, now)
	if err != nil {
		return Settled{}, err
	}
	defer snapshot.Close() //nolint:errcheck // only read
	over, err := k.overlying(snapshot, deltas)
	if err != nil {
		return Settled{}, err
	}
	if len(over) > 0 {
		if err := k.Overturn(ctx); err != nil {
			return Settled{}, err
		}
	}
	standing, err := k.stand(snapshot, version, now, len(over) > 0)
	if err != nil {
		return Settled{}, err
	}
	byAccount := map[account][]store.Delta{}
	for _, d := range deltas {
		if !d.Empty() {
			a := account{d.Scope.Cloud, d.Scope.Account}
			byAccount[a] = append(byAccount[a], d)
		}
	}
	accounts := slices.SortedFunc(maps.Keys(byAccount), func(a, b account) int {
		return cmp.Or(cmp.Compare(a.cloud, b.cloud), cmp.Compare(a.id, b.id))
	})
	all := Settled{Wide: len(over) > 0}
	for _, a := range accounts {
		transitions, err := k.settleAccount(ctx, snapshot, &settling{standing: standing, over: over, account: a, deltas: byAccount[a], causes: causes})
		all.Transitions = append(all.Transitions, transitions...)
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

// overlying returns the types of changes that lie over other resources, or did before: the
// last guard of an account that goes lies over nothing any more, and what it guarded is
// open. Where that was never read, every change may have.
func (k *Keeper) overlying(snapshot store.Snapshot, deltas []store.Delta) (map[string]bool, error) {
	over := map[string]bool{}
	var changed []store.Key
	for i := range deltas {
		d := &deltas[i]
		if d.Empty() {
			continue
		}
		if k.over(d.Scope.Type) {
			over[d.Scope.Type] = true
		}
		changed = append(append(changed, d.Added...), d.Changed...)
	}
	err := snapshot.Lines(changed, func(scope estate.Scope, line []byte) error {
		if enrich.Overlies(line) {
			over[scope.Type] = true
		}
		return nil
	})
	return over, err
}

// settling is what changed in one account.
type settling struct {
	standing *scan.Standing
	over     map[string]bool // types
	account  account
	deltas   []store.Delta
	causes   map[store.Key]store.Cause
}

func (k *Keeper) settleAccount(ctx context.Context, snapshot store.Snapshot, s *settling) ([]store.Transition, error) {
	some := &scan.Some{Cloud: s.account.cloud, Account: s.account.id}
	var changed, gone []store.Key
	for i := range s.deltas {
		some.Types = append(some.Types, s.deltas[i].Scope.Type)
		changed = append(append(changed, s.deltas[i].Added...), s.deltas[i].Changed...)
		gone = append(gone, s.deltas[i].Gone...)
		some.Whole = some.Whole || s.over[s.deltas[i].Scope.Type]
	}
	some.Changed = func(yield func(estate.Scope, []byte) error) error { return snapshot.Lines(changed, yield) }
	now := k.Now()
	into := &parts{keeper: k, ctx: ctx, account: s.account, now: now, causes: s.causes, bodies: map[store.Key][sha256.Size]byte{}}
	into.keys = append(into.keys, gone...)
	if err := k.judge(now).RunSome(ctx, snapshot, s.standing, some, into.take); err != nil {
		return into.transitions, err
	}
	return into.transitions, into.flush()
}
