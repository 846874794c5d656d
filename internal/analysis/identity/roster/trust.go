package roster

import (
	"cmp"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// Source is what kind of party may take a role.
type Source string

// The kinds of parties.
const (
	Anyone   Source = "anyone"
	Service  Source = "service"
	OIDC     Source = "oidc"
	SAML     Source = "saml"
	Account  Source = "account"  // a whole account
	Identity Source = "identity" // one user or role
	AllBut   Source = "all-but"  // everyone but those named
)

// Trust is a party that a role's trust policy names.
type Trust struct {
	Source Source
	// Who is the name of a service, the ARN of a provider, account or identity.
	Who string
	// Foreign is whether it belongs to another account than the role.
	Foreign bool
	// Conditional is whether every statement that names it has conditions.
	Conditional bool
}

// TrustsOf returns who the trust policy of a role lets in, by kind and name. What a deny
// takes away again does not show. It is nil for users, and where the policy was not read.
func TrustsOf(p *access.Principal) []Trust {
	if p.Trust == nil {
		return nil
	}
	found := map[Trust]bool{} // without Conditional -> whether it is so everywhere
	for i := range p.Trust.Statements {
		s := &p.Trust.Statements[i]
		if !s.Allows() {
			continue
		}
		parties := make([]Trust, 0, len(s.Principals)+1)
		for _, who := range s.Principals {
			parties = append(parties, trustOf(who, p.Account))
		}
		if len(s.NotPrincipals) > 0 {
			parties = append(parties, Trust{Source: AllBut, Foreign: true})
		}
		for _, t := range parties {
			conditional, seen := found[t]
			found[t] = len(s.Conditions) > 0 && (!seen || conditional)
		}
	}
	list := make([]Trust, 0, len(found))
	for t, conditional := range found {
		t.Conditional = conditional
		list = append(list, t)
	}
	slices.SortFunc(list, func(a, b Trust) int { return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Who, b.Who)) })
	return list
}

func trustOf(who policydoc.Principal, account string) Trust {
	switch {
	case who.Anyone():
		return Trust{Source: Anyone, Who: "*", Foreign: true}
	case who.Kind == "Service":
		return Trust{Source: Service, Who: who.ID}
	case who.Kind == "Federated" && strings.Contains(who.ID, ":saml-provider/"):
		return Trust{Source: SAML, Who: who.ID}
	case who.Kind == "Federated":
		return Trust{Source: OIDC, Who: who.ID}
	case strings.HasSuffix(who.ID, ":root"):
		return Trust{Source: Account, Who: who.ID, Foreign: who.Account() != account}
	default:
		return Trust{Source: Identity, Who: who.ID, Foreign: who.Account() != account}
	}
}

// Human tells whether a person acts with an identity: a user with a password, a role that
// a company's sign-in leads to. It is No for users without a password and for roles that
// only services and workloads outside take, Maybe for roles that other identities take.
func Human(p *access.Principal) estate.Tri {
	if p.Kind == access.User {
		return p.Console
	}
	if p.ServiceLinked {
		return estate.No
	}
	if p.Trust == nil {
		return estate.Maybe
	}
	verdict := estate.No
	for _, t := range TrustsOf(p) {
		switch t.Source {
		case SAML:
			return estate.Yes
		case Service, OIDC:
		case Anyone, Account, Identity, AllBut:
			verdict = estate.Maybe
		}
	}
	return verdict
}
