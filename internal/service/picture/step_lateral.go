package picture

import (
	"slices"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/network/reach"
	"github.com/stance-sec/stance/internal/estate"
)

// inNetworks are the kinds of stores that stand in networks of one's own, where a taken
// machine finds them.
var inNetworks = []string{"relational", "document", "cache", "search", "warehouse", "key-value"}

// lateral adds the stores that a taken workload reaches over the network. Only those of
// its own account are asked about: ways to other accounts go over identities.
func (a *artist) lateral(id string) {
	from := a.refs[id]
	for _, s := range a.shelves.places[place{from.Account, from.Region}] {
		if s.passwordLogin == estate.No && !s.open {
			continue
		}
		answer := a.network.Between(id, s.ref.ID)
		if answer.Verdict == estate.No || len(answer.Openings) == 0 || nowhere(answer.Unknown) {
			continue
		}
		step := attack.Step{
			From: id, To: reached(s.ref.ID), Kind: "network-reach", Label: a.name(id) + " reaches " + a.name(s.ref.ID) + " inside the network",
			Evidence: proof(&answer.Openings[0]), Fixes: a.innerFixes(&answer.Openings[0]),
		}
		if answer.Verdict == estate.Maybe {
			step.Kind = "network-reach-unknown"
		}
		a.step(step)
		login := "password-login"
		if s.open {
			login = "unauthenticated-service"
		}
		a.step(attack.Step{From: reached(s.ref.ID), To: s.ref.ID, Kind: login, Label: loginLabel(login, a.name(s.ref.ID))})
	}
}

// nowhere reports whether all that is not known is where the two stand. Every machine
// would then perhaps reach every store, which says nothing.
func nowhere(unknown []estate.Unknown) bool {
	return len(unknown) > 0 && !slices.ContainsFunc(unknown, func(u estate.Unknown) bool { return u.Reason != estate.Uncollected })
}

// innerFixes are the groups of the store that let the traffic in.
func (a *artist) innerFixes(e *reach.Exposure) []estate.FixKey {
	for _, h := range slices.Backward(e.Path) {
		if h.Kind == "security-group" {
			return a.fixes(narrowIngress, h.ID)
		}
	}
	return nil
}
