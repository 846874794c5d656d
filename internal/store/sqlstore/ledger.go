package sqlstore

import (
	"context"

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
