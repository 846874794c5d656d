package sqlstore

import (
	"context"
	"time"
)

// pruned are statements that remove what ended before a moment.
var pruned = []string{
	`DELETE FROM resource_history WHERE until < ?`,
	`DELETE FROM resource WHERE gone > 0 AND gone < ?`,
	`DELETE FROM finding_history WHERE ended < ?`,
	`DELETE FROM finding_body WHERE EXISTS (SELECT 1 FROM finding f WHERE f.account = finding_body.account AND f.fid = finding_body.fid AND f.until > 0 AND f.until < ?)`,
	`DELETE FROM finding WHERE until > 0 AND until < ?`,
	`DELETE FROM issue_history WHERE ended < ?`,
	`DELETE FROM issue WHERE until > 0 AND until < ?`,
	`DELETE FROM verdict WHERE ended < ?`,
	`DELETE FROM ranked WHERE ended < ?`,
	`DELETE FROM scope_history WHERE until < ?`,
	`DELETE FROM point WHERE at < ?`,
	`DELETE FROM transition WHERE routed = 1 AND at < ?`,
	`DELETE FROM delivery WHERE done > 0 AND done < ?`,
	`DELETE FROM dead_event WHERE at < ?`,
}

// orphans are statements that remove what nothing points at any more.
var orphans = []string{
	`DELETE FROM issue_account WHERE NOT EXISTS (SELECT 1 FROM issue i WHERE i.iid = issue_account.iid)`,
	`DELETE FROM issue_resource WHERE NOT EXISTS (SELECT 1 FROM issue i WHERE i.iid = issue_resource.iid)`,
	`DELETE FROM resource_count WHERE n = 0`,
	`DELETE FROM finding_count WHERE n = 0`,
}

// Prune removes what ended before a moment and returns how many rows. What holds, the
// audit log, and what is still to be told stay whatever their age.
func (s *Store) Prune(ctx context.Context, before time.Time) (int, error) {
	const op = "remove what is older than is to be kept"
	if err := validMoment(op, before); err != nil {
		return 0, err
	}
	sum := 0
	for _, statement := range pruned {
		err := s.write(ctx, op, func(q session) error {
			n, err := q.exec(ctx, statement, micros(before))
			sum += n
			return err
		})
		if err != nil {
			return sum, err
		}
	}
	for _, statement := range orphans {
		if err := s.write(ctx, op, func(q session) error {
			_, err := q.exec(ctx, statement)
			return err
		}); err != nil {
			return sum, err
		}
	}
	return sum, s.pruneCauses(ctx, op)
}

// pruneCauses removes causes that no version has any more.
func (s *Store) pruneCauses(ctx context.Context, op string) error {
	return s.write(ctx, op, func(q session) error {
		_, err := q.exec(ctx, `DELETE FROM cause WHERE cid NOT IN (SELECT cause FROM resource) AND cid NOT IN (SELECT cause FROM resource_history)`)
		return err
	})
}
