package posture_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/store"
)

// TestWhatLiesOverIsThatOfNow has one process see that the guard of an account went, and
// another judge a bucket of it.
func TestWhatLiesOverIsThatOfNow(t *testing.T) {
	t.Parallel()
	b := open(t)
	guard, all := scopeOf("1", "global", guards), scopeOf("1", "r1", buckets)
	b.settle(b.read(guard, map[string]string{"guard": guardLine(guard, true)}, false))
	first := map[string]string{"a": bucketLine(all, "a", true, true)}
	b.settle(b.read(all, first, false))
	if n := b.open("open"); n != 0 {
		t.Fatalf("%d buckets are open below the guard", n)
	}
	delta := b.read(guard, map[string]string{"guard": guardLine(guard, false)}, false)
	if _, err := b.reviewer.Settle(t.Context(), []store.Delta{delta}, nil); err != nil {
		t.Fatal(err)
	}
	first["b"] = bucketLine(all, "b", true, true)
	b.settle(b.read(all, first, false))
	if n := b.open("open"); n != 2 {
		t.Errorf("%d buckets are open when the guard is gone", n)
	}
	for _, moved := range b.review() {
		if moved.Subject == "finding" {
			t.Errorf("a review says %+v", moved)
		}
	}
}

// open counts open findings of a check.
func (b *bench) open(check string) int {
	b.Helper()
	page, err := b.store.Findings(b.Context(), store.FindingQuery{Checks: []string{check}})
	must(b, err)
	return len(page.Items)
}
