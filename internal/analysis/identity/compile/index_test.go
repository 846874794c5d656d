package compile_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/compile"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/analysis/identity/reference"
)

// TestWhoCanFindsEveryone holds the index against asking for each principal, over random
// principals and policies.
func TestWhoCanFindsEveryone(t *testing.T) {
	t.Parallel()
	const rounds, each = 150, 30
	found := 0
	for round := range uint64(rounds) {
		c := compile.New(reference.Load())
		x := compile.NewIndex(c)
		var callers []*compile.Caller
		var sets []*compile.Set
		for i := range uint64(each) {
			w := newWorld(rand.New(rand.NewPCG(round, i)))
			if !w.request.Principal.InAccount() {
				continue
			}
			w.layers.RCPs = nil
			callers, sets = append(callers, c.Caller(w.request.Principal)), append(sets, c.Set(w.layers))
			x.Add(callers[len(callers)-1], sets[len(sets)-1])
		}
		if round%2 == 0 {
			x.Replace(0, sets[1])
			sets[0] = sets[1]
		}
		for i := range uint64(each) {
			w := newWorld(rand.New(rand.NewPCG(round, 1000+i)))
			target := c.Target(w.request.Action, w.request.Resource, w.layers.RCPs)
			var want []compile.Holder
			for n := range callers {
				o := c.Decide(&compile.Request{Caller: callers[n], Set: sets[n], Target: target})
				if o != decide.DeniedExplicitly && o != decide.DeniedImplicitly {
					want = append(want, compile.Holder{Number: int32(n), Outcome: o})
				}
			}
			found += len(want)
			if got := x.WhoCan(target, nil); !slices.Equal(got, want) {
				t.Fatalf("round %d, question %d: %v, want %v\n%s", round, i, got, want, w)
			}
		}
	}
	if found < rounds*each {
		t.Errorf("only %d holders in all", found)
	}
}
