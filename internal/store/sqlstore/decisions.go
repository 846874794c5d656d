package sqlstore

import (
	"context"
	"encoding/json"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// PutException adds or replaces an exception. It counts from the next judging on.
func (s *Store) PutException(ctx context.Context, e store.Exception) error {
	const op = "keep an exception"
	if err := validID(op, e.ID); err != nil {
		return err
	}
	switch e.Subject {
	case "finding", "issue", "check", "resource":
	default:
		return estate.Errorf(estate.CodeInvalid, op, "there is no subject %q", e.Subject)
	}
	body, err := json.Marshal(&e)
	if err != nil {
		return estate.Errorf(estate.CodeInvalid, op, "%w", err)
	}
	return s.write(ctx, op, func(q session) error {
		_, err := q.exec(ctx, `INSERT INTO exception (id, subject, key, approved, created, expires, ended, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET subject = excluded.subject, key = excluded.key, approved = excluded.approved, created = excluded.created, expires = excluded.expires, ended = excluded.ended, body = excluded.body`,
			text(e.ID), text(e.Subject), text(e.Key), bit(e.Approved != ""), micros(e.Created), micros(e.Expires), micros(e.Ended), body)
		return err
	})
}

// Exceptions lists exceptions, the one that ends first first.
func (s *Store) Exceptions(ctx context.Context, state string, now time.Time, page store.PageRequest) (store.Page[store.Exception], error) {
	const op = "list exceptions"
	w := &where{}
	switch us := micros(now); state {
	case "", "active":
		w.add("e.approved = 1 AND e.ended = 0 AND e.expires > ?", us)
	case "waiting":
		w.add("e.approved = 0 AND e.ended = 0 AND e.expires > ?", us)
	case "ended":
		w.add("(e.ended > 0 OR e.expires <= ?)", us)
	case "all":
	default:
		return store.Page[store.Exception]{}, estate.Errorf(estate.CodeInvalid, op, "there is no state %q", state)
	}
	l := listing{
		op: op, request: page, filters: state, orders: map[string]order{"expires": {column: "e.expires"}}, first: "expires", tie: "e.id", tieText: true,
		columns: "e.body", arms: []arm{{from: "exception e", where: w, version: "e"}},
	}
	return list(ctx, s.reads(), l, scanJSON[store.Exception])
}

// Exception returns one by id.
func (s *Store) Exception(ctx context.Context, id string) (store.Exception, error) {
	e, err := scanJSON[store.Exception](s.reads().row(ctx, `SELECT body FROM exception WHERE id = ?`, text(id)))
	return e, fail("read the exception", err)
}

// PutBaseline adds or replaces a baseline.
func (s *Store) PutBaseline(ctx context.Context, b store.Baseline) error {
	const op = "keep a baseline"
	if err := validID(op, b.ID); err != nil {
		return err
	}
	body, err := json.Marshal(&b)
	if err != nil {
		return estate.Errorf(estate.CodeInvalid, op, "%w", err)
	}
	return s.write(ctx, op, func(q session) error {
		_, err := q.exec(ctx, `INSERT INTO baseline (id, created, body) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET created = excluded.created, body = excluded.body`, text(b.ID), micros(b.Created), body)
		return err
	})
}

// Baselines lists all baselines, newest first.
func (s *Store) Baselines(ctx context.Context) ([]store.Baseline, error) {
	list, err := collect(ctx, s.reads(), scanJSON[store.Baseline], `SELECT body FROM baseline ORDER BY created DESC, id`)
	return list, fail("list baselines", err)
}

// Setting returns a value; nil when there is none.
func (s *Store) Setting(ctx context.Context, name string) (json.RawMessage, error) {
	values, err := collect(ctx, s.reads(), func(row scanner) (json.RawMessage, error) {
		var v []byte
		err := row.Scan(&v)
		return v, err
	}, `SELECT value FROM setting WHERE name = ?`, text(name))
	if err != nil || len(values) == 0 {
		return nil, fail("read a setting", err)
	}
	return values[0], nil
}

// PutSetting keeps a value.
func (s *Store) PutSetting(ctx context.Context, name string, value json.RawMessage) error {
	const op = "keep a setting"
	if err := validID(op, name); err != nil {
		return err
	}
	if !json.Valid(value) {
		return estate.Errorf(estate.CodeInvalid, op, "the value of %q is no JSON", name)
	}
	return s.write(ctx, op, func(q session) error {
		_, err := q.exec(ctx, `INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, text(name), []byte(value))
		return err
	})
}
