package sqlstore

import (
	"context"
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

const resourceColumns = `r.rid, v.changed, r.id, r.type, r.cloud, r.account, r.region, v.name, r.owner, r.environment, r.criticality, r.data_class, r.public, r.since, r.gone, r.critical, r.high, r.medium, r.low, r.info`

// severities are the columns of counters, worst first.
var severities = []estate.Severity{estate.Critical, estate.High, estate.Medium, estate.Low, estate.Info}

// resourceRow is a resource with where its body lies.
type resourceRow struct {
	store.Resource
	version version
}

func scanResource(row scanner) (resourceRow, error) {
	var r resourceRow
	var id, kind, cloud, account, region, name, owner, environment, criticality, class text
	var public, since, gone int64
	var counts [5]int
	err := row.Scan(&r.version.rid, &r.version.changed, &id, &kind, &cloud, &account, &region, &name, &owner, &environment, &criticality, &class, &public, &since, &gone,
		&counts[0], &counts[1], &counts[2], &counts[3], &counts[4])
	r.Ref = estate.Ref{ID: string(id), Type: string(kind), Cloud: estate.Cloud(cloud), Account: string(account), Region: string(region), Name: string(name)}
	r.Owner, r.Environment, r.Criticality, r.DataClass = string(owner), string(environment), string(criticality), string(class)
	r.Public, r.Since, r.Changed, r.Gone = public == 1, moment(since), moment(r.version.changed), moment(gone)
	r.Failing = map[string]int{}
	for i, n := range counts {
		if n > 0 {
			r.Failing[string(severities[i])] = n
		}
	}
	return r, err
}

// resourceOrders are the sorts of resources.
var resourceOrders = map[string]order{
	"name":    {column: "v.name", text: true},
	"type":    {column: "r.type", text: true},
	"account": {column: "r.account", text: true},
	"changed": {column: "v.changed"},
	"failing": {column: "r.weight"},
}

// versions returns the arms of a list of resources, or of what belongs to them, now or at
// a moment.
func resourceArms(w *where, at time.Time) []arm {
	if at.IsZero() {
		return []arm{{from: "resource r", where: w.and("r.gone = 0"), version: "r"}}
	}
	us := micros(at)
	return []arm{
		{from: "resource r", where: w.and("r.gone = 0 AND r.changed <= ?", us), version: "r"},
		{from: "resource_history h JOIN resource r ON r.account = h.account AND r.rid = h.rid", where: w.and("h.gone = 0 AND h.changed <= ? AND h.until > ?", us, us), version: "h"},
	}
}

// Resources lists resources.
func (s *Store) Resources(ctx context.Context, query store.ResourceQuery) (store.Page[store.Resource], error) {
	const op = "list resources"
	w := &where{}
	w.visible(query.Visible, "r.account", "r.owner")
	for _, in := range []struct {
		column string
		values []string
	}{
		{"r.cloud", query.Clouds}, {"r.account", query.Accounts}, {"r.region", query.Regions}, {"r.type", query.Types}, {"r.owner", query.Owners}, {"r.environment", query.Environments},
	} {
		w.in(in.column, in.values)
	}
	if query.Text != "" {
		w.add(s.dialect.Contains("v.search"), folded(query.Text))
	}
	if query.Failing != "" {
		if query.Failing.Rank() == 5 {
			return store.Page[store.Resource]{}, estate.Errorf(estate.CodeInvalid, op, "there is no severity %q", query.Failing)
		}
		w.add("r.weight < ?", int64(query.Failing.Rank()+1)<<32)
	}
	if query.Public {
		w.add("r.public = 1")
	}
	filters := query
	filters.PageRequest = store.PageRequest{}
	l := listing{op: op, request: query.PageRequest, filters: filters, orders: resourceOrders, first: "name", tie: "r.rid", columns: resourceColumns, arms: resourceArms(w, query.At)}
	if query.At.IsZero() && query.Text == "" && query.Failing == "" && !query.Public && len(query.Environments) == 0 {
		l.total = counted(query)
	}
	page, err := list(ctx, s.reads(), l, scanResource)
	out := store.Page[store.Resource]{Items: make([]store.Resource, 0, len(page.Items)), Next: page.Next, Total: page.Total}
	for _, r := range page.Items {
		out.Items = append(out.Items, r.Resource)
	}
	return out, err
}

// counted counts resources from counters.
func counted(query store.ResourceQuery) func(context.Context, session) (int, error) {
	return func(ctx context.Context, q session) (int, error) {
		w := &where{}
		w.visible(query.Visible, "account", "owner")
		w.in("cloud", query.Clouds)
		w.in("account", query.Accounts)
		w.in("region", query.Regions)
		w.in("type", query.Types)
		w.in("owner", query.Owners)
		var n int
		err := q.row(ctx, `SELECT COALESCE(SUM(n), 0) FROM resource_count WHERE `+w.sql(), w.args...).Scan(&n)
		return n, err
	}
}

// Resource returns one resource with its body, at a moment.
func (s *Store) Resource(ctx context.Context, see store.Visible, key store.Key, at time.Time) (store.Resource, error) {
	const op = "read the resource"
	var found resourceRow
	err := s.view(ctx, op, func(q session) error {
		w := keyed1(see, key)
		var rows []resourceRow
		for _, a := range resourceArms(w, at) {
			some, err := collect(ctx, q, scanResource, replaceVersion(`SELECT `+resourceColumns+` FROM `+a.from+` WHERE `+a.where.sql(), a), a.where.args...)
			if err != nil {
				return err
			}
			rows = append(rows, some...)
		}
		for _, r := range rows {
			if r.Changed.After(found.Changed) {
				found = r
			}
		}
		if found.version.rid == 0 {
			return estate.Errorf(estate.CodeNotFound, op, "there is no %q in account %q", key.ID, key.Account)
		}
		return s.body(ctx, q, &found, key.Account)
	})
	return found.Resource, err
}

func keyed1(see store.Visible, key store.Key) *where {
	w := &where{}
	w.add("r.id = ? AND r.account = ?", text(key.ID), text(key.Account))
	w.visible(see, "r.account", "r.owner")
	return w
}

func replaceVersion(query string, a arm) string {
	return strings.ReplaceAll(query, "v.", a.version+".")
}

// body reads the body of a version: that of the row that holds, or of the history.
func (s *Store) body(ctx context.Context, q session, r *resourceRow, account string) error {
	var kept []byte
	err := q.row(ctx, `SELECT b.body FROM resource_body b JOIN resource r ON r.account = b.account AND r.rid = b.rid WHERE b.account = ? AND b.rid = ? AND r.changed = ?
		UNION ALL SELECT body FROM resource_history WHERE account = ? AND rid = ? AND changed = ?`,
		text(account), r.version.rid, r.version.changed, text(account), r.version.rid, r.version.changed).Scan(&kept)
	if err != nil {
		return err
	}
	r.Body, err = s.pack.unpack(kept, nil)
	return err
}

// mustSee is CodeNotFound unless a reader may see a resource that is or was.
func mustSee(ctx context.Context, q session, op string, see store.Visible, key store.Key) error {
	w := keyed1(see, key)
	var n int
	if err := q.row(ctx, `SELECT COUNT(*) FROM resource r WHERE `+w.sql(), w.args...).Scan(&n); err != nil {
		return fail(op, err)
	}
	if n == 0 {
		return estate.Errorf(estate.CodeNotFound, op, "there is no %q in account %q", key.ID, key.Account)
	}
	return nil
}
