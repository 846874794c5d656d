package posture

import (
	"context"
	"time"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/scan"
	"github.com/stance-sec/stance/internal/store"
)

// Reviewed is what came of a review.
type Reviewed struct {
	Transitions []store.Transition
	// LeftOut is how many identities were not followed, because there were too many.
	LeftOut int
}

// Review judges the whole estate, ranks the issues, and marks the course. One review at a
// time is enough: the caller sees to it.
func (k *Keeper) Review(ctx context.Context) (Reviewed, error) {
	end := k.write.begin()
	defer end()
	now := k.Now()
	version, err := k.overlay(ctx)
	if err != nil {
		return Reviewed{}, err
	}
	snapshot, err := k.Store.Snapshot(ctx, now)
	if err != nil {
		return Reviewed{}, err
	}
	defer snapshot.Close() //nolint:errcheck // only read
	ranking, err := k.Ranking(now)
	if err != nil {
		return Reviewed{}, err
	}
	judge := k.judge(now)
	judge.Priorities, judge.Stood = ranking, func(s *scan.Standing) { k.stood(s, version) }
	r := &review{keeper: k, ctx: ctx, now: now, tally: newTally(k)}
	judge.Part = r.part
	summary, err := judge.Run(ctx, snapshot, output.Run{Checks: k.Library.Checks()}, silent{})
	if err != nil {
		return Reviewed{Transitions: r.transitions}, err
	}
	if err := r.close(snapshot); err != nil {
		return Reviewed{Transitions: r.transitions}, err
	}
	ranked := store.Ranked{At: now, Due: k.Due}
	if summary.Priorities != nil {
		ranked.Priorities = *summary.Priorities
	}
	transitions, err := k.Store.Rank(ctx, ranked)
	r.transitions = append(r.transitions, transitions...)
	if err != nil {
		return Reviewed{Transitions: r.transitions}, err
	}
	return Reviewed{Transitions: r.transitions, LeftOut: ranking.LeftOut()}, r.tally.mark(ctx, now, &ranked.Priorities)
}

// review hands findings to the store account by account.
type review struct {
	keeper      *Keeper
	ctx         context.Context //nolint:containedctx // it lives for one run
	now         time.Time
	current     *parts
	counts      map[string]store.Verdicts
	tally       *tally
	seen        map[account]bool
	transitions []store.Transition
}

func (r *review) part(p scan.Part) error {
	a := account{p.Scope.Cloud, p.Scope.Account}
	if r.current == nil || r.current.account != a {
		if err := r.finish(); err != nil {
			return err
		}
		r.begin(a)
	}
	for check, c := range p.Skipped {
		v := r.counts[check]
		v.Pass += c.Pass
		v.NotApplicable += c.NotApplicable
		r.counts[check] = v
	}
	for i := range p.Findings {
		f := &p.Findings[i]
		v := r.counts[f.Check]
		switch f.Status {
		case estate.Fail:
			v.Fail++
		case estate.UnknownStatus:
			v.Unknown++
		case estate.Pass, estate.NotApplicable: // they come as Skipped
		}
		r.counts[f.Check] = v
	}
	r.tally.part(a, &p)
	return r.current.take(p)
}

func (r *review) begin(a account) {
	r.current = &parts{keeper: r.keeper, review: true, ctx: r.ctx, account: a, now: r.now}
	r.counts = map[string]store.Verdicts{}
	if r.seen == nil {
		r.seen = map[account]bool{}
	}
	r.seen[a] = true
}

// finish ends the account that was judged last.
func (r *review) finish() error {
	if r.current == nil {
		return nil
	}
	r.tally.account(r.current.account, r.counts)
	err := r.current.finish(r.counts)
	r.transitions = append(r.transitions, r.current.transitions...)
	return err
}

// close ends the last account, and those that have no resource left.
func (r *review) close(snapshot store.Snapshot) error {
	if err := r.finish(); err != nil {
		return err
	}
	for _, c := range snapshot.Coverage() {
		if a := (account{c.Cloud, c.Account}); !r.seen[a] {
			r.begin(a)
			if err := r.finish(); err != nil {
				return err
			}
		}
	}
	return nil
}

// silent is a report that nobody reads.
type silent struct{}

func (silent) Begin(output.Run) error         { return nil }
func (silent) Coverage(estate.Coverage) error { return nil }
func (silent) Finding(*estate.Finding) error  { return nil }
func (silent) End(output.Summary) error       { return nil }
