package escalate

import (
	"iter"
	"slices"
)

// spot is where a rule may lead: a node, a workload, or a node through a workload.
type spot struct {
	node     *Node
	workload *Workload
}

// to returns the ARN of the target.
func (s spot) to() string {
	if s.node != nil {
		return s.node.ARN
	}
	return s.workload.ARN
}

// facts returns those of the workload where the way goes through one.
func (s spot) facts() Facts {
	if s.workload != nil {
		return s.workload.Facts
	}
	return s.node.Facts
}

// spots yields where a rule may lead from the principal, those of one target together.
func (a *asker) spots(r *Rule) iter.Seq[spot] {
	return func(yield func(spot) bool) {
		switch {
		case r.Passes != nil:
			a.passableSpots(r, yield)
		case r.Existing != "":
			a.existingSpots(r, yield)
		case slices.ContainsFunc(r.Needs, func(n Need) bool { return takesRole(&n) }):
			a.trustingSpots(yield)
		default:
			a.nodeSpots(r, yield)
		}
	}
}

func (a *asker) passableSpots(r *Rule, yield func(spot) bool) {
	seen := map[*Node]bool{}
	for _, service := range r.Passes.To {
		for _, role := range a.engine.passable[passKey(service, r.Passes.Trust, a.from.Account)] {
			if a.itself(role) || seen[role] {
				continue
			}
			seen[role] = true
			if !yield(spot{node: role}) {
				return
			}
		}
	}
}

// existingSpots yields the workloads of the account; for rules that lead to a role those
// that run as one of the estate.
func (a *asker) existingSpots(r *Rule, yield func(spot) bool) {
	for _, w := range a.engine.workloads[r.Existing][a.from.Account] {
		s := spot{workload: w}
		if r.To == ToRole {
			if s.node = a.engine.nodes[w.Role]; s.node == nil || a.itself(s.node) {
				continue
			}
		}
		if !yield(s) {
			return
		}
	}
}

// nodeSpots yields nodes of the principal's account, and roles of IAM Identity Center of
// all accounts. What AWS keeps for itself is left out where the rule would edit it, and
// the principal itself where the rule would have it become itself.
func (a *asker) nodeSpots(r *Rule, yield func(spot) bool) {
	nodes := a.engine.sso
	if r.To != ToSSORole {
		nodes = a.engine.kinds[Kind(r.To)][a.from.Account]
	}
	becomes := r.Yields == Credential || r.Yields == CodeAs
	for _, n := range nodes {
		if n.ServiceLinked || n.SSO && r.To != ToSSORole || becomes && a.itself(n) {
			continue
		}
		if !yield(spot{node: n}) {
			return
		}
	}
}

// trustingSpots yields the roles whose trust policy may let the principal take them.
func (a *asker) trustingSpots(yield func(spot) bool) {
	for _, role := range a.engine.trust.roles(a.from, a.holds(assumeRole)) {
		if !a.itself(role) && !yield(spot{node: role}) {
			return
		}
	}
}
