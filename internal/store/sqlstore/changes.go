package sqlstore

import (
	"context"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// put is a resource to write or to close.
type put struct {
	id    string
	known known // zero for one that was never seen
	entry entry
	cause int64
}

// changes are what a transaction does to the resources of one scope.
type changes struct {
	q     session
	scope estate.Scope
	sid   int64
	at    int64
	// patched is the generation of a patch; 0 for a whole reading.
	patched int64
	source  interface{ load(e entry) (record, error) }
	puts    []put
	gone    []put
	counts  map[string]int // resources by owner, as a difference
}

// chunk is how many rows are held at once.
const chunk = 1000

// apply writes the changes of one cause, in the order of ids.
func (c *changes) apply(ctx context.Context, cause store.Cause) error {
	if len(c.puts)+len(c.gone) == 0 {
		return nil
	}
	cid, err := addCause(ctx, c.q, c.scope.Account, cause)
	if err != nil {
		return err
	}
	for i := range c.puts {
		c.puts[i].cause = cid
	}
	for i := range c.gone {
		c.gone[i].cause = cid
	}
	return c.write(ctx)
}

func (c *changes) write(ctx context.Context) error {
	c.counts = map[string]int{}
	byID := func(a, b put) int { return strings.Compare(a.id, b.id) }
	slices.SortFunc(c.puts, byID)
	slices.SortFunc(c.gone, byID)
	for part := range slices.Chunk(c.puts, chunk) {
		if err := c.put(ctx, part); err != nil {
			return err
		}
	}
	for part := range slices.Chunk(c.gone, chunk) {
		if err := c.close(ctx, part); err != nil {
			return err
		}
	}
	return c.count(ctx)
}

// later is the moment of a change: the argument, or right after the last one when the
// clock went back. It takes the moment twice.
const later = `CASE WHEN r.changed >= ? THEN r.changed + 1 ELSE ? END`

const keepOld = `INSERT INTO resource_history (account, rid, changed, until, name, search, hash, cause, gone, dict, body)
SELECT r.account, r.rid, r.changed, ` + later + `, r.name, r.search, r.hash, r.cause, CASE WHEN r.gone > 0 THEN 1 ELSE 0 END, COALESCE(b.dict, 0), b.body
FROM resource r LEFT JOIN resource_body b ON b.account = r.account AND b.rid = r.rid WHERE r.account = ? AND r.rid = ?`

// remember copies the version that holds to the history.
func (c *changes) remember(ctx context.Context, part []put) error {
	var old [][]any
	for _, p := range part {
		old = append(old, []any{c.at, c.at, text(c.scope.Account), p.known.rid})
	}
	return c.q.each(ctx, keepOld, old)
}

// forget drops bodies and relations.
func (c *changes) forget(ctx context.Context, part []put) error {
	var keys [][]any
	for _, p := range part {
		keys = append(keys, []any{text(c.scope.Account), p.known.rid})
	}
	if err := c.q.each(ctx, `DELETE FROM resource_body WHERE account = ? AND rid = ?`, keys); err != nil {
		return err
	}
	return c.q.each(ctx, `DELETE FROM relation WHERE account = ? AND rid = ?`, keys)
}

func (c *changes) put(ctx context.Context, part []put) error {
	var old, fresh []put
	for _, p := range part {
		if p.known.rid == 0 {
			fresh = append(fresh, p)
		} else {
			old = append(old, p)
		}
	}
	if err := c.revive(ctx, old); err != nil {
		return err
	}
	if err := c.remember(ctx, old); err != nil {
		return err
	}
	had, err := c.related(ctx, old)
	if err != nil {
		return err
	}
	ids, err := c.q.dialect.Reserve(ctx, c.q.tx, len(fresh))
	if err != nil {
		return err
	}
	for i := range fresh {
		fresh[i].known.rid = ids[i]
	}
	w := tables{had: had}
	if err := w.fill(c, old, false); err != nil {
		return err
	}
	if err := w.fill(c, fresh, true); err != nil {
		return err
	}
	w.cutRest(c.scope.Account)
	c.counts[""] += len(fresh)
	return w.write(ctx, c.q)
}

// related reads the relations of resources.
func (c *changes) related(ctx context.Context, part []put) (map[edge]bool, error) {
	had := map[edge]bool{}
	if len(part) == 0 {
		return had, nil
	}
	args := []any{text(c.scope.Account)}
	for _, p := range part {
		args = append(args, p.known.rid)
	}
	_, err := collect(ctx, c.q, func(r scanner) (struct{}, error) {
		var e edge
		err := r.Scan(&e.rid, &e.kind, &e.target)
		had[e] = true
		return struct{}{}, err
	}, `SELECT rid, kind, target FROM relation WHERE account = ? AND rid IN `+marks(len(part)), args...)
	return had, err
}

// revive counts those again that had been gone.
func (c *changes) revive(ctx context.Context, part []put) error {
	var back []put
	for _, p := range part {
		if p.known.gone {
			back = append(back, p)
		}
	}
	return c.countOwners(ctx, back, 1)
}

func (c *changes) close(ctx context.Context, part []put) error {
	if err := c.countOwners(ctx, part, -1); err != nil {
		return err
	}
	if err := c.remember(ctx, part); err != nil {
		return err
	}
	if err := c.forget(ctx, part); err != nil {
		return err
	}
	rows := make([][]any, 0, len(part))
	for _, p := range part {
		rows = append(rows, []any{c.at, c.at, c.at, c.at, c.at, c.patched, c.patched, p.cause, none, text(c.scope.Account), p.known.rid})
	}
	return c.q.each(ctx, `UPDATE resource AS r SET changed = `+later+`, gone = `+later+`, read = ?, patched = CASE WHEN ? > 0 THEN ? ELSE r.patched END, cause = ?,
		critical = 0, high = 0, medium = 0, low = 0, info = 0, weight = ? WHERE account = ? AND rid = ?`, rows)
}

// countOwners moves the counters of the owners of resources.
func (c *changes) countOwners(ctx context.Context, part []put, by int) error {
	for some := range slices.Chunk(part, chunk) {
		args := []any{text(c.scope.Account)}
		for _, p := range some {
			args = append(args, p.known.rid)
		}
		owners, err := collect(ctx, c.q, scanText, `SELECT owner FROM resource WHERE account = ? AND rid IN `+marks(len(some))+` ORDER BY rid`+c.q.dialect.ForUpdate(), args...)
		if err != nil {
			return err
		}
		for _, owner := range owners {
			c.counts[owner] += by
		}
	}
	return nil
}

func scanText(r scanner) (string, error) {
	var t text
	err := r.Scan(&t)
	return string(t), err
}

func (c *changes) count(ctx context.Context) error {
	var rows [][]any
	for owner, n := range c.counts {
		if n != 0 {
			rows = append(rows, []any{text(c.scope.Account), text(c.scope.Cloud), text(c.scope.Region), text(c.scope.Type), text(owner), n})
		}
	}
	return addCounts(ctx, c.q, rows)
}

// addCounts moves counters of resources, always in the same order.
func addCounts(ctx context.Context, q session, rows [][]any) error {
	sortRows(rows)
	return q.each(ctx, `INSERT INTO resource_count (account, cloud, region, type, owner, n) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (account, cloud, region, type, owner) DO UPDATE SET n = resource_count.n + excluded.n`, rows)
}
