package sqlstore

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// Ledger returns the coverage of the scopes that match, sorted by scope. Coverage belongs
// to no owner: a reader who is limited to owners sees none.
func (s *Store) Ledger(ctx context.Context, see store.Visible, like estate.Scope) ([]store.Ledger, error) {
	w := &where{}
	w.only("v.account", see.OnlyAccounts)
	if see.OnlyOwners != nil {
		w.add("1 = 0")
	}
	for _, in := range []struct{ column, value string }{
		{"v.cloud", string(like.Cloud)}, {"v.account", like.Account}, {"v.region", like.Region}, {"v.type", like.Type},
	} {
		if in.value != "" {
			w.in(in.column, []string{in.value})
		}
	}
	lines, err := ledger(ctx, s.reads(), w, 0)
	list := make([]store.Ledger, 0, len(lines))
	for _, l := range lines {
		list = append(list, store.Ledger{Coverage: l.Coverage, Whole: moment(l.complete)})
	}
	return list, fail("read the ledger", err)
}

// IDs returns the ids of the resources that a scope has now, sorted.
func (s *Store) IDs(ctx context.Context, scope estate.Scope) ([]string, error) {
	ids, err := collect(ctx, s.reads(), scanText, `SELECT r.id FROM resource r JOIN scope s ON s.account = r.account AND s.sid = r.sid
		WHERE s.account = ? AND s.cloud = ? AND s.region = ? AND s.type = ? AND r.gone = 0 ORDER BY r.id`,
		text(scope.Account), text(scope.Cloud), text(scope.Region), text(scope.Type))
	return ids, fail(opScope("read the ids of", scope), err)
}

// reading is a ledger line as it is kept.
type reading struct {
	estate.Coverage
	since, complete int64
}

// ledger returns the ledger at a moment, sorted by scope. A line that was confirmed after
// the moment says when it began to hold.
func ledger(ctx context.Context, q session, w *where, at int64) ([]reading, error) {
	now := w.and("v.line IS NOT NULL")
	if at > 0 {
		now.add("v.since <= ?", at)
	}
	scan := func(r scanner) (reading, error) {
		var l reading
		var line []byte
		if err := r.Scan(&line, &l.since, &l.complete); err != nil {
			return l, err
		}
		err := json.Unmarshal(line, &l.Coverage)
		if at > 0 && micros(l.Read) > at {
			l.Read = moment(l.since)
		}
		return l, err
	}
	list, err := collect(ctx, q, scan, `SELECT v.line, v.since, v.complete FROM scope v WHERE `+now.sql(), now.args...)
	if err != nil {
		return nil, err
	}
	if at > 0 {
		then := w.and("v.since <= ? AND v.until > ?", at, at)
		old, err := collect(ctx, q, scan, `SELECT v.line, v.since, v.complete FROM scope_history v WHERE `+then.sql(), then.args...)
		if err != nil {
			return nil, err
		}
		list = append(list, old...)
	}
	slices.SortFunc(list, func(a, b reading) int { return a.Scope.Compare(b.Scope) })
	return list, nil
}
