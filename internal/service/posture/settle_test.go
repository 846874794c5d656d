package posture_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// scopes of the small estate of the random changes.
func scopes() []estate.Scope {
	var all []estate.Scope
	for _, account := range []string{"1", "2"} {
		for _, region := range []string{"r1", "r2"} {
			all = append(all, scopeOf(account, region, buckets), scopeOf(account, region, trails))
		}
		all = append(all, scopeOf(account, "global", guards))
	}
	return all
}

// content makes what a scope may be found to hold.
func content(r *rand.Rand, scope estate.Scope) map[string]string {
	lines := map[string]string{}
	coin := func() bool { return r.IntN(2) == 0 }
	for i := range r.IntN(4) {
		id := fmt.Sprintf("%s-%s-%d", scope.Account, scope.Region, i)
		switch scope.Type {
		case buckets:
			unknown := [][]string{nil, nil, nil, {"versioning"}, {"facets.access_policy.documents"}}[r.IntN(5)]
			lines["b"+id] = bucketLine(scope, "b"+id, coin(), coin(), unknown...)
		case trails:
			lines["t"+id] = trailLine(scope, "t"+id, coin())
		case guards:
			lines["guard"] = guardLine(scope, coin())
		}
	}
	return lines
}

// TestSettlingIsReviewing makes random changes, has each judged alone, and holds what is
// then kept to what judging everything keeps: nothing is left to change.
func TestSettlingIsReviewing(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			b, r := open(t), rand.New(rand.NewPCG(seed, 1))
			for _, s := range scopes() {
				b.settle(b.read(s, content(r, s), r.IntN(8) == 0))
			}
			b.review()
			moved := 0
			for step := range 40 {
				var deltas []store.Delta
				for range 1 + r.IntN(2) {
					s := scopes()[r.IntN(len(scopes()))]
					deltas = append(deltas, b.read(s, content(r, s), r.IntN(8) == 0))
				}
				moved += len(b.settle(deltas...).Transitions)
				before := b.findings()
				later := slices.DeleteFunc(b.review(), func(tr store.Transition) bool { return tr.Subject == "issue" })
				if diff := cmp.Diff(before, b.findings()); diff != "" || len(later) > 0 {
					t.Fatalf("step %d, after %v: a review finds %d more transitions, and (-settled +reviewed):\n%s", step, deltas, len(later), diff)
				}
			}
			if moved < 20 {
				t.Errorf("only %d transitions came of it", moved)
			}
		})
	}
}

// open1 is an account with an open bucket, and a trail that logs, that was reviewed.
func open1(t *testing.T, guarded bool) *bench {
	t.Helper()
	b := open(t)
	in := scopeOf("1", "r1", buckets)
	b.read(in, map[string]string{"b": bucketLine(in, "b", true, true)}, false)
	on := scopeOf("1", "r1", trails)
	b.read(on, map[string]string{"t": trailLine(on, "t", true)}, false)
	over := scopeOf("1", "global", guards)
	lines := map[string]string{}
	if guarded {
		lines["guard"] = guardLine(over, true)
	}
	b.read(over, lines, false)
	b.review()
	// the settler has seen what lies over the account before it changes
	b.settle(b.read(in, map[string]string{"b": bucketLine(in, "b", true, true), "c": bucketLine(in, "c", false, true)}, false))
	return b
}

func TestTheFirstGuardIsSeenAtOnce(t *testing.T) {
	t.Parallel()
	b, over := open1(t, false), scopeOf("1", "global", guards)
	settled := b.settle(b.read(over, map[string]string{"guard": guardLine(over, false)}, false))
	if got := b.kinds(settled.Transitions); !slices.Equal(got, []string{"open new"}) || !settled.Wide {
		t.Errorf("a guard that blocks nothing leads to %v, wide %v", got, settled.Wide)
	}
	settled = b.settle(b.read(over, map[string]string{"guard": guardLine(over, true)}, false))
	if got := b.kinds(settled.Transitions); !slices.Equal(got, []string{"open resolved"}) || !settled.Wide {
		t.Errorf("a guard that blocks leads to %v, wide %v", got, settled.Wide)
	}
}

func TestTheLastGuardIsMissedAtOnce(t *testing.T) {
	t.Parallel()
	b, over := open1(t, true), scopeOf("1", "global", guards)
	settled := b.settle(b.read(over, nil, false))
	unknown, err := b.store.Findings(t.Context(), store.FindingQuery{State: "unknown", Checks: []string{"open"}})
	must(t, err)
	if len(unknown.Items) != 1 || !settled.Wide {
		t.Errorf("whether the bucket is open was decided without its guard: %v, wide %v", unknown.Items, settled.Wide)
	}
}

func TestACollectionIsJudgedAnew(t *testing.T) {
	t.Parallel()
	b, on := open1(t, true), scopeOf("1", "r1", trails)
	settled := b.settle(b.read(on, map[string]string{"t": trailLine(on, "t", false)}, false))
	if got := b.kinds(settled.Transitions); !slices.Equal(got, []string{"logged new", "logged new"}) || settled.Wide {
		t.Errorf("a trail that stops leads to %v, wide %v", got, settled.Wide)
	}
	b.settle(b.read(on, nil, true)) // refused: what was known stays, and no longer proves
	b.settle(b.read(scopeOf("1", "*", "*"), nil, true))
	if later := b.review(); len(later) > 0 {
		t.Errorf("a review finds %v", b.kinds(later))
	}
}

func TestUnknownClosesNothing(t *testing.T) {
	t.Parallel()
	b, in := open1(t, true), scopeOf("1", "r1", buckets)
	settled := b.settle(b.read(in, map[string]string{"b": bucketLine(in, "b", true, false)}, false)) // and c is gone
	if got := b.kinds(settled.Transitions); !slices.Equal(got, []string{"versioned new"}) {
		t.Fatalf("it leads to %v", got)
	}
	settled = b.settle(b.read(in, map[string]string{"b": bucketLine(in, "b", true, false, "versioning")}, false))
	page, err := b.store.Findings(t.Context(), store.FindingQuery{Checks: []string{"versioned"}, State: "unproven"})
	must(t, err)
	if len(settled.Transitions) != 0 || len(page.Items) != 1 || page.Items[0].Unproven.IsZero() {
		t.Errorf("unknown leads to %v, unproven %v", b.kinds(settled.Transitions), page.Items)
	}
	settled = b.settle(b.read(in, nil, false))
	if got := b.kinds(settled.Transitions); !slices.Equal(got, []string{"versioned resolved"}) {
		t.Errorf("a bucket that is gone leads to %v", got)
	}
}

// kinds returns the checks of transitions of findings and what became of them, sorted.
func (b *bench) kinds(transitions []store.Transition) []string {
	b.Helper()
	var all []string
	for i := range transitions {
		if tr := &transitions[i]; tr.Subject == "finding" {
			f, err := b.store.Finding(b.Context(), store.Visible{}, tr.Key)
			must(b, err)
			all = append(all, f.Check+" "+tr.Kind)
		}
	}
	slices.Sort(all)
	return all
}

// TestAReviewLeavesWhatWasJudgedMeanwhile opens a bucket while a review is on its way that
// still sees it closed, and another that it still sees open.
func TestAReviewLeavesWhatWasJudgedMeanwhile(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.reviewer = b.settler // of one process
	over := scopeOf("1", "global", guards)
	b.read(over, map[string]string{"guard": guardLine(over, false)}, false)
	in := scopeOf("1", "r1", buckets)
	b.settle(b.read(in, map[string]string{"was": bucketLine(in, "was", true, true), "will": bucketLine(in, "will", false, true)}, false))
	b.review()
	b.ranking.during = func() {
		b.ranking.during = nil
		settled := b.settle(b.read(in, map[string]string{"was": bucketLine(in, "was", false, true), "will": bucketLine(in, "will", true, true)}, false))
		if got := b.kinds(settled.Transitions); !slices.Contains(got, "open new") || !slices.Contains(got, "open resolved") {
			t.Errorf("the change leads to %v", got)
		}
	}
	before := b.clock.Load()
	for _, transition := range b.review() {
		if transition.Subject == "finding" {
			t.Errorf("the review that began before overwrites with %s of %s", transition.Kind, transition.Resource.ID)
		}
	}
	if b.clock.Load() == before || b.ranking.during != nil {
		t.Fatal("nothing happened during the review")
	}
	for _, transition := range b.review() {
		if transition.Subject == "finding" {
			t.Errorf("the next review finds %s of %s", transition.Kind, transition.Resource.ID)
		}
	}
}
