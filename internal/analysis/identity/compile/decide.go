package compile

import "github.com/stance-sec/stance/internal/analysis/identity/decide"

// Decide answers a request. Its outcome is that of decide.Decide.
func (c *Compiler) Decide(r *Request) decide.Outcome {
	if outcome, settled := r.byRule(); settled {
		return outcome
	}
	e := evaluation{caller: r.Caller, set: r.Set, target: r.Target, given: r.Given, alone: r.Alone}
	if r.Target.real.text == "" {
		e.spilled = true
	}
	outcome := e.outcome()
	if e.spilled {
		return c.slowly(r)
	}
	return outcome
}

// slowly asks package decide.
func (c *Compiler) slowly(r *Request) decide.Outcome {
	d := c.Explain(r)
	return d.Outcome
}

// Explain is the decision of package decide for a request.
func (c *Compiler) Explain(r *Request) decide.Decision {
	context := decide.Known(&r.Caller.Principal, &r.Target.resource, r.Target.action)
	context = context.With(&r.Caller.known) // which has what could not be read
	switch {
	case r.Given == nil:
	case r.Alone || r.Given.World() == decide.ClosedWorld:
		context = *r.Given
	default:
		context = context.With(r.Given)
	}
	layers := r.Set.layers
	layers.RCPs = r.Target.rcpLists
	return decide.Decide(decide.Request{
		Principal: r.Caller.Principal, Action: r.Target.action, Resource: r.Target.resource, Context: context, Reference: c.reference(),
	}, layers)
}

// byRule answers the requests that AWS answers without policies.
func (r *Request) byRule() (decide.Outcome, bool) {
	switch r.Target.rule {
	case callerIdentity:
		return decide.Allowed, r.Caller.member
	case sessionToken:
		if r.Caller.LongLived() {
			return decide.Allowed, true
		}
		return decide.DeniedImplicitly, r.Caller.member
	case assumeRole:
		return decide.DeniedImplicitly, r.Caller.Kind == decide.Root || r.Caller.Kind == decide.Anonymous
	case passRole:
		return decide.DeniedImplicitly, r.ownership() == otherAccount
	case protectedRole:
		return decide.DeniedImplicitly, true
	default:
		return 0, false
	}
}

// ownership tells whose the resource is.
type ownership uint8

const (
	ownAccount ownership = iota
	otherAccount
	unknownAccount
)

func (r *Request) ownership() ownership {
	switch {
	case r.Target.lost:
		return unknownAccount
	case r.Target.ours || r.Target.owner == r.Caller.Account:
		return ownAccount
	default:
		return otherAccount
	}
}

// outcome judges all layers and joins them.
func (e *evaluation) outcome() decide.Outcome {
	denied, guarded := e.guardrails()
	if denied.always() {
		return decide.DeniedExplicitly
	}
	granted, also := e.granted()
	denied, granted = denied.or(also), granted.and(guarded)
	if e.used == 0 {
		return settled(denied, granted)
	}
	return e.concluded(denied, granted)
}

// settled is concluded where nothing is open.
func settled(denied, granted table) decide.Outcome {
	switch {
	case denied.always():
		return decide.DeniedExplicitly
	case granted.never():
		return decide.DeniedImplicitly
	case granted.always() && denied.never():
		return decide.Allowed
	default:
		return decide.Unknown
	}
}

// concluded looks at the outcomes of tests that some request brings about.
func (e *evaluation) concluded(denied, granted table) decide.Outcome {
	final := granted.and(denied.not())
	for i := range e.used {
		if e.slots[i].unknown {
			denied, granted, final = denied.forget(i), granted.forget(i), final.forget(i)
		}
	}
	possible := e.possible()
	switch {
	case ^denied.lo&possible == 0:
		return decide.DeniedExplicitly
	case granted.hi&possible == 0:
		return decide.DeniedImplicitly
	case final.hi&possible == 0:
		return decide.DeniedExplicitly
	case ^final.lo&possible == 0:
		return decide.Allowed
	case (final.lo^final.hi)&possible != 0:
		return decide.Unknown
	default:
		return decide.Conditional
	}
}

// guardrails judges what stands outside of principal and resource: when something there
// denies, and when all of it lets the request through.
func (e *evaluation) guardrails() (denied, passes table) {
	passes = certain(true)
	if e.target.rcpsReach && !e.caller.ServiceLinked {
		for _, level := range e.target.rcps {
			denied = denied.or(e.weigh(decide.RCP, level).deny)
		}
	}
	if e.caller.member && !e.target.byToken && !e.caller.ManagementAccount && !e.caller.ServiceLinked {
		for _, level := range e.set.scps {
			w := e.weigh(decide.SCP, level)
			denied, passes = denied.or(w.deny), passes.and(w.any())
		}
	}
	if e.set.endpoint != nil {
		w := e.weigh(decide.Endpoint, e.set.endpoint)
		denied, passes = denied.or(w.deny), passes.and(w.any())
	}
	return denied, passes
}

// sides are what the resource and the principal allow.
type sides struct {
	resource naming
	// own is what the identity policies allow, limited by boundary and session.
	own table
	// limit is what boundary and session allow.
	limit table
}

// granted joins what the principal's side and the resource's side allow, and tells what
// they deny.
func (e *evaluation) granted() (granted, denied table) {
	s := sides{limit: certain(true)}
	r := Request{Caller: e.caller, Target: e.target}
	own := r.ownership()
	repairs := e.target.rule == bucketPolicy && e.caller.Kind == decide.Root && own == ownAccount
	if e.target.consulted && !repairs {
		w := e.weigh(decide.ResourcePolicy, e.target.policy)
		s.resource, denied = w.allow, w.deny
	}
	denied = denied.or(e.principalSide(&s))
	if !e.caller.member || e.target.byToken && e.target.role {
		return s.resource[byName], denied
	}
	switch own {
	case ownAccount:
		return e.sameAccount(&s), denied
	case otherAccount:
		return s.crossAccount(), denied
	default:
		same, cross := e.sameAccount(&s), s.crossAccount()
		return table{same.lo & cross.lo, same.hi | cross.hi}, denied
	}
}

// principalSide judges the policies of the principal and returns what they deny.
func (e *evaluation) principalSide(s *sides) (denied table) {
	if !e.caller.member {
		return denied
	}
	if e.caller.Kind == decide.Root {
		s.own = certain(true)
	} else {
		w := e.weigh(decide.Identity, e.set.identity)
		denied, s.own = w.deny, w.allow[byName]
		if e.set.boundary != nil {
			w = e.weigh(decide.Boundary, e.set.boundary)
			denied, s.limit = denied.or(w.deny), w.allow[byName]
		}
	}
	if e.set.hasSession {
		w := e.weigh(decide.SessionPolicy, e.set.session)
		denied, s.limit = denied.or(w.deny), s.limit.and(w.allow[byName])
	}
	s.own = s.own.and(s.limit)
	return denied
}

// sameAccount joins the two sides of a request within an account: one of them suffices,
// but roles and keys have to allow themselves.
func (e *evaluation) sameAccount(s *sides) table {
	own := s.own
	if e.target.key || e.target.role && e.target.assumes {
		own = own.and(s.resource[byAccount])
	}
	return own.or(s.resource[byRole].and(s.limit)).or(s.resource[byName])
}

// crossAccount joins the two sides of a request across accounts: both have to allow.
func (s *sides) crossAccount() table {
	return s.own.and(s.resource[byAccount].or(s.resource[byRole]).or(s.resource[byName]))
}
