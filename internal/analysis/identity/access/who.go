package access

import (
	"context"
	"maps"
	"slices"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// Holder is somebody who may do what was asked, or may perhaps.
type Holder struct {
	// Principal is an ARN, the name of a service, or "anonymous".
	Principal string
	// Kind is what it is: user, role, root, service, anonymous, account ...
	Kind string
	// Account is its account; empty for services and for everyone.
	Account string
	// Outside is whether it is not in the inventory: its own account decides too.
	Outside  bool
	Decision decide.Decision
}

// WhoCan returns everyone who may do an action on a resource, those who may under a
// condition, and those of whom it is not known; the denied are left out. Principals come
// by ARN, those from outside last. Context is as in Question.
func (d *Directory) WhoCan(ctx context.Context, action, resource string, given map[string][]string) ([]Holder, error) {
	target, rcps := d.Target(resource)
	ready, settled := d.readyTarget(action, resource), settledBy(given)
	var list []Holder
	for _, h := range d.index().WhoCan(ready.Target, settled) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p := d.sorted[h.Number]
		caller, layers := d.Caller(p), d.Layers(p)
		layers.RCPs = rcps
		list = held(list, Holder{Principal: p.ARN, Kind: string(p.Kind), Account: p.Account,
			Decision: d.decide(caller, layers, target, Question{Action: action, Resource: resource, Context: given})})
	}
	for _, name := range d.outsiders(&target) {
		decision, err := d.askPolicies(Question{Principal: actsAs(name, action), Action: action, Resource: resource, Context: given, Elsewhere: true})
		if err != nil {
			continue // what is no principal, such as a canonical user id, matches no request that can be asked about
		}
		caller, _ := decide.ParsePrincipal(name)
		h := Holder{Principal: name, Kind: caller.Kind.String(), Account: caller.Account, Outside: true, Decision: decision}
		if name == AnyAccount {
			h.Kind = "account"
			if slices.ContainsFunc(list, func(of Holder) bool { return of.Principal == anonymous && of.Decision.Outcome == decision.Outcome }) {
				continue // who needs no account needs none of its own either
			}
		}
		list = held(list, h)
	}
	if why := d.perhapsGranted(action, resource); why != nil {
		list = append(list, Holder{Principal: grantees, Kind: "grantee", Outside: true, Decision: decide.Decision{
			Outcome: decide.Unknown, By: decide.Statement{Index: -1}, Unknown: []estate.Unknown{*why},
		}})
	}
	return append(list, d.byList(action, resource, &target, given)...), nil
}

// grantees stand for whom grants that were not read let use a key, which may be anybody.
const grantees = "holders of grants"

func held(list []Holder, h Holder) []Holder {
	if denied(h.Decision.Outcome) {
		return list
	}
	return append(list, h)
}

// anonymous is the name of who signs no request.
const anonymous = "anonymous"

// outsiders are the principals that the policy of a resource names and the inventory
// does not hold: everyone, services, other accounts and their identities.
func (d *Directory) outsiders(target *decide.Resource) []string {
	if target.Policy == nil {
		return nil
	}
	names := map[string]bool{}
	for i := range target.Policy.Statements {
		s := &target.Policy.Statements[i]
		if !s.Allows() {
			continue
		}
		if len(s.NotPrincipals) > 0 || slices.ContainsFunc(s.Principals, policydoc.Principal.Anyone) {
			names[anonymous], names[AnyAccount] = true, true
		}
		for _, p := range s.Principals {
			if name := d.outsider(p, target.Account); name != "" {
				names[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(names)) // anonymous comes before AnyAccount
}

func (d *Directory) outsider(p policydoc.Principal, owner string) string {
	switch {
	case p.Anyone():
		return ""
	case p.Kind == "Service", p.Kind == "Federated":
		return p.ID
	case p.Kind == "AWS" && d.Principal(p.ID) == nil && p.Account() != owner && !d.inEstate(p.Account()):
		return p.ID
	default:
		return ""
	}
}

// inEstate reports whether identities of an account were read: then each of them was
// asked about, and the account as a whole adds nobody.
func (d *Directory) inEstate(account string) bool {
	_, ok := d.tree.standing[account]
	return ok
}
