package sqlstore

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// writeIssue writes a version of an issue; the old one goes to the history.
func (s *Store) writeIssue(ctx context.Context, q session, h, i *standing) error {
	accounts, err := json.Marshal(i.accounts)
	if err != nil {
		return err
	}
	place, err := json.Marshal(&i.place)
	if err != nil {
		return err
	}
	if h == nil {
		ids, err := q.dialect.Reserve(ctx, q.tx, 1)
		if err != nil {
			return err
		}
		i.iid = ids[0]
		if err := q.insert(ctx, "issue", []string{"iid", "key", "class", "title", "search", "owner", "environment", "state", "band", "rank", "hash", "opened", "changed", "until", "due", "regressed", "exception", "accounts", "place", "dict", "body"},
			[][]any{{i.iid, text(i.key), text(i.class), text(i.title), text(i.search), text(i.owner), text(i.environment), i.state, i.band, i.rank, i.hash[:], i.opened, i.changed, i.until, i.due, i.regressed, text(i.exception), accounts, place, dictionary, i.body}}); err != nil {
			return err
		}
		return linkIssue(ctx, q, i)
	}
	if _, err := q.exec(ctx, `INSERT INTO issue_history (iid, changed, ended, state, band, rank, title, opened, until, due, regressed, exception, accounts, dict, body)
		SELECT iid, changed, CASE WHEN changed >= ? THEN changed + 1 ELSE ? END, state, band, rank, title, opened, until, due, regressed, exception, accounts, dict, body FROM issue WHERE iid = ?`, i.changed, i.changed, i.iid); err != nil {
		return err
	}
	if _, err := q.exec(ctx, `UPDATE issue SET class = ?, title = ?, search = ?, owner = ?, environment = ?, state = ?, band = ?, rank = ?, hash = ?, opened = ?, changed = ?, until = ?, due = ?, regressed = ?, exception = ?, accounts = ?, place = ? WHERE iid = ?`,
		text(i.class), text(i.title), text(i.search), text(i.owner), text(i.environment), i.state, i.band, i.rank, i.hash[:], i.opened, i.changed, i.until, i.due, i.regressed, text(i.exception), accounts, place, i.iid); err != nil {
		return err
	}
	if i.body == nil {
		return nil
	}
	if _, err := q.exec(ctx, `UPDATE issue SET dict = ?, body = ? WHERE iid = ?`, dictionary, i.body, i.iid); err != nil {
		return err
	}
	return linkIssue(ctx, q, i)
}

// linkIssue notes the accounts and resources that an issue is found by.
func linkIssue(ctx context.Context, q session, i *standing) error {
	for _, table := range []string{"issue_account", "issue_resource"} {
		if _, err := q.exec(ctx, `DELETE FROM `+table+` WHERE iid = ?`, i.iid); err != nil {
			return err
		}
	}
	var accounts, resources [][]any
	for _, a := range i.accounts {
		accounts = append(accounts, []any{text(a), i.iid})
	}
	for _, id := range i.resources {
		if validID("", id) == nil {
			resources = append(resources, []any{text(id), i.iid})
		}
	}
	if err := q.insert(ctx, "issue_account", []string{"account", "iid"}, accounts); err != nil {
		return err
	}
	return q.insert(ctx, "issue_resource", []string{"resource", "iid"}, resources)
}

const issueColumns = `v.opened, v.until, v.regressed, v.due, v.exception, v.accounts, v.body`

var issueOrders = map[string]order{
	"score": {column: "v.rank"},
	"since": {column: "v.opened"},
	"due":   {column: "v.due"},
	"title": {column: "v.title", text: true},
}

func (s *Store) scanIssue(row scanner) (store.Issue, error) {
	var i store.Issue
	var opened, until, regressed, due int64
	var exception text
	var accounts, kept []byte
	if err := row.Scan(&opened, &until, &regressed, &due, &exception, &accounts, &kept); err != nil {
		return i, err
	}
	i.Since, i.Until, i.Regressed, i.Due, i.Exception = moment(opened), moment(until), regressed == 1, moment(due), string(exception)
	if err := json.Unmarshal(accounts, &i.Accounts); err != nil {
		return i, err
	}
	body, err := s.pack.unpack(kept, nil)
	if err != nil {
		return i, err
	}
	err = json.Unmarshal(body, &i.Issue)
	return i, err
}

// seeIssues limits issues to those whose accounts are all visible: a path tells of every
// account it crosses. One whose accounts are not known is for those who see everything.
func seeIssues(w *where, see store.Visible) {
	if see.OnlyAccounts != nil {
		inside, outside := &where{}, &where{}
		inside.only("a.account", see.OnlyAccounts)
		outside.only("a.account", see.OnlyAccounts)
		w.add("EXISTS (SELECT 1 FROM issue_account a WHERE a.iid = i.iid AND "+inside.sql()+")", inside.args...)
		w.add("NOT EXISTS (SELECT 1 FROM issue_account a WHERE a.iid = i.iid AND NOT ("+outside.sql()+"))", outside.args...)
	}
	w.only("i.owner", see.OnlyOwners)
}

// Issues lists issues.
func (s *Store) Issues(ctx context.Context, query store.IssueQuery) (store.Page[store.Issue], error) {
	const op = "list issues"
	w := &where{}
	if query.State == "unproven" || query.State == "unknown" {
		return store.Page[store.Issue]{}, estate.Errorf(estate.CodeInvalid, op, "there is no state %q", query.State)
	}
	if err := stateOf(w, op, query.State); err != nil {
		return store.Page[store.Issue]{}, err
	}
	seeIssues(w, query.Visible)
	w.in("i.owner", query.Owners)
	w.in("i.environment", query.Environments)
	w.in("i.class", query.Classes)
	if len(query.Accounts) > 0 {
		some := &where{}
		some.in("a.account", query.Accounts)
		w.add("EXISTS (SELECT 1 FROM issue_account a WHERE a.iid = i.iid AND "+some.sql()+")", some.args...)
	}
	if err := severityIn(w, op, "v.band", query.Bands); err != nil {
		return store.Page[store.Issue]{}, err
	}
	if query.Resource != "" {
		w.add("EXISTS (SELECT 1 FROM issue_resource p WHERE p.iid = i.iid AND p.resource = ?)", text(query.Resource))
	}
	if query.Text != "" {
		w.add(s.dialect.Contains("i.search"), folded(query.Text))
	}
	filters := query
	filters.PageRequest = store.PageRequest{}
	arms := []arm{{from: "issue i", where: w, version: "i"}}
	if us := micros(query.At); us != 0 {
		arms = []arm{
			{from: "issue i", where: w.and("i.changed <= ?", us), version: "i"},
			{from: "issue_history h JOIN issue i ON i.iid = h.iid", where: w.and("h.changed <= ? AND h.ended > ?", us, us), version: "h"},
		}
	}
	l := listing{op: op, request: query.PageRequest, filters: filters, orders: issueOrders, first: "score", tie: "i.iid", columns: issueColumns, arms: arms}
	return list(ctx, s.reads(), l, s.scanIssue)
}

// Issue returns one issue by key, open or not.
func (s *Store) Issue(ctx context.Context, see store.Visible, key string) (store.Issue, error) {
	const op = "read the issue"
	w := &where{}
	w.add("i.key = ?", text(key))
	seeIssues(w, see)
	list, err := collect(ctx, s.reads(), s.scanIssue, replaceVersion(`SELECT `+issueColumns+` FROM issue i WHERE `+w.sql(), arm{version: "i"}), w.args...)
	if err != nil {
		return store.Issue{}, fail(op, err)
	}
	if len(list) == 0 {
		return store.Issue{}, estate.Errorf(estate.CodeNotFound, op, "there is no issue %q", key)
	}
	return list[0], nil
}

// Ranked returns the short list of a moment without its issues; CodeNotFound before the
// first.
func (s *Store) Ranked(ctx context.Context, at time.Time) (store.Ranked, error) {
	const op = "read the short list"
	us := micros(at)
	if us == 0 {
		us = never - 1
	}
	var ranked store.Ranked
	var changed int64
	var kept []byte
	if err := s.reads().row(ctx, `SELECT changed, body FROM ranked WHERE changed <= ? AND ended > ?`, us, us).Scan(&changed, &kept); err != nil {
		return ranked, fail(op, err)
	}
	body, err := s.pack.unpack(kept, nil)
	if err == nil {
		err = json.Unmarshal(body, &ranked)
	}
	ranked.At = moment(changed)
	return ranked, fail(op, err)
}

// hourly is the length of the interval in which a point replaces another.
const hourly = int64(time.Hour / time.Microsecond)

// Mark adds a point to the course of a group.
func (s *Store) Mark(ctx context.Context, group string, point store.Point) error {
	const op = "mark the course"
	if err := validMoment(op, point.At); err != nil {
		return err
	}
	body, err := json.Marshal(&point)
	if err != nil {
		return estate.Errorf(estate.CodeInvalid, op, "%w", err)
	}
	return s.write(ctx, op, func(q session) error {
		_, err := q.exec(ctx, `INSERT INTO point (grp, hour, at, body) VALUES (?, ?, ?, ?) ON CONFLICT (grp, hour) DO UPDATE SET at = excluded.at, body = excluded.body`,
			text(group), micros(point.At)/hourly, micros(point.At), body)
		return err
	})
}

// Course returns the points of a group from a moment until before another, oldest first.
// The zero until is now.
func (s *Store) Course(ctx context.Context, group string, from, until time.Time) ([]store.Point, error) {
	end := micros(until)
	if end == 0 {
		end = never
	}
	points, err := collect(ctx, s.reads(), scanJSON[store.Point], `SELECT body FROM point WHERE grp = ? AND hour >= ? AND at >= ? AND at < ? ORDER BY hour`, text(group), micros(from)/hourly, micros(from), end)
	return slices.Clip(points), fail("read the course", err)
}
