package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/store"
)

// none is the weight of a resource without open findings.
const none = int64(5) << 32

// tables are rows to write of resources.
type tables struct {
	fresh, changed, bodies, rewritten, relations, cut [][]any
	// had are the relations of the resources that were known; what is left of them is cut.
	had map[edge]bool
}

// edge is a relation as its row has it.
type edge struct {
	rid          int64
	kind, target text
}

// fill takes up resources, new ones or others.
func (w *tables) fill(c *changes, part []put, fresh bool) error {
	account := text(c.scope.Account)
	for _, p := range part {
		r, err := c.source.load(p.entry)
		if err != nil {
			return err
		}
		search := folded(r.Name, p.id)
		if fresh {
			w.fresh = append(w.fresh, []any{p.known.rid, account, c.sid, text(c.scope.Cloud), text(c.scope.Region), text(c.scope.Type), text(p.id), text(r.Name), search,
				p.entry.hash[:], c.at, c.at, c.at, c.patched, p.cause})
		} else {
			w.changed = append(w.changed, []any{text(r.Name), search, p.entry.hash[:], p.cause, c.at, c.at, c.at, c.patched, c.patched, account, p.known.rid})
		}
		if fresh || p.known.gone {
			w.bodies = append(w.bodies, []any{p.known.rid, account, dictionary, r.body})
		} else {
			w.rewritten = append(w.rewritten, []any{dictionary, r.body, account, p.known.rid})
		}
		seen := map[edge]bool{}
		for _, e := range r.Relations {
			at := edge{p.known.rid, text(e.Kind), text(e.Target)}
			if seen[at] || validID("", e.Target) != nil || cut(string(e.Kind), maxWord) != string(e.Kind) {
				continue // the body has it; no resource that is kept has such an id
			}
			seen[at] = true
			if w.had[at] {
				delete(w.had, at)
				continue
			}
			w.relations = append(w.relations, []any{account, p.known.rid, text(e.Kind), text(e.Target)})
		}
	}
	return nil
}

// cutRest takes up what is left of the relations that were had.
func (w *tables) cutRest(account string) {
	for e := range w.had {
		w.cut = append(w.cut, []any{text(account), e.rid, e.kind, e.target})
	}
}

func (w *tables) write(ctx context.Context, q session) error {
	if err := q.each(ctx, `UPDATE resource AS r SET name = ?, search = ?, hash = ?, cause = ?, changed = `+later+`, read = ?,
		patched = CASE WHEN ? > 0 THEN ? ELSE r.patched END, gone = 0 WHERE account = ? AND rid = ?`, w.changed); err != nil {
		return err
	}
	if err := q.insert(ctx, "resource", []string{"rid", "account", "sid", "cloud", "region", "type", "id", "name", "search", "hash", "since", "changed", "read", "patched", "cause"}, w.fresh); err != nil {
		return err
	}
	if err := q.insert(ctx, "resource_body", []string{"rid", "account", "dict", "body"}, w.bodies); err != nil {
		return err
	}
	if err := q.each(ctx, `UPDATE resource_body SET dict = ?, body = ? WHERE account = ? AND rid = ?`, w.rewritten); err != nil {
		return err
	}
	if err := q.each(ctx, `DELETE FROM relation WHERE account = ? AND rid = ? AND kind = ? AND target = ?`, w.cut); err != nil {
		return err
	}
	return q.insert(ctx, "relation", []string{"account", "rid", "kind", "target"}, w.relations)
}

// marks is a list of so many placeholders.
func marks(n int) string {
	return "(" + strings.TrimSuffix(strings.Repeat("?,", n), ",") + ")"
}

func scanCount(r scanner) (store.Count, error) {
	var name text
	var c store.Count
	err := r.Scan(&name, &c.Count)
	c.Name = string(name)
	return c, err
}

// sortRows orders rows by their columns as text, so that transactions which touch the same
// rows take them in the same order.
func sortRows(rows [][]any) {
	slices.SortFunc(rows, func(a, b []any) int { return strings.Compare(fmt.Sprint(a...), fmt.Sprint(b...)) })
}
