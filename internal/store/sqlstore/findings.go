package sqlstore

import (
	"context"
	"encoding/json"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

const findingColumns = `v.opened, v.until, v.regressed, v.unproven, v.due, v.cause, v.exception, v.state, b.body`

var findingOrders = map[string]order{
	"severity": {column: "v.severity"},
	"since":    {column: "v.opened"},
	"check":    {column: "f.check_id", text: true},
	"resource": {column: "f.resource", text: true},
	"due":      {column: "v.due"},
}

// findingArms returns the arms of a list of findings, now or at a moment.
func findingArms(w *where, at time.Time) []arm {
	now := arm{from: "finding f JOIN finding_body b ON b.account = f.account AND b.fid = f.fid", where: w, version: "f"}
	if at.IsZero() {
		return []arm{now}
	}
	us := micros(at)
	now.where = w.and("f.changed <= ?", us)
	return []arm{now, {
		from:  "finding_history h JOIN finding f ON f.account = h.account AND f.fid = h.fid",
		where: w.and("h.changed <= ? AND h.ended > ?", us, us), version: "h", columns: `v.opened, v.until, v.regressed, v.unproven, v.due, v.cause, v.exception, v.state, h.body`,
	}}
}

func (s *Store) scanFinding(row scanner) (store.Finding, error) {
	var f store.Finding
	var opened, until, regressed, unproven, due int64
	var state int
	var cause, kept []byte
	var exception text
	if err := row.Scan(&opened, &until, &regressed, &unproven, &due, &cause, &exception, &state, &kept); err != nil {
		return f, err
	}
	f.Since, f.Until, f.Regressed, f.Unproven, f.Due, f.Exception = moment(opened), moment(until), regressed == 1, moment(unproven), moment(due), string(exception)
	if err := unmarshal(cause, &f.Cause); err != nil {
		return f, err
	}
	body, err := s.pack.unpack(kept, nil)
	if err != nil {
		return f, err
	}
	err = json.Unmarshal(body, &f.Finding)
	return f, err
}

// stateOf limits findings to a state.
func stateOf(w *where, op, state string) error {
	switch state {
	case "", "open":
		w.add("v.state = 0")
	case "unproven":
		w.add("v.state = 0 AND v.unproven > 0")
	case "excepted":
		w.add("v.state = 1")
	case "resolved":
		w.add("v.state = 2")
	case "unknown":
		w.add("v.state = 3")
	case "all":
		w.add("v.state IN (0, 1, 2, 3)")
	default:
		return estate.Errorf(estate.CodeInvalid, op, "there is no state %q", state)
	}
	return nil
}

func (s *Store) findingWhere(op string, query store.FindingQuery) (*where, error) {
	w := &where{}
	if err := stateOf(w, op, query.State); err != nil {
		return nil, err
	}
	w.visible(query.Visible, "f.account", "f.owner")
	for _, in := range []struct {
		column string
		values []string
	}{
		{"f.cloud", query.Clouds}, {"f.account", query.Accounts}, {"f.region", query.Regions}, {"f.type", query.Types}, {"f.owner", query.Owners},
		{"f.environment", query.Environments}, {"f.check_id", query.Checks}, {"f.key", query.Keys},
	} {
		w.in(in.column, in.values)
	}
	if query.Resource != "" {
		w.add("f.resource = ?", text(query.Resource))
	}
	if err := severityIn(w, op, "v.severity", query.Severities); err != nil {
		return nil, err
	}
	if query.Text != "" {
		w.add(s.dialect.Contains("f.search"), folded(query.Text))
	}
	if !query.Since.IsZero() && query.State == "resolved" {
		w.add("v.until > ?", micros(query.Since))
	} else if !query.Since.IsZero() {
		w.add("v.opened > ?", micros(query.Since))
	}
	return w, nil
}

func severityIn(w *where, op, column string, list []estate.Severity) error {
	if len(list) == 0 {
		return nil
	}
	args := make([]any, len(list))
	for i, s := range list {
		if s.Rank() == len(severities) {
			return estate.Errorf(estate.CodeInvalid, op, "there is no severity %q", s)
		}
		args[i] = s.Rank()
	}
	w.add(column+" IN "+marks(len(list)), args...)
	return nil
}

// Findings lists findings.
func (s *Store) Findings(ctx context.Context, query store.FindingQuery) (store.Page[store.Finding], error) {
	const op = "list findings"
	w, err := s.findingWhere(op, query)
	if err != nil {
		return store.Page[store.Finding]{}, err
	}
	filters := query
	filters.PageRequest = store.PageRequest{}
	l := listing{op: op, request: query.PageRequest, filters: filters, orders: findingOrders, first: "severity", tie: "f.fid", columns: findingColumns, arms: findingArms(w, query.At)}
	if onlyCounters(query) {
		l.total = countedFindings(query)
	} else if query.At.IsZero() {
		l.total = func(ctx context.Context, q session) (int, error) {
			var n int
			err := q.row(ctx, replaceVersion("SELECT COUNT(*) FROM finding f WHERE "+w.sql(), arm{version: "f"}), w.args...).Scan(&n)
			return n, err
		}
	}
	return list(ctx, s.reads(), l, s.scanFinding)
}

// onlyCounters reports whether counters know how many there are.
func onlyCounters(q store.FindingQuery) bool {
	return (q.State == "" || q.State == "open") && q.At.IsZero() && q.Since.IsZero() && q.Text == "" && q.Resource == "" &&
		len(q.Keys)+len(q.Clouds)+len(q.Regions)+len(q.Environments) == 0
}

func countedFindings(query store.FindingQuery) func(context.Context, session) (int, error) {
	return func(ctx context.Context, q session) (int, error) {
		w := &where{}
		w.visible(query.Visible, "account", "owner")
		w.in("account", query.Accounts)
		w.in("owner", query.Owners)
		w.in("type", query.Types)
		w.in("check_id", query.Checks)
		if err := severityIn(w, "", "severity", query.Severities); err != nil {
			return 0, err
		}
		var n int
		err := q.row(ctx, `SELECT COALESCE(SUM(n), 0) FROM finding_count WHERE `+w.sql(), w.args...).Scan(&n)
		return n, err
	}
}

// Finding returns one finding by key, open or not: how it failed last, or else how it is
// unknown.
func (s *Store) Finding(ctx context.Context, see store.Visible, key string) (store.Finding, error) {
	const op = "read the finding"
	w := &where{}
	w.add("f.key = ? AND f.state <> 4", text(key))
	w.visible(see, "f.account", "f.owner")
	a := findingArms(w, time.Time{})[0]
	list, err := collect(ctx, s.reads(), s.scanFinding, replaceVersion(`SELECT `+findingColumns+` FROM `+a.from+` WHERE `+w.sql()+` ORDER BY f.kind, f.changed DESC LIMIT 1`, a), w.args...)
	if err != nil {
		return store.Finding{}, fail(op, err)
	}
	if len(list) == 0 {
		return store.Finding{}, estate.Errorf(estate.CodeNotFound, op, "there is no finding %q", key)
	}
	return list[0], nil
}

// Open counts open findings, the most first; severities worst first.
func (s *Store) Open(ctx context.Context, see store.Visible, by string) ([]store.Count, error) {
	const op = "count findings"
	column := by
	switch by {
	case "severity", "account", "owner", "type":
	case "check":
		column = "check_id"
	default:
		return nil, estate.Errorf(estate.CodeInvalid, op, "findings are counted by severity, check, account, owner or type, not by %q", by)
	}
	w := &where{}
	w.visible(see, "account", "owner")
	if by != "severity" {
		counts, err := collect(ctx, s.reads(), scanCount, `SELECT `+column+`, SUM(n) AS total FROM finding_count WHERE `+w.sql()+` GROUP BY `+column+` HAVING SUM(n) > 0 ORDER BY total DESC, `+column, w.args...)
		return counts, fail(op, err)
	}
	counts, err := collect(ctx, s.reads(), func(r scanner) (store.Count, error) {
		var rank int
		var c store.Count
		err := r.Scan(&rank, &c.Count)
		if rank < len(severities) {
			c.Name = string(severities[rank])
		}
		return c, err
	}, `SELECT severity, SUM(n) FROM finding_count WHERE `+w.sql()+` GROUP BY severity HAVING SUM(n) > 0 ORDER BY severity`, w.args...)
	return counts, fail(op, err)
}
