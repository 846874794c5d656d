package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// snapshot is the estate at one moment: a transaction that reads one state.
type snapshot struct {
	store *Store
	ctx   context.Context //nolint:containedctx // the snapshot lives as long as its transaction
	q     session
	conn  *sql.Conn
	at    int64 // 0 for now
	lines []estate.Coverage
	sids  map[estate.Scope]int64

	mu sync.Mutex
}

// Snapshot returns the estate at a moment; the zero time is now.
func (s *Store) Snapshot(ctx context.Context, at time.Time) (store.Snapshot, error) {
	const op = "read the estate"
	conn, err := s.pools.Long.Conn(ctx)
	if err != nil {
		return nil, fail(op, err)
	}
	tx, err := conn.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return nil, fail(op, errors.Join(err, conn.Close()))
	}
	n := &snapshot{store: s, ctx: ctx, q: session{querier: tx, dialect: s.dialect, tx: Tx{Tx: tx, Conn: conn}}, conn: conn, at: micros(at)}
	if err := n.ledger(); err != nil {
		return nil, fail(op, errors.Join(err, n.Close()))
	}
	return n, nil
}

func (n *snapshot) ledger() error {
	lines, err := ledger(n.ctx, n.q, &where{}, n.at)
	if err != nil {
		return err
	}
	for _, l := range lines {
		n.lines = append(n.lines, l.Coverage)
	}
	n.sids = map[estate.Scope]int64{}
	_, err = collect(n.ctx, n.q, func(r scanner) (struct{}, error) {
		var sid int64
		var account, cloud, region, kind text
		err := r.Scan(&sid, &account, &cloud, &region, &kind)
		n.sids[estate.Scope{Cloud: estate.Cloud(cloud), Account: string(account), Region: string(region), Type: string(kind)}] = sid
		return struct{}{}, err
	}, `SELECT sid, account, cloud, region, type FROM scope`)
	return err
}

// Coverage returns the ledger, sorted by scope.
func (n *snapshot) Coverage() []estate.Coverage { return slices.Clone(n.lines) }

// Close ends the transaction.
func (n *snapshot) Close() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	err := rollback(n.q.tx.Tx)
	if c := n.conn.Close(); !errors.Is(c, sql.ErrConnDone) {
		err = errors.Join(err, c)
	}
	return fail("close the estate", err)
}

// place is a version of a resource: where its body lies.
type place struct {
	id      string
	account string
	scope   estate.Scope
	rid     int64
	// changed names the version in the history; -1 for the one that holds.
	changed int64
}

// Each yields the resources of a scope by id.
func (n *snapshot) Each(scope estate.Scope, yield func([]byte) error) error {
	sid, found := n.sids[scope]
	if !found {
		return nil
	}
	places, err := n.places(&where{parts: []string{"r.sid = ?", "r.account = ?"}, args: []any{sid, text(scope.Account)}})
	if err != nil {
		return fail(opScope("read", scope), err)
	}
	return n.bodies(places, func(_ place, line []byte) error { return yield(line) })
}

// Lines yields the resources of keys that exist, by account and id.
func (n *snapshot) Lines(keys []store.Key, yield func(estate.Scope, []byte) error) error {
	byAccount := map[string][]string{}
	for _, k := range keys {
		byAccount[k.Account] = append(byAccount[k.Account], k.ID)
	}
	for _, account := range sortedKeys(byAccount) {
		ids := byAccount[account]
		slices.Sort(ids)
		for some := range slices.Chunk(slices.Compact(ids), chunk) {
			w := &where{}
			w.only("r.account", []string{account})
			w.in("r.id", some)
			places, err := n.places(w)
			if err != nil {
				return fail("read resources", err)
			}
			if err := n.bodies(places, func(p place, line []byte) error { return yield(p.scope, line) }); err != nil {
				return err
			}
		}
	}
	return nil
}

func (n *snapshot) places(w *where) ([]place, error) {
	const columns = `r.id, r.account, r.cloud, r.region, r.type, r.rid`
	now, args := w.and("r.gone = 0"), []any(nil)
	if n.at > 0 {
		now.add("r.changed <= ?", n.at)
	}
	query := `SELECT ` + columns + `, -1 FROM resource r WHERE ` + now.sql()
	args = append(args, now.args...)
	if n.at > 0 {
		then := w.and("h.gone = 0 AND h.changed <= ? AND h.until > ?", n.at, n.at)
		query += ` UNION ALL SELECT ` + columns + `, h.changed FROM resource r JOIN resource_history h ON h.account = r.account AND h.rid = r.rid WHERE ` + then.sql()
		args = append(args, then.args...)
	}
	n.mu.Lock()
	places, err := collect(n.ctx, n.q, func(r scanner) (place, error) {
		var p place
		var id, account, cloud, region, kind text
		err := r.Scan(&id, &account, &cloud, &region, &kind, &p.rid, &p.changed)
		p.id, p.account = string(id), string(account)
		p.scope = estate.Scope{Cloud: estate.Cloud(cloud), Account: p.account, Region: string(region), Type: string(kind)}
		return p, err
	}, query, args...)
	n.mu.Unlock()
	slices.SortFunc(places, func(a, b place) int {
		if c := compareKeys(store.Key{Account: a.account, ID: a.id}, store.Key{Account: b.account, ID: b.id}); c != 0 {
			return c
		}
		return a.scope.Compare(b.scope)
	})
	return places, err
}

// bodies reads the bodies of places, some at a time, and yields them in their order.
func (n *snapshot) bodies(places []place, yield func(place, []byte) error) error {
	var line []byte
	for some := range slices.Chunk(places, 250) {
		kept, err := n.packed(some)
		if err != nil {
			return fail("read resources", err)
		}
		for _, p := range some {
			if line, err = n.store.pack.unpack(kept[version{p.rid, p.changed}], line[:0]); err != nil {
				return fail("read resources", err)
			}
			if err := yield(p, line); err != nil {
				return err
			}
		}
	}
	return nil
}

// version names a version: a row and since when it holds, -1 for the one that does.
type version struct{ rid, changed int64 }

func (n *snapshot) packed(places []place) (map[version][]byte, error) {
	now := map[string][]any{}
	then := map[string][]any{}
	for _, p := range places {
		if p.changed < 0 {
			now[p.account] = append(now[p.account], p.rid)
		} else {
			then[p.account] = append(then[p.account], p.rid)
		}
	}
	kept := map[version][]byte{}
	scan := func(r scanner) (struct{}, error) {
		var v version
		var body []byte
		err := r.Scan(&v.rid, &v.changed, &body)
		kept[v] = body
		return struct{}{}, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for account, rids := range now {
		if _, err := collect(n.ctx, n.q, scan, `SELECT rid, -1, body FROM resource_body WHERE account = ? AND rid IN `+marks(len(rids)), append([]any{text(account)}, rids...)...); err != nil {
			return nil, err
		}
	}
	for account, rids := range then {
		args := append(append([]any{text(account)}, rids...), n.at, n.at)
		if _, err := collect(n.ctx, n.q, scan, `SELECT rid, changed, body FROM resource_history WHERE account = ? AND rid IN `+marks(len(rids))+` AND changed <= ? AND until > ?`, args...); err != nil {
			return nil, err
		}
	}
	return kept, nil
}
