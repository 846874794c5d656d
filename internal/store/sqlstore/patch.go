package sqlstore

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// patching is a patch being written.
type patching struct {
	store *Store
	scope estate.Scope
	patch store.Patch
}

// load packs a line of the patch.
func (p *patching) load(e entry) (record, error) {
	line := p.patch.Put[e.spooled]
	id, err := idOf(line)
	if err != nil {
		return record{}, err
	}
	raw, err := p.store.recordOf(id, line)
	if err != nil {
		return record{}, err
	}
	return unframe(raw)
}

func idOf(line []byte) (string, error) {
	var head struct {
		ID string `json:"id"`
	}
	err := json.Unmarshal(line, &head)
	return head.ID, err
}

// Patch puts single resources of a scope.
func (s *Store) Patch(ctx context.Context, scope estate.Scope, patch store.Patch) (store.Delta, error) {
	op := opScope("patch the scope", scope)
	if err := validScope(op, scope); err != nil {
		return store.Delta{}, err
	}
	if err := validMoment(op, patch.Read); err != nil {
		return store.Delta{}, err
	}
	entries := map[string]entry{}
	patch.Put = slices.Clone(patch.Put)
	for i, line := range patch.Put {
		line = bytes.TrimRight(line, "\r\n")
		patch.Put[i] = line
		id, err := idOf(line)
		if err != nil {
			return store.Delta{}, &estate.Error{Code: estate.CodeInvalid, Op: op, Err: err}
		}
		if err := validID(op, id); err != nil {
			return store.Delta{}, err
		}
		entries[id] = entry{hash: hashOf(line), spooled: int64(i)}
	}
	p := &patching{store: s, scope: scope, patch: patch}
	var delta store.Delta
	err := s.write(ctx, op, func(q session) error {
		var err error
		delta, err = p.write(ctx, q, entries)
		return err
	})
	return delta, err
}

func (p *patching) write(ctx context.Context, q session, entries map[string]entry) (store.Delta, error) {
	delta := store.Delta{Scope: p.scope}
	row, err := lockScope(ctx, q, p.scope)
	if err != nil {
		return delta, err
	}
	row.generation++
	c := changes{q: q, scope: p.scope, sid: row.sid, at: micros(p.patch.Read), patched: row.generation, source: p}
	stamps, err := p.compare(ctx, &c, entries, &delta)
	if err != nil {
		return delta, err
	}
	if err := p.causes(ctx, &c); err != nil {
		return delta, err
	}
	if err := c.write(ctx); err != nil {
		return delta, err
	}
	if err := q.each(ctx, `UPDATE resource SET read = ?, patched = ? WHERE account = ? AND rid = ?`, stamps); err != nil {
		return delta, err
	}
	_, err = q.exec(ctx, `UPDATE scope SET generation = ? WHERE account = ? AND sid = ?`, row.generation, text(p.scope.Account), row.sid)
	return delta, err
}

// stamped is a resource with when it was last read.
type stamped struct {
	known
	read time.Time
}

// compare finds what changed, and returns stamps for what was found as it was: an older
// reading that comes late is told by them.
func (p *patching) compare(ctx context.Context, c *changes, entries map[string]entry, delta *store.Delta) ([][]any, error) {
	var stamps [][]any
	ids := map[string]bool{}
	for id := range entries {
		ids[id] = true
	}
	for _, id := range p.patch.Gone {
		ids[id] = true
	}
	had, err := p.had(ctx, c, ids)
	if err != nil {
		return nil, err
	}
	for id := range ids {
		e, exists := entries[id]
		k, found := had[id]
		key := store.Key{Account: p.scope.Account, ID: id}
		switch {
		case found && k.read.After(p.patch.Read), !found && !exists:
			delta.Unchanged++
		case exists && (!found || k.gone):
			delta.Added = append(delta.Added, key)
			c.puts = append(c.puts, put{id: id, known: k.known, entry: e})
		case exists && k.hash != e.hash:
			delta.Changed = append(delta.Changed, key)
			c.puts = append(c.puts, put{id: id, known: k.known, entry: e})
		case !exists && !k.gone:
			delta.Gone = append(delta.Gone, key)
			c.gone = append(c.gone, put{id: id, known: k.known})
		default:
			delta.Unchanged++
			stamps = append(stamps, []any{c.at, c.patched, text(p.scope.Account), k.rid})
		}
	}
	sortDelta(delta)
	return stamps, nil
}

func (p *patching) had(ctx context.Context, c *changes, ids map[string]bool) (map[string]stamped, error) {
	had := map[string]stamped{}
	for some := range slices.Chunk(sortedKeys(ids), chunk) {
		args := []any{c.sid, text(p.scope.Account)}
		for _, id := range some {
			args = append(args, text(id))
		}
		_, err := collect(ctx, c.q, func(r scanner) (struct{}, error) {
			var id text
			var k stamped
			var gone, read int64
			var sum []byte
			err := r.Scan(&id, &k.rid, &sum, &gone, &k.patched, &read)
			copy(k.hash[:], sum)
			k.gone, k.read = gone > 0, moment(read)
			had[string(id)] = k
			return struct{}{}, err
		}, `SELECT id, rid, hash, gone, patched, read FROM resource WHERE sid = ? AND account = ? AND id IN `+marks(len(some)), args...)
		if err != nil {
			return nil, err
		}
	}
	return had, nil
}

// causes gives every change its cause.
func (p *patching) causes(ctx context.Context, c *changes) error {
	made := map[string]int64{}
	for _, list := range [][]put{c.puts, c.gone} {
		for i := range list {
			of := list[i].id
			if _, own := p.patch.Causes[of]; !own {
				of = ""
			}
			cid, found := made[of]
			if !found {
				var err error
				if cid, err = addCause(ctx, c.q, p.scope.Account, p.patch.Causes[of]); err != nil {
					return err
				}
				made[of] = cid
			}
			list[i].cause = cid
		}
	}
	return nil
}
