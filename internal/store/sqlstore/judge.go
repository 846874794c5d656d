package sqlstore

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// Judge replaces the findings of what was judged.
func (s *Store) Judge(ctx context.Context, judged store.Judged) ([]store.Transition, error) {
	const op = "keep findings"
	if err := validMoment(op, judged.At); err != nil {
		return nil, err
	}
	j := judging{store: s, judged: judged, at: micros(judged.At)}
	if err := j.take(op); err != nil {
		return nil, err
	}
	var told []store.Transition
	err := s.write(ctx, op, func(q session) error {
		var err error
		told, err = j.write(ctx, q)
		return err
	})
	return told, err
}

// said is what judging says of one finding now.
type said struct {
	estate.Finding
	hash hash
	body []byte // as JSON
}

// judging is a judgement of a part of an account being kept.
type judging struct {
	store  *Store
	judged store.Judged
	at     int64
	all    map[string]*said

	// What one try of the transaction finds and makes.
	now        map[string]*said
	keys       []store.Key // that are still as they were judged
	q          session
	had        map[string]*found // by key; failing ones and, below unknownKey, unknown ones
	owners     map[string]store.Meaning
	exceptions []store.Exception
	first      bool
	fresh, old []found
	counts     tallies
	told       []told
	failing    map[string]*[5]int
}

// unknownKey sets rows of unknown findings apart from failing ones of the same key.
func unknownKey(key string) string { return key + "?" }

// take checks findings and gives them their hashes.
func (j *judging) take(op string) error {
	if a := j.judged.Account; a == "" || cut(a, maxWord) != a {
		return estate.Errorf(estate.CodeInvalid, op, "the account %q cannot be one", cut(a, maxWord))
	}
	ids := map[string]bool{}
	for _, k := range j.judged.Keys {
		if k.Account != j.judged.Account {
			return estate.Errorf(estate.CodeInvalid, op, "%q is of another account than %q", k.ID, j.judged.Account)
		}
		ids[k.ID] = true
	}
	j.all = map[string]*said{}
	for _, f := range j.judged.Findings {
		if f.Status != estate.Fail && f.Status != estate.UnknownStatus {
			continue
		}
		if f.Resource.Account != j.judged.Account || !ids[f.Resource.ID] {
			return estate.Errorf(estate.CodeInvalid, op, "a finding on %q, which was not judged", f.Resource.ID)
		}
		if err := validID(op, f.Resource.ID); err != nil {
			return err
		}
		if f.Key == "" || cut(f.Key, maxWord) != f.Key || cut(f.Check, maxWord) != f.Check {
			return estate.Errorf(estate.CodeInvalid, op, "the key or check of a finding on %q has no use", f.Resource.ID)
		}
		body, err := json.Marshal(&f)
		if err != nil {
			return &estate.Error{Code: estate.CodeInvalid, Op: op, Err: err}
		}
		j.all[f.Key] = &said{Finding: f, hash: hashOf(body), body: body}
	}
	return nil
}

func (j *judging) write(ctx context.Context, q session) ([]store.Transition, error) {
	j.q, j.fresh, j.old, j.told, j.counts = q, nil, nil, nil, tallies{}
	if err := lockAccount(ctx, q, j.judged.Account); err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context) error{j.leaveOut, j.loadFirst, j.loadHad, j.loadOwners, j.loadExceptions} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	j.compare()
	for _, step := range []func(context.Context) error{
		func(ctx context.Context) error { return writeFound(ctx, q, j.old) },
		func(ctx context.Context) error { return addFound(ctx, q, j.fresh) },
		func(ctx context.Context) error { return j.counts.write(ctx, q) },
		j.writeFailing, j.writeVerdicts, j.noteFirst,
	} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return tell(ctx, q, j.told)
}

// lockAccount keeps others from judging the account until the transaction ends.
func lockAccount(ctx context.Context, q session, account string) error {
	if _, err := q.exec(ctx, `INSERT INTO judged (account) VALUES (?) ON CONFLICT (account) DO NOTHING`, text(account)); err != nil {
		return err
	}
	var first int64
	return q.row(ctx, `SELECT first FROM judged WHERE account = ?`+q.dialect.ForUpdate(), text(account)).Scan(&first)
}

func (j *judging) loadFirst(ctx context.Context) error {
	var first int64
	err := j.q.row(ctx, `SELECT first FROM judged WHERE account = ?`, text(j.judged.Account)).Scan(&first)
	j.first = first == 0
	return err
}

func (j *judging) noteFirst(ctx context.Context) error {
	if !j.first || !j.judged.Whole || j.judged.Backlog {
		return nil
	}
	_, err := j.q.exec(ctx, `UPDATE judged SET first = ? WHERE account = ?`, j.at, text(j.judged.Account))
	return err
}

// loadHad reads the rows that are live in what was judged, and those that are not of the
// keys that are said now.
func (j *judging) loadHad(ctx context.Context) error {
	j.had = map[string]*found{}
	account := text(j.judged.Account)
	if j.judged.Whole {
		if err := j.take1(ctx, `f.account = ? AND f.state IN (0, 1, 3) AND `+noMore, account); err != nil {
			return err
		}
	}
	for some := range slices.Chunk(j.keys, chunk) {
		args := []any{account}
		for _, k := range some {
			args = append(args, text(k.ID))
		}
		if err := j.take1(ctx, `f.account = ? AND f.state IN (0, 1, 3) AND f.resource IN `+marks(len(some)), args...); err != nil {
			return err
		}
	}
	var missing []string
	for key, f := range j.now {
		if j.had[key] == nil || f.Status == estate.UnknownStatus && j.had[unknownKey(key)] == nil {
			missing = append(missing, key)
		}
	}
	slices.Sort(missing)
	for some := range slices.Chunk(missing, chunk) {
		args := []any{account}
		for _, key := range some {
			args = append(args, text(key))
		}
		if err := j.take1(ctx, `f.account = ? AND f.key IN `+marks(len(some)), args...); err != nil {
			return err
		}
	}
	return nil
}

// noMore is true of findings whose resource was there and no longer is.
const noMore = `EXISTS (SELECT 1 FROM resource r WHERE r.id = f.resource AND r.account = f.account AND r.gone > 0)
	AND NOT EXISTS (SELECT 1 FROM resource r WHERE r.id = f.resource AND r.account = f.account AND r.gone = 0)`

func (j *judging) take1(ctx context.Context, where string, args ...any) error {
	rows, err := collect(ctx, j.q, scanFound, `SELECT `+foundColumns+` FROM finding f WHERE `+where, args...)
	for i := range rows {
		key := rows[i].key
		if rows[i].kind == kindUnknown {
			key = unknownKey(key)
		}
		j.had[key] = &rows[i]
	}
	return err
}

// loadOwners reads what resources of new and changed findings mean.
func (j *judging) loadOwners(ctx context.Context) error {
	ids := map[string]bool{}
	for key, f := range j.now {
		if h := j.had[key]; h == nil || h.hash != f.hash {
			ids[f.Resource.ID] = true
		}
	}
	j.owners = map[string]store.Meaning{}
	for some := range slices.Chunk(sortedKeys(ids), chunk) {
		args := []any{text(j.judged.Account)}
		for _, id := range some {
			args = append(args, text(id))
		}
		if _, err := collect(ctx, j.q, func(r scanner) (struct{}, error) {
			var id, owner, environment text
			err := r.Scan(&id, &owner, &environment)
			j.owners[string(id)] = store.Meaning{Owner: string(owner), Environment: string(environment)}
			return struct{}{}, err
		}, `SELECT id, owner, environment FROM resource WHERE account = ? AND (owner <> '' OR environment <> '') AND id IN `+marks(len(some))+` ORDER BY gone DESC, rid`, args...); err != nil {
			return err
		}
	}
	return nil
}

// due is when a finding that opened has to be fixed.
func due(opened int64, within store.Within, severity estate.Severity, environment string) int64 {
	if within == nil {
		return never
	}
	if d, found := within(severity, environment); found {
		return opened + d.Microseconds()
	}
	return never
}

// environmentOf returns the environment of a finding's resource; empty when nothing says.
func environmentOf(f *estate.Finding) string {
	if f.Context == nil {
		return ""
	}
	return f.Context.Environment
}

func (j *judging) causeOf(id string) store.Cause {
	return j.judged.Causes[store.Key{Account: j.judged.Account, ID: id}]
}
