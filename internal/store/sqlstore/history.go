package sqlstore

import (
	"context"
	"encoding/json"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

const withCause = ` LEFT JOIN cause c ON c.account = v.account AND c.cid = v.cause`

// Versions returns the history of a resource, newest first.
func (s *Store) Versions(ctx context.Context, see store.Visible, key store.Key, page store.PageRequest) (store.Page[store.Version], error) {
	const op = "read the history"
	if err := mustSee(ctx, s.reads(), op, see, key); err != nil {
		return store.Page[store.Version]{}, err
	}
	w := keyed1(see, key)
	l := listing{
		op: op, request: page, filters: []any{see, key}, orders: map[string]order{"from": {column: "v.changed", down: true}}, first: "from", tie: "r.rid",
		arms: []arm{
			{from: "resource r LEFT JOIN resource_body b ON b.account = r.account AND b.rid = r.rid" + withCause, where: w, columns: "r.changed, 0, c.body, b.body", version: "r"},
			{from: "resource_history h JOIN resource r ON r.account = h.account AND r.rid = h.rid" + withCause, where: w, columns: "h.changed, h.until, c.body, h.body", version: "h"},
		},
	}
	return list(ctx, s.reads(), l, func(row scanner) (store.Version, error) {
		var v store.Version
		var from, until int64
		var cause, kept []byte
		if err := row.Scan(&from, &until, &cause, &kept); err != nil {
			return v, err
		}
		v.From, v.Until = moment(from), moment(until)
		if err := unmarshal(cause, &v.Cause); err != nil || kept == nil {
			return v, err
		}
		var err error
		v.Body, err = s.pack.unpack(kept, nil)
		return v, err
	})
}

// unmarshal reads JSON where there is any.
func unmarshal(raw []byte, to any) error {
	if raw == nil {
		return nil
	}
	return json.Unmarshal(raw, to)
}

// wasGone tells of a version whether the resource was gone right before.
const wasGone = `CASE WHEN EXISTS (SELECT 1 FROM resource_history p WHERE p.account = r.account AND p.rid = r.rid AND p.until = v.changed AND p.gone = 1) THEN 1 ELSE 0 END`

// Changed lists what changed after one moment, up to another, newest first.
func (s *Store) Changed(ctx context.Context, see store.Visible, from, until time.Time, page store.PageRequest) (store.Page[store.Change], error) {
	w := &where{}
	w.visible(see, "r.account", "r.owner")
	w.add("v.changed > ?", micros(from))
	if !until.IsZero() {
		w.add("v.changed <= ?", micros(until))
	}
	const columns = `r.id, r.type, r.cloud, r.account, r.region, v.name, r.since, v.changed, c.body, ` + wasGone
	l := listing{
		op: "list changes", request: page, filters: []any{see, from, until}, orders: map[string]order{"at": {column: "v.changed", down: true}}, first: "at", tie: "r.rid",
		arms: []arm{
			{from: "resource r" + withCause, where: w, columns: columns + ", CASE WHEN r.gone > 0 THEN 1 ELSE 0 END", version: "r"},
			{from: "resource_history h JOIN resource r ON r.account = h.account AND r.rid = h.rid" + withCause, where: w, columns: columns + ", h.gone", version: "h"},
		},
	}
	return list(ctx, s.reads(), l, scanChange)
}

func scanChange(row scanner) (store.Change, error) {
	var c store.Change
	var id, kind, cloud, account, region, name text
	var since, changed, back, gone int64
	var cause []byte
	if err := row.Scan(&id, &kind, &cloud, &account, &region, &name, &since, &changed, &cause, &back, &gone); err != nil {
		return c, err
	}
	c.Resource = estate.Ref{ID: string(id), Type: string(kind), Cloud: estate.Cloud(cloud), Account: string(account), Region: string(region), Name: string(name)}
	c.At = moment(changed)
	switch {
	case gone == 1:
		c.Kind = "gone"
	case changed == since || back == 1:
		c.Kind = "added"
	default:
		c.Kind = "changed"
	}
	err := unmarshal(cause, &c.Cause)
	return c, err
}

// Relations returns the edges that start or end at a resource.
func (s *Store) Relations(ctx context.Context, see store.Visible, key store.Key, page store.PageRequest) (store.Page[store.Edge], error) {
	const op = "read the relations"
	if err := mustSee(ctx, s.reads(), op, see, key); err != nil {
		return store.Page[store.Edge]{}, err
	}
	w := &where{}
	w.visible(see, "r.account", "r.owner")
	const from = "relation e JOIN resource r ON r.account = e.account AND r.rid = e.rid"
	const at = "e.kind || ' ' || r.account || ' ' || r.id || ' ' || e.target"
	l := listing{
		op: op, request: page, filters: []any{see, key}, orders: map[string]order{"kind": {column: "e.kind", text: true}}, first: "kind", tie: at, tieText: true,
		columns: "r.account, r.id, e.kind, e.target",
		arms: []arm{
			{from: from, where: w.and("r.id = ? AND r.account = ?", text(key.ID), text(key.Account)), version: "r"},
			{from: from, where: w.and("e.target = ? AND NOT (r.id = ? AND r.account = ?)", text(key.ID), text(key.ID), text(key.Account)), version: "r"},
		},
	}
	return list(ctx, s.reads(), l, func(row scanner) (store.Edge, error) {
		var account, id, kind, target text
		err := row.Scan(&account, &id, &kind, &target)
		return store.Edge{From: store.Key{Account: string(account), ID: string(id)}, Kind: estate.RelationKind(kind), To: string(target)}, err
	})
}

// Tally counts resources by cloud, account, type or region, the most first.
func (s *Store) Tally(ctx context.Context, see store.Visible, by string) ([]store.Count, error) {
	const op = "count resources"
	switch by {
	case "cloud", "account", "type", "region":
	default:
		return nil, estate.Errorf(estate.CodeInvalid, op, "resources are counted by cloud, account, type or region, not by %q", by)
	}
	w := &where{}
	w.visible(see, "account", "owner")
	counts, err := collect(ctx, s.reads(), scanCount, `SELECT `+by+`, SUM(n) AS total FROM resource_count WHERE `+w.sql()+` GROUP BY `+by+` HAVING SUM(n) > 0 ORDER BY total DESC, `+by, w.args...)
	return counts, fail(op, err)
}
