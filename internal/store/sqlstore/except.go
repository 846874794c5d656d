package sqlstore

import (
	"context"
	"slices"
	"time"

	"github.com/stance-sec/stance/internal/store"
)

// loadExceptions reads the exceptions that count at the moment of judging.
func (j *judging) loadExceptions(ctx context.Context) error {
	var err error
	j.exceptions, err = activeExceptions(ctx, j.q, j.at)
	return err
}

// activeExceptions returns those that count at a moment, the one that ends last first.
func activeExceptions(ctx context.Context, q session, at int64) ([]store.Exception, error) {
	list, err := collect(ctx, q, scanException, `SELECT body FROM exception WHERE approved = 1 AND ended = 0 AND expires > ? ORDER BY expires DESC, id`, at)
	return slices.DeleteFunc(list, func(e store.Exception) bool { return !e.Active(moment(at)) }), err
}

func scanException(row scanner) (store.Exception, error) {
	return scanJSON[store.Exception](row)
}

// exceptionOf returns the id of the exception that sets a finding aside; empty for none.
func exceptionOf(list []store.Exception, f *found) string {
	for _, e := range list {
		if len(e.Accounts) > 0 && !slices.Contains(e.Accounts, f.account) {
			continue
		}
		if e.Subject == "finding" && e.Key == f.key || e.Subject == "check" && e.Key == f.check || e.Subject == "resource" && e.Key == f.resource {
			return e.ID
		}
	}
	return ""
}

// verdictColumns are the counters of a check in an account.
const verdictColumns = `pass, fail, unknown, na`

// writeVerdicts keeps the counts of a whole account, where they differ.
func (j *judging) writeVerdicts(ctx context.Context) error {
	if !j.judged.Whole || j.judged.Counts == nil {
		return nil
	}
	account := text(j.judged.Account)
	type row struct {
		check   string
		changed int64
		store.Verdicts
	}
	had, err := collect(ctx, j.q, func(r scanner) (row, error) {
		var v row
		var check text
		err := r.Scan(&check, &v.changed, &v.Pass, &v.Fail, &v.Unknown, &v.NotApplicable)
		v.check = string(check)
		return v, err
	}, `SELECT check_id, changed, `+verdictColumns+` FROM verdict WHERE account = ? AND ended = ?`, account, never)
	if err != nil {
		return err
	}
	var closed, fresh [][]any
	same := map[string]bool{}
	starts := map[string]int64{}
	for _, v := range had {
		if now, found := j.judged.Counts[v.check]; found && now == v.Verdicts {
			same[v.check] = true
			continue
		}
		at := after(j.at, v.changed)
		starts[v.check] = at
		closed = append(closed, []any{at, account, text(v.check), v.changed})
	}
	for _, check := range sortedKeys(j.judged.Counts) {
		v := j.judged.Counts[check]
		if !same[check] && v != (store.Verdicts{}) {
			fresh = append(fresh, []any{account, text(check), max(starts[check], j.at), never, v.Pass, v.Fail, v.Unknown, v.NotApplicable})
		}
	}
	if err := j.q.each(ctx, `UPDATE verdict SET ended = ? WHERE account = ? AND check_id = ? AND changed = ?`, closed); err != nil {
		return err
	}
	return j.q.insert(ctx, "verdict", []string{"account", "check_id", "changed", "ended", "pass", "fail", "unknown", "na"}, fresh)
}

// Verdicts returns the counts of verdicts by check, summed over visible accounts. A reader
// who is limited to owners sees none: passes are not counted by owner.
func (s *Store) Verdicts(ctx context.Context, see store.Visible, at time.Time) (map[string]store.Verdicts, error) {
	w := &where{}
	w.visible(store.Visible{OnlyAccounts: see.OnlyAccounts}, "account", "")
	if see.OnlyOwners != nil {
		w.add("1 = 0")
	}
	if at.IsZero() {
		w.add("ended = ?", never)
	} else {
		w.add("changed <= ? AND ended > ?", micros(at), micros(at))
	}
	all := map[string]store.Verdicts{}
	_, err := collect(ctx, s.reads(), func(r scanner) (struct{}, error) {
		var check text
		var v store.Verdicts
		err := r.Scan(&check, &v.Pass, &v.Fail, &v.Unknown, &v.NotApplicable)
		all[string(check)] = v
		return struct{}{}, err
	}, `SELECT check_id, SUM(pass), SUM(fail), SUM(unknown), SUM(na) FROM verdict WHERE `+w.sql()+` GROUP BY check_id`, w.args...)
	return all, fail("count verdicts", err)
}
