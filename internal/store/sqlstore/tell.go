package sqlstore

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/stance-sec/stance/internal/store"
)

// told is a transition with who may see it.
type told struct {
	store.Transition
	owner    string
	accounts []string
}

// eachChunk calls do with some of a list at a time.
func eachChunk[T any](list []T, do func([]T) error) error {
	for some := range slices.Chunk(list, chunk) {
		if err := do(some); err != nil {
			return err
		}
	}
	return nil
}

// tell keeps transitions, and returns them with their numbers. The row of the sequence is
// held until the transaction ends, so numbers grow in the order of commits: a reader that
// saw one will never find a smaller one later. It must be the last thing that a
// transaction does.
func tell(ctx context.Context, q session, list []told) ([]store.Transition, error) {
	if len(list) == 0 {
		return nil, nil
	}
	last, err := next(ctx, q, "transition", len(list))
	if err != nil {
		return nil, err
	}
	out := make([]store.Transition, 0, len(list))
	rows := make([][]any, 0, len(list))
	for i, t := range list {
		t.Seq = last - int64(len(list)-1-i)
		body, err := json.Marshal(&t.Transition)
		if err != nil {
			return nil, err
		}
		accounts, err := json.Marshal(t.accounts)
		if err != nil {
			return nil, err
		}
		out = append(out, t.Transition)
		account := t.Resource.Account
		rows = append(rows, []any{t.Seq, t.Kind, micros(t.At), t.Subject, text(t.Key), text(account), accounts, text(t.owner), body})
	}
	return out, q.insert(ctx, "transition", []string{"seq", "kind", "at", "subject", "key", "account", "accounts", "owner", "body"}, rows)
}

// next takes numbers of a sequence whose order is that of commits, and returns the last.
func next(ctx context.Context, q session, name string, n int) (int64, error) {
	var last int64
	err := q.row(ctx, `UPDATE sequence SET last = last + ? WHERE name = ? RETURNING last`, n, name).Scan(&last)
	return last, err
}
