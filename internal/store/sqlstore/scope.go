package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// scopeRow is what is known of a scope.
type scopeRow struct {
	sid int64
	// generation grows with each commit and patch; committed is that of the last commit of
	// a whole reading.
	generation, committed int64
	// line is the last ledger line; nil when there is none.
	line *estate.Coverage
	// since is from when line holds but for its times and calls; complete is the end of the
	// last reading that was.
	since, complete int64
}

const scopeColumns = `sid, generation, committed, line, since, complete`

func scanScope(r scanner) (scopeRow, error) {
	var s scopeRow
	var line []byte
	if err := r.Scan(&s.sid, &s.generation, &s.committed, &line, &s.since, &s.complete); err != nil {
		return s, err
	}
	if line == nil {
		return s, nil
	}
	s.line = &estate.Coverage{}
	err := json.Unmarshal(line, s.line)
	return s, err
}

// scopeOf returns the row of a scope, and a zero one when there is none.
func scopeOf(ctx context.Context, q session, scope estate.Scope, end string) (scopeRow, error) {
	rows, err := collect(ctx, q, scanScope, `SELECT `+scopeColumns+` FROM scope WHERE account = ? AND cloud = ? AND region = ? AND type = ?`+end,
		text(scope.Account), text(scope.Cloud), text(scope.Region), text(scope.Type))
	if err != nil || len(rows) == 0 {
		return scopeRow{}, err
	}
	return rows[0], nil
}

// lockScope returns the row of a scope, made when there is none, and keeps others from
// changing the scope until the transaction ends.
func lockScope(ctx context.Context, q session, scope estate.Scope) (scopeRow, error) {
	row, err := scopeOf(ctx, q, scope, q.dialect.ForUpdate())
	if err != nil || row.sid != 0 {
		return row, err
	}
	ids, err := q.dialect.Reserve(ctx, q.tx, 1)
	if err != nil {
		return row, err
	}
	if _, err := q.exec(ctx, `INSERT INTO scope (sid, account, cloud, region, type) VALUES (?, ?, ?, ?, ?) ON CONFLICT (account, cloud, region, type) DO NOTHING`,
		ids[0], text(scope.Account), text(scope.Cloud), text(scope.Region), text(scope.Type)); err != nil {
		return row, err
	}
	return scopeOf(ctx, q, scope, q.dialect.ForUpdate())
}

// sameReading reports whether two lines say the same but for times and calls.
func sameReading(a, b *estate.Coverage) bool {
	return a != nil && b != nil && a.Status == b.Status && a.Reason == b.Reason && a.Detail == b.Detail && a.Resources == b.Resources &&
		a.Unknowns == b.Unknowns && slices.Equal(a.Permissions, b.Permissions)
}

// cover notes how a reading ended and reports whether status or reason changed.
func cover(ctx context.Context, q session, row *scopeRow, c estate.Coverage) (bool, error) {
	at := micros(c.Read)
	changed := row.line == nil || row.line.Status != c.Status || row.line.Reason != c.Reason
	if !sameReading(row.line, &c) {
		if row.line != nil && at > row.since {
			old, err := json.Marshal(row.line)
			if err != nil {
				return false, err
			}
			if err := q.insert(ctx, "scope_history", []string{"account", "sid", "since", "until", "line", "complete"},
				[][]any{{text(c.Account), row.sid, row.since, at, old, row.complete}}); err != nil {
				return false, err
			}
		}
		row.since = at
	}
	if c.Complete() {
		row.complete = max(at, row.complete)
	}
	line, err := json.Marshal(&c)
	if err != nil {
		return false, err
	}
	row.line = &c
	_, err = q.exec(ctx, `UPDATE scope SET generation = ?, committed = ?, line = ?, since = ?, read = ?, complete = ? WHERE account = ? AND sid = ?`,
		row.generation, row.committed, line, row.since, at, row.complete, text(c.Account), row.sid)
	return changed, err
}

// addCause keeps a cause for rows to point at.
func addCause(ctx context.Context, q session, account string, cause store.Cause) (int64, error) {
	ids, err := q.dialect.Reserve(ctx, q.tx, 1)
	if err != nil {
		return 0, err
	}
	body, err := json.Marshal(&cause)
	if err != nil {
		return 0, err
	}
	_, err = q.exec(ctx, `INSERT INTO cause (account, cid, body) VALUES (?, ?, ?)`, text(account), ids[0], body)
	return ids[0], err
}

// validScope refuses a scope that no index could hold.
func validScope(op string, scope estate.Scope) error {
	if scope.Account == "" || scope.Type == "" {
		return estate.Errorf(estate.CodeInvalid, op, "the scope %q has no account or type", scope)
	}
	for _, part := range []string{string(scope.Cloud), scope.Account, scope.Region, scope.Type} {
		if cut(part, maxWord) != part {
			return estate.Errorf(estate.CodeInvalid, op, "a part of the scope has more than %d bytes", maxWord)
		}
	}
	return nil
}

// maxID bounds the length of an id in bytes: PostgreSQL's indexes hold no longer ones.
const maxID = 2000

func validID(op, id string) error {
	if id == "" || len(escape(id)) > maxID {
		return estate.Errorf(estate.CodeInvalid, op, "an id of %d bytes; it has from 1 to %d", len(id), maxID)
	}
	return nil
}

// after is the moment of a change of what holds since a moment: at, or the next
// microsecond when the clock went back.
func after(at, since int64) int64 { return max(at, since+1) }

func validMoment(op string, at time.Time) error {
	if us := micros(at); us <= 0 || us >= never {
		return estate.Errorf(estate.CodeInvalid, op, "the moment %v", at)
	}
	return nil
}

func opScope(what string, scope estate.Scope) string { return fmt.Sprintf("%s %q", what, scope) }
