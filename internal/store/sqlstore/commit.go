package sqlstore

import (
	"context"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// Commit replaces the scope by what was added, or notes the coverage alone.
func (w *writer) Commit(ctx context.Context, coverage estate.Coverage) (store.Delta, error) {
	op := opScope("commit the scope", w.scope)
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.ended:
		return store.Delta{}, estate.Errorf(estate.CodeInvalid, op, "the writer has ended")
	case coverage.Scope != w.scope:
		return store.Delta{}, estate.Errorf(estate.CodeInvalid, op, "the coverage is that of %q", coverage.Scope)
	}
	if err := validMoment(op, coverage.Read); err != nil {
		return store.Delta{}, err
	}
	var delta store.Delta
	err := w.store.write(ctx, op, func(q session) error {
		var err error
		delta, err = w.commit(ctx, q, op, coverage)
		return err
	})
	if err != nil {
		return store.Delta{}, err
	}
	w.ended = true
	return delta, fail(op, w.spool.close())
}

func (w *writer) commit(ctx context.Context, q session, op string, coverage estate.Coverage) (store.Delta, error) {
	delta := store.Delta{Scope: w.scope}
	row, err := lockScope(ctx, q, w.scope)
	if err != nil {
		return delta, err
	}
	if row.committed != w.committed {
		return delta, estate.Errorf(estate.CodeGone, op, "it was read anew since this reading began")
	}
	newer := map[string]known{}
	if row.generation != w.generation {
		if err := loadKnown(ctx, q, newer, `SELECT id, rid, hash, gone, patched FROM resource WHERE sid = ? AND account = ? AND patched > ?`, row.sid, text(w.scope.Account), w.generation); err != nil {
			return delta, err
		}
	}
	row.generation++
	if coverage.Complete() {
		row.committed = row.generation
		c := changes{q: q, scope: w.scope, sid: row.sid, at: micros(coverage.Read), source: w}
		w.compare(newer, &c, &delta)
		if err := c.apply(ctx, w.cause); err != nil {
			return delta, err
		}
	}
	delta.Coverage, err = cover(ctx, q, &row, coverage)
	return delta, err
}

// compare finds what changed. What was patched while the scope was being read is left as
// it is.
func (w *writer) compare(newer map[string]known, c *changes, delta *store.Delta) {
	for id, e := range w.added {
		if _, found := newer[id]; found {
			delta.Unchanged++
			continue
		}
		k, found := w.known[id]
		key := store.Key{Account: w.scope.Account, ID: id}
		switch {
		case !found || k.gone:
			delta.Added = append(delta.Added, key)
		case k.hash != e.hash:
			delta.Changed = append(delta.Changed, key)
		default:
			delta.Unchanged++
			continue
		}
		c.puts = append(c.puts, put{id: id, known: k, entry: e})
	}
	for id, k := range w.known {
		_, found := w.added[id]
		if _, patched := newer[id]; found || patched || k.gone {
			continue
		}
		delta.Gone = append(delta.Gone, store.Key{Account: w.scope.Account, ID: id})
		c.gone = append(c.gone, put{id: id, known: k})
	}
	sortDelta(delta)
}

func sortDelta(d *store.Delta) {
	for _, keys := range [][]store.Key{d.Added, d.Changed, d.Gone} {
		slices.SortFunc(keys, compareKeys)
	}
}

func compareKeys(a, b store.Key) int {
	if c := strings.Compare(a.Account, b.Account); c != 0 {
		return c
	}
	return strings.Compare(a.ID, b.ID)
}

// load returns the record of an entry.
func (w *writer) load(e entry) (record, error) { return w.spool.get(e.spooled, e.size) }
