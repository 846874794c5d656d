package sqlstore

import (
	"context"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// meant is a resource with what it was found to mean.
type meant struct {
	store.Meaning
	rid int64
	// where its counter is
	scope estate.Scope
}

// Mean notes what resources mean. What is not known, or gone, is left out.
func (s *Store) Mean(ctx context.Context, meanings []store.Meaning) error {
	byAccount := map[string]map[string]store.Meaning{}
	for _, m := range meanings {
		if byAccount[m.Account] == nil {
			byAccount[m.Account] = map[string]store.Meaning{}
		}
		m.Owner, m.Environment, m.Criticality, m.DataClass = cut(m.Owner, maxWord), cut(m.Environment, maxWord), cut(m.Criticality, maxWord), cut(m.DataClass, maxWord)
		byAccount[m.Account][m.ID] = m
	}
	for _, account := range sortedKeys(byAccount) {
		if err := s.meanAccount(ctx, account, byAccount[account]); err != nil {
			return err
		}
	}
	return nil
}

// meanAccount finds what differs without holding a lock, as it mostly is nothing.
func (s *Store) meanAccount(ctx context.Context, account string, meanings map[string]store.Meaning) error {
	const op = "note what resources mean"
	for ids := range slices.Chunk(sortedKeys(meanings), chunk) {
		stale, err := differing(ctx, s.reads(), account, ids, meanings, "")
		if err != nil {
			return fail(op, err)
		}
		if len(stale) == 0 {
			continue
		}
		if err := s.write(ctx, op, func(q session) error { return mean(ctx, q, account, ids, meanings) }); err != nil {
			return err
		}
	}
	return nil
}

func differing(ctx context.Context, q session, account string, ids []string, meanings map[string]store.Meaning, end string) ([]meant, error) {
	args := []any{text(account)}
	for _, id := range ids {
		args = append(args, text(id))
	}
	rows, err := collect(ctx, q, scanMeant, `SELECT rid, id, cloud, region, type, owner, environment, criticality, data_class, public FROM resource WHERE account = ? AND gone = 0 AND id IN `+marks(len(ids))+` ORDER BY rid`+end, args...)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rows, func(m meant) bool {
		want := meanings[m.ID]
		want.Key = m.Key
		return m.Meaning == want
	}), nil
}

func scanMeant(row scanner) (meant, error) {
	var m meant
	var id, cloud, region, kind, owner, environment, criticality, class text
	var public int64
	err := row.Scan(&m.rid, &id, &cloud, &region, &kind, &owner, &environment, &criticality, &class, &public)
	m.Meaning = store.Meaning{Key: store.Key{ID: string(id)}, Owner: string(owner), Environment: string(environment), Criticality: string(criticality), DataClass: string(class), Public: public == 1}
	m.scope = estate.Scope{Cloud: estate.Cloud(cloud), Region: string(region), Type: string(kind)}
	return m, err
}

func mean(ctx context.Context, q session, account string, ids []string, meanings map[string]store.Meaning) error {
	if err := lockAccount(ctx, q, account); err != nil {
		return err
	}
	stale, err := differing(ctx, q, account, ids, meanings, q.dialect.ForUpdate())
	if err != nil {
		return err
	}
	var updates, counts [][]any
	moved := map[string]store.Meaning{}
	for _, m := range stale {
		want := meanings[m.ID]
		updates = append(updates, []any{text(want.Owner), text(want.Environment), text(want.Criticality), text(want.DataClass), bit(want.Public), text(account), m.rid})
		if m.Owner != want.Owner {
			at := []any{text(account), text(m.scope.Cloud), text(m.scope.Region), text(m.scope.Type)}
			counts = append(counts, append(slices.Clone(at), text(m.Owner), -1), append(at, text(want.Owner), 1))
		}
		if m.Owner != want.Owner || m.Environment != want.Environment {
			moved[m.ID] = want
		}
	}
	if err := q.each(ctx, `UPDATE resource SET owner = ?, environment = ?, criticality = ?, data_class = ?, public = ? WHERE account = ? AND rid = ?`, updates); err != nil {
		return err
	}
	if err := addCounts(ctx, q, counts); err != nil {
		return err
	}
	return moveFindings(ctx, q, account, moved)
}

// moveFindings gives findings the owner and environment of their resources.
func moveFindings(ctx context.Context, q session, account string, moved map[string]store.Meaning) error {
	if len(moved) == 0 {
		return nil
	}
	args := []any{text(account)}
	for _, id := range sortedKeys(moved) {
		args = append(args, text(id))
	}
	had, err := collect(ctx, q, scanFound, `SELECT `+foundColumns+` FROM finding f WHERE f.account = ? AND f.resource IN `+marks(len(moved)), args...)
	if err != nil {
		return err
	}
	var updates [][]any
	counts := tallies{}
	for _, f := range had {
		want := moved[f.resource]
		if f.owner == want.Owner && f.environment == want.Environment {
			continue
		}
		counts.add(&f, -1)
		f.owner, f.environment = want.Owner, want.Environment
		counts.add(&f, 1)
		updates = append(updates, []any{text(f.owner), text(f.environment), text(account), f.fid})
	}
	if err := q.each(ctx, `UPDATE finding SET owner = ?, environment = ? WHERE account = ? AND fid = ?`, updates); err != nil {
		return err
	}
	return counts.write(ctx, q)
}

// bit is a truth as columns hold it.
func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
