package compile

import (
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// grade is how closely a policy names a principal; see package decide.
type grade uint8

const (
	byAccount grade = iota
	byRole
	byName

	grades
)

// naming is, for each grade, when a statement names the principal so.
type naming [grades]table

// entryKind is what an entry of a Principal element names.
type entryKind uint8

const (
	nobody entryKind = iota
	everyone
	aService
	aProvider
	aCanonical
	anAccount
	aUser
	aRole
	aSession
	aFederated
)

// entry is one of a Principal or NotPrincipal element.
type entry struct {
	kind    entryKind
	id      string
	account string
	// bare is whether nothing follows the word root in the ARN of an account.
	bare bool
	role string // of a session
	test *test
}

// root is the name of the account's own principal in ARNs.
const root = "root"

func (c *Compiler) entry(p policydoc.Principal) entry {
	e := entry{id: p.ID}
	switch {
	case p.Anyone():
		e.kind = everyone
	case p.Kind == "Service":
		e.kind = aService
	case p.Kind == "Federated":
		e.kind = aProvider
	case p.Kind == "CanonicalUser":
		e.kind, e.test = aCanonical, c.canonicalTest(p.ID)
	case p.Kind == "AWS" && p.Account() != "":
		e.account = p.Account()
		c.inAccount(&e)
	}
	return e
}

// inAccount tells what the ARN of an account's principal names.
func (c *Compiler) inAccount(e *entry) {
	const service, rest = 2, 5
	parts := strings.SplitN(e.id, ":", arnFields)
	kind, name, _ := strings.Cut(parts[rest], "/")
	switch parts[service] + ":" + kind {
	case "iam:" + root:
		e.kind, e.bare = anAccount, name == ""
	case "iam:user":
		e.kind = aUser
	case "iam:role":
		e.kind = aRole
	case "sts:assumed-role":
		role, session, _ := strings.Cut(name, "/")
		e.kind, e.role, e.test = aSession, role, c.sessionTest(session)
	case "sts:federated-user":
		e.kind = aFederated
	}
}

// names tells how an entry names the caller, and when; the last result is false when it
// does not at all.
func (e *evaluation) names(p *entry) (grade, table, bool) {
	who := &e.caller.Principal
	switch p.kind {
	case everyone:
		return byName, certain(true), true
	case aService:
		return byName, certain(p.id == who.ARN), who.Kind == decide.Service
	case aProvider:
		return byName, certain(p.id == who.ARN), who.Kind == decide.Federated
	case aCanonical:
		if !e.caller.member {
			return 0, table{}, false
		}
		if who.CanonicalID != "" {
			return byAccount, certain(who.CanonicalID == p.id), true
		}
		return byAccount, e.variable(p.test), true
	case nobody:
		return 0, table{}, false
	}
	if !e.caller.member || p.account != who.Account {
		return 0, table{}, false
	}
	return e.namesMember(p)
}

// namesMember is names for an ARN of the caller's account.
func (e *evaluation) namesMember(p *entry) (grade, table, bool) {
	who := &e.caller.Principal
	switch p.kind {
	case anAccount:
		if who.Kind == decide.Root {
			return byName, certain(true), true
		}
		return byAccount, certain(p.bare), true
	case aUser:
		if who.Kind == decide.FederatedUser {
			return byRole, certain(p.id == who.UserARN), true
		}
		return byName, certain(who.Kind == decide.User && p.id == who.ARN), true
	case aRole:
		return byRole, certain((who.Kind == decide.Role || who.Kind == decide.Session) && p.id == who.ARN), true
	case aSession:
		switch {
		case who.Kind == decide.Session:
			return byName, certain(p.id == e.caller.session), true
		case who.Kind == decide.Role && p.role == e.caller.name:
			return byName, e.variable(p.test), true
		}
		return byName, table{}, true
	default:
		return byName, certain(who.Kind == decide.FederatedUser && p.id == who.ARN), true
	}
}

// named judges the Principal or NotPrincipal element of a statement.
func (e *evaluation) named(s *statement) naming {
	var n naming
	if len(s.notPrincipals) > 0 {
		n[byName] = e.spared(s)
		return n
	}
	for i := range s.principals {
		if g, when, any := e.names(&s.principals[i]); any {
			n[g] = n[g].or(when)
		}
	}
	return n
}

// spared tells when a NotPrincipal element is about the caller: unless every level of it
// is listed. A deny strikes whoever has a boundary, listed or not.
func (e *evaluation) spared(s *statement) table {
	if s.denies && e.set.boundary != nil && e.caller.member {
		return certain(true)
	}
	var listed naming
	for i := range s.notPrincipals {
		if s.notPrincipals[i].kind == everyone {
			return table{}
		}
		if g, when, any := e.names(&s.notPrincipals[i]); any {
			listed[g] = listed[g].or(when)
		}
	}
	all := listed[byName]
	switch e.caller.Kind {
	case decide.User, decide.FederatedUser:
		all = all.and(listed[byAccount])
	case decide.Role, decide.Session:
		all = all.and(listed[byAccount]).and(listed[byRole])
	}
	return all.not()
}
