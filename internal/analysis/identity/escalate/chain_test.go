package escalate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
)

// TestWhoWritesAPolicyProfitsWhereItReachesABearer is about chains: each hop is "from to",
// with a verdict when it is not sure.
func TestWhoWritesAPolicyProfitsWhereItReachesABearer(t *testing.T) {
	t.Parallel()
	verdicts := map[string]escalate.Verdict{"": escalate.Yes, "yes": escalate.Yes, "conditional": escalate.Conditional, "unknown": escalate.Unknown}
	for name, c := range map[string]struct {
		hops, bearers []string
		write         string // "target verdict"
		yields        escalate.Yield
		want          string
	}{
		"the-role-is-taken-at-once":          {hops: []string{"eve a"}, write: "a", want: "a yes"},
		"over-two-hops":                      {hops: []string{"eve b", "b a"}, write: "a", want: "a yes"},
		"over-many-hops":                     {hops: []string{"eve b", "b c", "c d", "d a"}, write: "a", want: "a yes"},
		"the-role-is-never-reached":          {hops: []string{"eve b", "c a"}, write: "a", want: " no"},
		"against-the-arrow":                  {hops: []string{"a b", "b eve"}, write: "a", want: " no"},
		"in-a-circle":                        {hops: []string{"eve b", "b eve", "b b"}, write: "a", want: " no"},
		"who-has-the-policy-is-reached":      {hops: []string{"eve b", "b a"}, write: "p", bearers: []string{"x", "a"}, want: "a yes"},
		"nobody-with-the-policy-is-reached":  {hops: []string{"eve b"}, write: "p", bearers: []string{"x", "a"}, want: " no"},
		"the-weakest-hop-counts":             {hops: []string{"eve b conditional", "b a"}, write: "a", want: "a conditional"},
		"of-two-ways-the-surer":              {hops: []string{"eve b unknown", "b a", "eve c", "c d", "d a conditional"}, write: "a", want: "a conditional"},
		"writing-itself-is-not-sure":         {hops: []string{"eve a"}, write: "a unknown", want: "a unknown"},
		"the-surest-bearer":                  {hops: []string{"eve a unknown", "eve b"}, write: "p", bearers: []string{"a", "b"}, want: "b yes"},
		"writing-policies-is-no-hop":         {hops: []string{"eve b", "b a"}, yields: escalate.PolicyWrite, write: "a", want: " no"},
		"itself-has-the-policy-after-a-hop":  {hops: []string{"eve b", "b eve"}, write: "p", bearers: []string{"eve"}, want: " no"},
		"a-session-on-a-host-is-no-identity": {hops: []string{"eve a"}, yields: escalate.Session, write: "a", want: " no"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var chain escalate.Chain
			for _, h := range c.hops {
				f := append(strings.Fields(h), "")
				yields := c.yields
				if yields == "" {
					yields = escalate.Credential
				}
				chain.Add([]escalate.Edge{{From: f[0], To: f[1], Yields: yields, Verdict: verdicts[f[2]]}})
			}
			f := append(strings.Fields(c.write), "")
			e := escalate.Edge{From: "eve", To: f[0], Yields: escalate.PolicyWrite, Verdict: verdicts[f[1]]}
			as, v := chain.Profits(&e, c.bearers)
			if got := fmt.Sprint(as, " ", v); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
			e.Self = true
			if as, v := chain.Profits(&e, nil); as != "eve" || v != e.Verdict {
				t.Errorf("itself: %q %s", as, v)
			}
		})
	}
}
