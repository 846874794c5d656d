package sqlstore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// Append adds an entry to the audit log.
func (s *Store) Append(ctx context.Context, e store.Entry) (store.Entry, error) {
	const op = "write the audit log"
	if err := validMoment(op, e.At); err != nil {
		return e, err
	}
	e.At = moment(micros(e.At))
	if e.Detail != nil {
		var compact bytes.Buffer
		if err := json.Compact(&compact, e.Detail); err != nil {
			return e, estate.Errorf(estate.CodeInvalid, op, "the detail: %w", err)
		}
		e.Detail = compact.Bytes()
	}
	err := s.write(ctx, op, func(q session) error {
		var err error
		if e.Seq, err = next(ctx, q, "audit", 1); err != nil {
			return err
		}
		before, err := collect(ctx, q, scanText, `SELECT hash FROM audit WHERE seq = ?`, e.Seq-1)
		if err != nil {
			return err
		}
		last := ""
		if len(before) > 0 {
			last = before[0]
		}
		var body []byte
		if e.Hash, body, err = link(last, e); err != nil {
			return err
		}
		_, err = q.exec(ctx, `INSERT INTO audit (seq, at, actor, action, subject, body, hash) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			e.Seq, micros(e.At), text(cut(e.Actor, maxName)), text(cut(e.Action, maxName)), text(cut(e.Subject, maxName)), body, e.Hash)
		return err
	})
	return e, err
}

// link returns the hash that chains an entry to the one before, and the entry as it is
// kept: SHA-256 over that hash in hex and the entry as JSON without its own.
func link(before string, e store.Entry) (sum string, body []byte, err error) {
	e.Hash = ""
	if body, err = json.Marshal(&e); err != nil {
		return "", nil, estate.Errorf(estate.CodeInvalid, "write the audit log", "%w", err)
	}
	h := sha256.New()
	h.Write([]byte(before))
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil)), body, nil
}

func scanEntry(row scanner) (store.Entry, error) {
	var e store.Entry
	var seq int64
	var body []byte
	var hash text
	if err := row.Scan(&seq, &body, &hash); err != nil {
		return e, err
	}
	err := json.Unmarshal(body, &e)
	e.Seq, e.Hash = seq, string(hash)
	return e, err
}

// Entries lists entries, newest first.
func (s *Store) Entries(ctx context.Context, actor, action string, page store.PageRequest) (store.Page[store.Entry], error) {
	w := &where{}
	if actor != "" {
		w.only("a.actor", []string{cut(actor, maxName)})
	}
	if action != "" {
		w.only("a.action", []string{cut(action, maxName)})
	}
	l := listing{
		op: "read the audit log", request: page, filters: []string{actor, action}, orders: map[string]order{"seq": {column: "a.seq", down: true}}, first: "seq", tie: "a.seq",
		columns: "a.seq, a.body, a.hash", arms: []arm{{from: "audit a", where: w, version: "a"}},
	}
	return list(ctx, s.reads(), l, scanEntry)
}

// Verify recomputes the chain and returns the first entry that does not fit. Entries that
// are missing show as the one after them, or as the last when those at the end are.
func (s *Store) Verify(ctx context.Context) (*store.Entry, error) {
	const op = "verify the audit log"
	var broken *store.Entry
	err := s.view(ctx, op, func(q session) error {
		last, seq, entry := "", int64(0), store.Entry{}
		for {
			type row struct {
				store.Entry
				sum string
			}
			some, err := collect(ctx, q, func(r scanner) (row, error) {
				var before []byte
				e, err := scanEntry(tap{r, &before})
				h := sha256.New()
				h.Write([]byte(last))
				h.Write(before)
				last = e.Hash
				return row{e, hex.EncodeToString(h.Sum(nil))}, err
			}, `SELECT seq, body, hash FROM audit WHERE seq > ? ORDER BY seq LIMIT 1000`, seq)
			if err != nil {
				return err
			}
			for i := range some {
				if seq++; some[i].Seq != seq || some[i].sum != some[i].Hash {
					broken = &some[i].Entry
					return nil
				}
				entry = some[i].Entry
			}
			if len(some) == 0 {
				break
			}
		}
		var end int64
		if err := q.row(ctx, `SELECT last FROM sequence WHERE name = 'audit'`).Scan(&end); err != nil {
			return err
		}
		if end != seq {
			broken = &entry
		}
		return nil
	})
	return broken, err
}

// tap hands on the bytes of an entry while it is scanned.
type tap struct {
	scanner
	body *[]byte
}

// Scan implements scanner.
func (t tap) Scan(dest ...any) error {
	err := t.scanner.Scan(dest...)
	if raw, ok := dest[1].(*[]byte); ok {
		*t.body = *raw
	}
	return err
}
