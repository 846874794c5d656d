package access

import (
	"slices"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// Question is whether somebody may do something.
type Question struct {
	// Principal is the ARN of a user, a role or a session of one, "anonymous", the name of
	// a service, anything else that decide.ParsePrincipal knows, or AnyAccount.
	Principal string
	// Action is one action, without wildcards.
	Action string
	// Resource is an ARN; "*" for actions that are about none in particular.
	Resource string
	// Context are condition keys of the request that are settled beforehand; an empty list
	// says that the key is absent. All other keys that do not follow from principal and
	// resource are left to the request.
	Context map[string][]string
	// Trusted asks as if the policy of the resource named the principal.
	Trusted bool
	// Elsewhere asks as if the other account allowed all that a principal does that the
	// inventory does not hold.
	Elsewhere bool
}

// Ask answers a question, access lists included. A text that is no principal is
// estate.CodeInvalid.
func (d *Directory) Ask(q Question) (decide.Decision, error) {
	made, err := d.askPolicies(q)
	if err != nil {
		return made, err
	}
	return d.withLists(made, q), nil
}

// askPolicies is Ask by policies alone.
func (d *Directory) askPolicies(q Question) (decide.Decision, error) {
	caller, layers, err := d.caller(q)
	if err != nil {
		return decide.Decision{}, err
	}
	target, rcps := d.Target(q.Resource)
	layers.RCPs = rcps
	if q.Resource == "*" {
		layers.RCPs = nil
	}
	if q.Trusted {
		target.Policy, target.PolicyUnknown = naming(caller, q.Action), nil
	}
	return d.decideFor(caller, layers, target, q), nil
}

// decide answers about one caller and resource. What only a grant that was not read could
// allow is not known.
func (d *Directory) decide(caller decide.Principal, layers decide.Layers, target decide.Resource, q Question) decide.Decision {
	made := d.decideBy(caller, layers, target, q)
	if q.Trusted || made.Outcome != decide.DeniedImplicitly || caller.Kind == decide.Anonymous {
		return made
	}
	why := d.perhapsGranted(q.Action, target.ARN)
	if why == nil {
		return d.settled(made, target.ARN)
	}
	if denied(d.decideBy(caller, layers, granting(&target, q.Action), q).Outcome) {
		return made
	}
	made.Outcome, made.Unknown = decide.Unknown, append(made.Unknown, *why)
	return made
}

func (d *Directory) decideBy(caller decide.Principal, layers decide.Layers, target decide.Resource, q Question) decide.Decision {
	context := decide.Known(&caller, &target, q.Action)
	if p := d.principals[caller.ARN]; p != nil {
		if u := unknownIn(p.unknown, "tags"); u != nil {
			context.Unread(tagKeys, *u)
		}
	}
	strange(&context, &caller)
	for key, values := range q.Context {
		context.Set(key, values...)
	}
	made := decide.Decide(decide.Request{
		Principal: caller, Action: q.Action, Resource: target, Context: context, Reference: d.reference,
	}, layers)
	if q.Trusted {
		return made
	}
	return d.block(target.ARN, &target).apply(&caller, made)
}

// caller finds who asks, and the policies over them.
func (d *Directory) caller(q Question) (decide.Principal, decide.Layers, error) {
	if p := d.Principal(q.Principal); p != nil {
		caller := d.Caller(p)
		if parsed, ok := decide.ParsePrincipal(q.Principal); ok && parsed.Kind == decide.Session {
			caller.Kind, caller.SessionName = decide.Session, parsed.SessionName
		}
		return caller, d.Layers(p), nil
	}
	if q.Principal == AnyAccount {
		return stranger(), decide.Layers{Identity: []decide.Source{{Name: "the account of the caller", Doc: everything()}}}, nil
	}
	caller, ok := decide.ParsePrincipal(q.Principal)
	if !ok {
		return caller, decide.Layers{}, estate.Errorf(estate.CodeInvalid, "ask about access", "%.200q is no principal", q.Principal).
			WithHint("give the ARN of a user or role, the name of a service such as lambda.amazonaws.com, anonymous, or any AWS account")
	}
	caller.OrgID, caller.OrgPaths, caller.ManagementAccount = d.place(caller.Account)
	return caller, d.outside(caller, q.Elsewhere), nil
}

// outside are the policies over a principal that the inventory does not hold.
func (d *Directory) outside(caller decide.Principal, allowed bool) decide.Layers {
	switch caller.Kind {
	case decide.Anonymous, decide.Service, decide.Federated:
		return decide.Layers{}
	case decide.Root:
		if allowed {
			return decide.Layers{}
		}
		return decide.Layers{SCPs: d.guardrails(caller.Account, serviceControl)}
	default:
	}
	if allowed {
		return decide.Layers{Identity: []decide.Source{{Name: "the account of the caller", Doc: everything()}}}
	}
	why := &estate.Unknown{Path: caller.ARN, Reason: estate.Uncollected, Detail: "its policies are not in the inventory"}
	return decide.Layers{Identity: []decide.Source{unread(caller.ARN, why)}}
}

// everything is a policy that allows all there is.
func everything() *policydoc.Document {
	return &policydoc.Document{Version: "2012-10-17", Statements: []policydoc.Statement{
		{Effect: "Allow", Actions: []string{"*"}, Resources: []string{"*"}}}}
}

// naming is a resource policy that lets one principal do one thing.
func naming(caller decide.Principal, action string) *policydoc.Document {
	principal := policydoc.Principal{Kind: "AWS", ID: caller.ARN}
	if caller.Kind == decide.Service {
		principal.Kind = "Service"
	}
	return &policydoc.Document{Version: "2012-10-17", Statements: []policydoc.Statement{
		{Effect: "Allow", Principals: []policydoc.Principal{principal}, Actions: []string{action}}}}
}

// AskFor answers a question for a principal that need not be one of the estate, such as
// what Joined and Unbound return.
func (d *Directory) AskFor(p *Principal, q Question) decide.Decision {
	target, rcps := d.Target(q.Resource)
	layers := d.Layers(p)
	layers.RCPs = rcps
	if q.Trusted {
		target.Policy, target.PolicyUnknown = naming(d.Caller(p), q.Action), nil
	}
	return d.decide(d.Caller(p), layers, target, q)
}

// Joined returns the principal as it would be in one more group.
func (d *Directory) Joined(p *Principal, group string) *Principal {
	changed := *p
	changed.groups = append(slices.Clone(p.groups), group)
	return &changed
}

// Unbound returns the principal as it would be without its permissions boundary.
func (d *Directory) Unbound(p *Principal) *Principal {
	changed := *p
	changed.boundary = ""
	return &changed
}

// Bounded reports whether a permissions boundary caps the principal.
func (d *Directory) Bounded(p *Principal) bool { return p.boundary != "" }

// Knows reports whether the identities of an account were read, or it is an account of
// the organisation.
func (d *Directory) Knows(account string) bool {
	_, member := d.tree.accounts[account]
	return member || d.inEstate(account)
}
