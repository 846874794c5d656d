package decide

import (
	"slices"

	"github.com/stance-sec/stance/internal/estate"
)

// way is one way to be allowed: when it holds, and the parts that all have to.
type way struct {
	grant formula
	// parts are in the order in which a missing one is named.
	parts []part
	// credit is the step that stands for the allow.
	credit int
}

// part is a piece of a way, with the layer to name when it does not hold.
type part struct {
	candidate
	layer Layer
}

// wayOf joins parts that all have to hold.
func wayOf(credit int, parts ...part) way {
	w := way{grant: constant(true), parts: parts, credit: credit}
	for _, p := range parts {
		w.grant = w.grant.and(p.formula)
	}
	return w
}

// either joins ways of which one suffices. The parts are those of the way that is
// most settled, the earlier of equals; where none can hold, the last that begins.
func either(ways ...way) way {
	best := ways[0]
	total := best.grant
	for _, w := range ways[1:] {
		total = total.or(w.grant)
		switch {
		case best.grant.shape == always:
		case w.grant.shape == always, w.grant.shape != never && best.grant.shape == never,
			best.grant.shape == never && w.parts[0].shape != never:
			best = w
		}
	}
	best.grant = total
	return best
}

// grant joins what the principal's side and the resource's side allow.
func (e *evaluator) grant(v *verdicts) way {
	who := &e.req.Principal
	if !who.inAccount() || byToken(e.req.Action) && isRole(e.arn) {
		return v.named()
	}
	switch e.owner() {
	case ownAccount:
		return e.sameAccount(v)
	case otherAccount:
		return v.crossAccount()
	case unknownAccount:
	}
	same, cross := e.sameAccount(v), v.crossAccount()
	ours := e.book.unknown(unknown{why: estate.Unknown{Path: "resource.account", Reason: estate.Uncollected, Detail: "whose account the resource is in is not known"}})
	cross.grant = ours.and(same.grant).or(ours.not().and(cross.grant))
	return cross
}

// named is the way of a grant that names the principal itself.
func (v *verdicts) named() way {
	c := v.resource[byName]
	return wayOf(c.step, part{c, ResourcePolicy})
}

// limited is the way of a grant that names the role: boundary and session policies
// limit it.
func (v *verdicts) limited() way {
	c := v.resource[byRole]
	return wayOf(c.step, part{c, ResourcePolicy}, part{v.boundary, Boundary}, part{v.session, SessionPolicy})
}

// own are the parts of the principal's side.
func (v *verdicts) own() []part {
	return []part{{v.identity, Identity}, {v.boundary, Boundary}, {v.session, SessionPolicy}}
}

// sameAccount joins the two sides of a request within an account ("Policy evaluation
// for requests within a single account"): one of them suffices. Roles and KMS keys
// have to allow themselves; naming the account there lets identity policies speak.
func (e *evaluator) sameAccount(v *verdicts) way {
	own := v.own()
	if mustAllow(e.arn, e.req.Action) {
		own = slices.Insert(own, 0, part{v.resource[byAccount], ResourcePolicy})
	}
	return either(wayOf(v.identity.step, own...), v.limited(), v.named())
}

// mustAllow reports whether a resource's own policy has to allow even within the
// account.
func mustAllow(arn, action string) bool {
	return isKey(arn) || isRole(arn) && assumes(action)
}

// crossAccount joins the two sides of a request across accounts ("Cross-account
// policy evaluation logic"): both have to allow, and any way of naming the principal
// or its account will do. The credit is the resource's, which lets strangers in.
func (v *verdicts) crossAccount() way {
	side := candidate{step: -1}
	for _, c := range v.resource {
		side.add(c.formula, c.step)
	}
	return wayOf(side.step, append(v.own(), part{side, ResourcePolicy})...)
}
