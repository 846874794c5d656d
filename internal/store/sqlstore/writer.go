package sqlstore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"strings"
	"sync"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// hash names the content of a line.
type hash [16]byte

func hashOf(line []byte) hash {
	sum := sha256.Sum256(line)
	return hash(sum[:16])
}

// known is a resource as the database has it.
type known struct {
	rid     int64
	hash    hash
	gone    bool
	patched int64
}

// entry is a resource that was added. Its line lies in the spool unless it is that of the
// database.
type entry struct {
	hash hash
	// spooled is where its record begins in the spool; -1 when it did not change.
	spooled int64
	size    int32
}

// writer is a scope being read. It holds the hashes of the scope; lines that differ from
// what is kept lie in a spool.
type writer struct {
	store *Store
	scope estate.Scope
	cause store.Cause
	// generation is that of the scope when reading began.
	generation, committed int64
	known                 map[string]known

	mu    sync.Mutex
	added map[string]entry
	spool spool
	ended bool
}

// Begin opens a scope for reading.
func (s *Store) Begin(ctx context.Context, scope estate.Scope, cause store.Cause) (store.Writer, error) {
	op := opScope("open the scope", scope)
	if err := validScope(op, scope); err != nil {
		return nil, err
	}
	w := &writer{store: s, scope: scope, cause: cause, known: map[string]known{}, added: map[string]entry{}}
	err := s.view(ctx, op, func(q session) error {
		row, err := scopeOf(ctx, q, scope, "")
		if err != nil || row.sid == 0 {
			return err
		}
		w.generation, w.committed = row.generation, row.committed
		clear(w.known)
		return loadKnown(ctx, q, w.known, `SELECT id, rid, hash, gone, patched FROM resource WHERE sid = ? AND account = ?`, row.sid, text(scope.Account))
	})
	if err != nil {
		return nil, err
	}
	return w, nil
}

func loadKnown(ctx context.Context, q session, into map[string]known, query string, args ...any) error {
	_, err := collect(ctx, q, func(r scanner) (struct{}, error) {
		var id text
		var k known
		var gone int64
		var sum []byte
		err := r.Scan(&id, &k.rid, &sum, &gone, &k.patched)
		copy(k.hash[:], sum)
		k.gone = gone > 0
		into[string(id)] = k
		return struct{}{}, err
	}, query, args...)
	return err
}

// Add keeps one resource as its JSON line.
func (w *writer) Add(id string, line []byte) error {
	op := opScope("add to the scope", w.scope)
	if err := validID(op, id); err != nil {
		return err
	}
	line = bytes.TrimRight(line, "\r\n")
	e := entry{hash: hashOf(line), spooled: -1}
	if k, found := w.known[id]; found && !k.gone && k.hash == e.hash {
		return w.keep(op, id, e, nil)
	}
	r, err := w.store.recordOf(id, line)
	if err != nil {
		return &estate.Error{Code: estate.CodeInvalid, Op: op, Err: err}
	}
	return w.keep(op, id, e, r)
}

func (w *writer) keep(op, id string, e entry, record []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended {
		return estate.Errorf(estate.CodeInvalid, op, "the writer has ended")
	}
	if record != nil {
		at, err := w.spool.add(record)
		if err != nil {
			return fail(op, err)
		}
		e.spooled, e.size = at, int32(len(record))
	}
	if _, found := w.added[id]; !found {
		id = strings.Clone(id)
	}
	w.added[id] = e
	return nil
}

// Abort drops what was added.
func (w *writer) Abort() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
	return fail(opScope("drop the reading of", w.scope), w.spool.close())
}

// record is what the tables need of a changed line.
type record struct {
	Name      string            `json:"name"`
	Relations []estate.Relation `json:"relations,omitempty"`
	// body is the packed line.
	body []byte
}

// recordOf returns a line as the spool has it: the length of the head, the head, and the
// packed line. The line must be an object.
func (s *Store) recordOf(id string, line []byte) ([]byte, error) {
	var r record
	if err := json.Unmarshal(line, &r); err != nil {
		return nil, err
	}
	if r.Name == "" {
		r.Name = id[strings.LastIndexAny(id, "/:")+1:]
	}
	r.Name = cut(r.Name, maxName)
	head, err := json.Marshal(&r)
	if err != nil {
		return nil, err
	}
	return frame(head, s.pack.pack(line)), nil
}
