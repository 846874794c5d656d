package sqlstore

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// Retire closes scopes with their resources. Scopes that are not known are fine.
func (s *Store) Retire(ctx context.Context, scopes []estate.Scope, at time.Time) error {
	const op = "retire scopes"
	if err := validMoment(op, at); err != nil {
		return err
	}
	scopes = slices.Clone(scopes)
	slices.SortFunc(scopes, estate.Scope.Compare)
	return s.write(ctx, op, func(q session) error {
		for _, scope := range scopes {
			if err := retire(ctx, q, scope, micros(at)); err != nil {
				return err
			}
		}
		return nil
	})
}

func retire(ctx context.Context, q session, scope estate.Scope, at int64) error {
	row, err := scopeOf(ctx, q, scope, q.dialect.ForUpdate())
	if err != nil || row.sid == 0 {
		return err
	}
	had := map[string]known{}
	if err := loadKnown(ctx, q, had, `SELECT id, rid, hash, gone, patched FROM resource WHERE sid = ? AND account = ? AND gone = 0`, row.sid, text(scope.Account)); err != nil {
		return err
	}
	c := changes{q: q, scope: scope, sid: row.sid, at: at}
	for id, k := range had {
		c.gone = append(c.gone, put{id: id, known: k})
	}
	if err := c.apply(ctx, store.Cause{}); err != nil {
		return err
	}
	if row.line != nil && at > row.since {
		old, err := json.Marshal(row.line)
		if err != nil {
			return err
		}
		if err := q.insert(ctx, "scope_history", []string{"account", "sid", "since", "until", "line", "complete"}, [][]any{{text(scope.Account), row.sid, row.since, at, old, row.complete}}); err != nil {
			return err
		}
	}
	_, err = q.exec(ctx, `UPDATE scope SET generation = ?, committed = ?, line = NULL, complete = 0 WHERE account = ? AND sid = ?`,
		row.generation+1, row.generation+1, text(scope.Account), row.sid)
	return err
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
