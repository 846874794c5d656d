package sqlstore

import (
	"context"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
)

// The states of findings and issues.
const (
	stateOpen     = 0
	stateExcepted = 1
	stateResolved = 2
	stateUnknown  = 3
	// stateEnded is a finding that was unknown and no longer is.
	stateEnded = 4
)

// The kinds of rows a finding can have: failing and unknown ones go their own ways.
const (
	kindFail    = 0
	kindUnknown = 1
)

// found is a finding as its row has it.
type found struct {
	fid                                              int64
	account, key, cloud, region, kindOf, resource    string
	name, check, search, owner, environment          string
	kind, state, severity                            int
	hash                                             hash
	opened, changed, until, unproven, due, regressed int64
	exception                                        string
	cause                                            []byte

	// body is set when it is to be written; ref and told are for transitions.
	body []byte
	ref  estate.Ref
}

const foundColumns = `f.fid, f.account, f.key, f.kind, f.type, f.resource, f.check_id, f.owner, f.environment, f.state, f.severity, f.hash, f.opened, f.changed, f.until, f.unproven, f.due, f.regressed, f.exception, f.cause, f.cloud, f.region, f.name, f.search`

func scanFound(row scanner) (found, error) {
	var f found
	var account, key, kindOf, resource, check, owner, environment, exception, cloud, region, name, search text
	var sum []byte
	err := row.Scan(&f.fid, &account, &key, &f.kind, &kindOf, &resource, &check, &owner, &environment, &f.state, &f.severity, &sum, &f.opened, &f.changed, &f.until, &f.unproven, &f.due,
		&f.regressed, &exception, &f.cause, &cloud, &region, &name, &search)
	f.account, f.key, f.kindOf, f.resource, f.check = string(account), string(key), string(kindOf), string(resource), string(check)
	f.owner, f.environment, f.exception, f.cloud, f.region, f.name, f.search = string(owner), string(environment), string(exception), string(cloud), string(region), string(name), string(search)
	copy(f.hash[:], sum)
	f.ref = estate.Ref{ID: f.resource, Type: f.kindOf, Cloud: estate.Cloud(f.cloud), Account: f.account, Region: f.region, Name: f.name}
	return f, err
}

// live reports whether the row says something of now.
func (f *found) live() bool {
	return f.state == stateOpen || f.state == stateExcepted || f.state == stateUnknown
}

// same reports whether two rows say the same, so that nothing is to be written.
func (f *found) same(o *found) bool {
	return f.state == o.state && f.severity == o.severity && f.hash == o.hash && f.opened == o.opened && f.until == o.until && f.unproven == o.unproven && f.due == o.due &&
		f.regressed == o.regressed && f.exception == o.exception
}

// tallies are differences of counters of open findings.
type tallies map[tallyKey]int

type tallyKey struct {
	account, owner, kindOf, check string
	severity                      int
}

// add moves the counter of a finding, if it is open.
func (t tallies) add(f *found, by int) {
	if f.state == stateOpen {
		t[tallyKey{f.account, f.owner, f.kindOf, f.check, f.severity}] += by
	}
}

func (t tallies) write(ctx context.Context, q session) error {
	var rows [][]any
	for k, n := range t {
		if n != 0 {
			rows = append(rows, []any{text(k.account), text(k.owner), text(k.kindOf), text(k.check), k.severity, n})
		}
	}
	sortRows(rows)
	return q.each(ctx, `INSERT INTO finding_count (account, owner, type, check_id, severity, n) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (account, owner, type, check_id, severity) DO UPDATE SET n = finding_count.n + excluded.n`, rows)
}

const keepFound = `INSERT INTO finding_history (account, fid, changed, ended, state, severity, opened, until, unproven, due, regressed, exception, cause, dict, body)
SELECT f.account, f.fid, f.changed, ?, f.state, f.severity, f.opened, f.until, f.unproven, f.due, f.regressed, f.exception, f.cause, b.dict, b.body
FROM finding f JOIN finding_body b ON b.account = f.account AND b.fid = f.fid WHERE f.account = ? AND f.fid = ?`

// writeFound writes rows that changed: their old versions go to the history.
func writeFound(ctx context.Context, q session, list []found) error {
	for part := range slices.Chunk(list, chunk) {
		var old, rows, bodies, dead [][]any
		for i := range part {
			f := &part[i]
			old = append(old, []any{f.changed, text(f.account), f.fid})
			rows = append(rows, []any{text(f.name), text(f.search), text(f.owner), text(f.environment), f.state, f.severity, f.hash[:], f.opened, f.changed, f.until, f.unproven, f.due,
				f.regressed, text(f.exception), f.cause, text(f.account), f.fid})
			if f.body != nil {
				dead = append(dead, []any{text(f.account), f.fid})
				bodies = append(bodies, []any{f.fid, text(f.account), dictionary, f.body})
			}
		}
		if err := q.each(ctx, keepFound, old); err != nil {
			return err
		}
		if err := q.each(ctx, `UPDATE finding SET name = ?, search = ?, owner = ?, environment = ?, state = ?, severity = ?, hash = ?, opened = ?, changed = ?, until = ?, unproven = ?, due = ?,
			regressed = ?, exception = ?, cause = ? WHERE account = ? AND fid = ?`, rows); err != nil {
			return err
		}
		if err := q.each(ctx, `DELETE FROM finding_body WHERE account = ? AND fid = ?`, dead); err != nil {
			return err
		}
		if err := q.insert(ctx, "finding_body", []string{"fid", "account", "dict", "body"}, bodies); err != nil {
			return err
		}
	}
	return nil
}

// addFound writes new rows.
func addFound(ctx context.Context, q session, list []found) error {
	for part := range slices.Chunk(list, chunk) {
		ids, err := q.dialect.Reserve(ctx, q.tx, len(part))
		if err != nil {
			return err
		}
		var rows, bodies [][]any
		for i := range part {
			f := &part[i]
			rows = append(rows, []any{ids[i], text(f.account), text(f.key), f.kind, text(f.cloud), text(f.region), text(f.kindOf), text(f.resource), text(f.name), text(f.check), text(f.search),
				text(f.owner), text(f.environment), f.state, f.severity, f.hash[:], f.opened, f.changed, f.until, f.unproven, f.due, f.regressed, text(f.exception), f.cause})
			bodies = append(bodies, []any{ids[i], text(f.account), dictionary, f.body})
		}
		if err := q.insert(ctx, "finding", []string{"fid", "account", "key", "kind", "cloud", "region", "type", "resource", "name", "check_id", "search", "owner", "environment",
			"state", "severity", "hash", "opened", "changed", "until", "unproven", "due", "regressed", "exception", "cause"}, rows); err != nil {
			return err
		}
		if err := q.insert(ctx, "finding_body", []string{"fid", "account", "dict", "body"}, bodies); err != nil {
			return err
		}
	}
	return nil
}
