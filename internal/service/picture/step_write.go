package picture

import (
	"maps"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
)

// written is a way to decide what others may do. It leads on for who also comes to act as
// one of them, which is known once everybody is followed.
type written struct {
	edge escalate.Edge // without its steps
	step attack.Step
}

// decides adds the account of a principal about which somebody decides what it may do.
func (a *artist) decides(about *access.Principal, s attack.Step) {
	if a.directory.Bounded(about) {
		s.Kind = "escalate-conditional"
	}
	s.To = rootOf(about.Account)
	a.step(s)
	a.account(about.Account)
}

// mostReached bounds, over all who write what others may do, as how many they come to act:
// about a second's work.
const mostReached = 2_000_000

// profit adds what was written about others for those who come to act as one of them, over
// any number of hops. It is for the end, when all hops are known.
func (a *artist) profit() {
	from, spent := "", 0
	for i := range a.written {
		w := &a.written[i]
		if w.edge.From != from {
			if spent += len(a.chain.Reached(from)); spent > mostReached {
				a.cut = true
				break
			}
			from = w.edge.From
			a.chain.Add(nil) // it lets go of the answers about the one before
		}
		arn, verdict := a.chain.Profits(&w.edge, a.holders[w.edge.To])
		if about := a.directory.Principal(arn); about != nil && verdict != escalate.No {
			weigh(&w.step, verdict)
			a.decides(about, w.step)
		}
	}
	a.written = nil
}

// weigh says in a step how sure it is.
func weigh(s *attack.Step, v escalate.Verdict) {
	switch v {
	case escalate.Conditional:
		s.Kind += "-conditional"
	case escalate.Unknown:
		s.P = &perhaps
	default:
	}
}

// holders returns the principals that have each managed policy or are in each group.
func holders(d *access.Directory) map[string][]string {
	members := d.Members()
	all := maps.Clone(members)
	for policy, bearers := range d.Bearers() {
		for _, b := range bearers {
			all[policy] = append(all[policy], members[b]...)
			if d.Principal(b) != nil {
				all[policy] = append(all[policy], b)
			}
		}
	}
	return all
}
