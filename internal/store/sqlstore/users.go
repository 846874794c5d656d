package sqlstore

import (
	"context"
	"encoding/json"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// PutUser adds or replaces a user by id.
func (s *Store) PutUser(ctx context.Context, u store.User) error {
	const op = "keep a user"
	if err := validID(op, u.ID); err != nil {
		return err
	}
	body, err := json.Marshal(&u)
	if err != nil {
		return estate.Errorf(estate.CodeInvalid, op, "%w", err)
	}
	return s.write(ctx, op, func(q session) error {
		_, err := q.exec(ctx, `INSERT INTO person (id, issuer, subject, password, body) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET issuer = excluded.issuer, subject = excluded.subject, password = excluded.password, body = excluded.body`,
			text(u.ID), text(u.Issuer), text(u.Subject), text(u.Password), body)
		return err
	})
}

func scanUser(row scanner) (store.User, error) {
	var u store.User
	var password text
	var body []byte
	if err := row.Scan(&password, &body); err != nil {
		return u, err
	}
	err := json.Unmarshal(body, &u)
	u.Password = string(password)
	return u, err
}

// User returns one by id.
func (s *Store) User(ctx context.Context, id string) (store.User, error) {
	u, err := scanUser(s.reads().row(ctx, `SELECT password, body FROM person WHERE id = ?`, text(id)))
	return u, fail("read the user", err)
}

// UserBySubject finds the user of an identity provider. An empty subject is nobody's.
func (s *Store) UserBySubject(ctx context.Context, issuer, subject string) (store.User, error) {
	const op = "find the user"
	if subject == "" {
		return store.User{}, estate.Errorf(estate.CodeNotFound, op, "nobody has no subject")
	}
	u, err := scanUser(s.reads().row(ctx, `SELECT password, body FROM person WHERE issuer = ? AND subject = ? ORDER BY id LIMIT 1`, text(issuer), text(subject)))
	return u, fail(op, err)
}

// ListUsers lists all users by id.
func (s *Store) ListUsers(ctx context.Context) ([]store.User, error) {
	list, err := collect(ctx, s.reads(), scanUser, `SELECT password, body FROM person ORDER BY id`)
	return list, fail("list users", err)
}

// PutCredential adds or replaces a credential by hash.
func (s *Store) PutCredential(ctx context.Context, c store.Credential) error {
	const op = "keep a credential"
	if err := validID(op, c.Hash); err != nil {
		return err
	}
	body, err := json.Marshal(&c)
	if err != nil {
		return estate.Errorf(estate.CodeInvalid, op, "%w", err)
	}
	return s.write(ctx, op, func(q session) error {
		_, err := q.exec(ctx, `INSERT INTO credential (hash, id, person, kind, created, expires, revoked, data, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (hash) DO UPDATE SET id = excluded.id, person = excluded.person, kind = excluded.kind, created = excluded.created, expires = excluded.expires,
			revoked = excluded.revoked, data = excluded.data, body = excluded.body`,
			text(c.Hash), text(c.ID), text(c.User), text(c.Kind), micros(c.Created), micros(c.Expires), micros(c.Revoked), []byte(c.Data), body)
		return err
	})
}

func scanCredential(row scanner) (store.Credential, error) {
	var c store.Credential
	var hash text
	var data, body []byte
	if err := row.Scan(&hash, &data, &body); err != nil {
		return c, err
	}
	err := json.Unmarshal(body, &c)
	c.Hash, c.Data = string(hash), data
	return c, err
}

// Credential finds one by hash, whether it is still good or not.
func (s *Store) Credential(ctx context.Context, hash string) (store.Credential, error) {
	c, err := scanCredential(s.reads().row(ctx, `SELECT hash, data, body FROM credential WHERE hash = ?`, text(hash)))
	return c, fail("find the credential", err)
}

// Credentials lists those of a user, newest first; the empty user or kind stands for all.
func (s *Store) Credentials(ctx context.Context, user, kind string) ([]store.Credential, error) {
	w := &where{}
	if user != "" {
		w.only("person", []string{user})
	}
	if kind != "" {
		w.only("kind", []string{kind})
	}
	list, err := collect(ctx, s.reads(), scanCredential, `SELECT hash, data, body FROM credential WHERE `+w.sql()+` ORDER BY created DESC, hash`, w.args...)
	return list, fail("list credentials", err)
}

// Expire removes credentials that expired, or were revoked, before a moment.
func (s *Store) Expire(ctx context.Context, before time.Time) error {
	return s.write(ctx, "remove old credentials", func(q session) error {
		_, err := q.exec(ctx, `DELETE FROM credential WHERE expires < ? OR revoked > 0 AND revoked < ?`, micros(before), micros(before))
		return err
	})
}
