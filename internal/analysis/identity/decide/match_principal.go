package decide

import (
	"fmt"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// grade is how closely a policy names a principal. What an allow is worth hangs on
// it ("Policy evaluation logic": implicit denies in boundaries and session
// policies).
type grade uint8

const (
	// unnamed is not at all.
	unnamed grade = iota
	// byAccount names the account, which then has to say who of it.
	byAccount
	// byRole names the role of a session, or the user of a federated user: boundary
	// and session policy still limit it.
	byRole
	// byName names the principal itself, or everyone.
	byName

	grades
)

// naming is, for each grade, when a statement names the principal so.
type naming [grades]formula

// principals judges the Principal or NotPrincipal element of a statement.
func (e *evaluator) principals(s *policydoc.Statement) (naming, Note) {
	if len(s.NotPrincipals) > 0 {
		var n naming
		n[byName] = e.spared(s)
		return n, NoNote
	}
	var n naming
	note := NoNote
	for _, p := range s.Principals {
		if dangling(p) {
			note = NoteDangling
			continue
		}
		g, when := e.named(p)
		if g != unnamed {
			n[g] = n[g].or(when)
		}
	}
	return n, note
}

// named tells how one entry names the principal, and when.
func (e *evaluator) named(p policydoc.Principal) (grade, formula) {
	who := &e.req.Principal
	yes := constant(true)
	switch {
	case p.Anyone():
		return byName, yes
	case p.Kind == "Service" && who.Kind == Service, p.Kind == "Federated" && who.Kind == Federated:
		return byName, constant(p.ID == who.ARN)
	case p.Kind == "CanonicalUser" && who.inAccount():
		return byAccount, e.canonical(p.ID)
	case p.Kind != "AWS" || !who.inAccount():
		return unnamed, formula{}
	}
	account := p.Account()
	if account == "" || account != who.Account {
		return unnamed, formula{}
	}
	return e.namedInAccount(p.ID)
}

// namedInAccount is named for an ARN of the principal's own account.
func (e *evaluator) namedInAccount(arn string) (grade, formula) {
	who := &e.req.Principal
	parts, _ := splitARN(arn)
	switch kind, name, _ := strings.Cut(parts[fieldName], "/"); parts[fieldService] + ":" + kind {
	case "iam:root":
		if who.Kind == Root {
			return byName, constant(true)
		}
		return byAccount, constant(name == "")
	case "iam:user":
		if who.Kind == FederatedUser {
			return byRole, constant(arn == who.UserARN)
		}
		return byName, constant(who.Kind == User && arn == who.ARN)
	case "iam:role":
		return byRole, constant((who.Kind == Role || who.Kind == Session) && arn == who.ARN)
	case "sts:assumed-role":
		return byName, e.session(arn, name)
	case "sts:federated-user":
		return byName, constant(who.Kind == FederatedUser && arn == who.ARN)
	default:
		return unnamed, formula{}
	}
}

// session tells when the principal is the session that a policy names.
func (e *evaluator) session(arn, name string) formula {
	who := &e.req.Principal
	role, session, _ := strings.Cut(name, "/")
	switch {
	case who.Kind == Session:
		return constant(arn == who.SessionARN())
	case who.Kind == Role && role == who.name():
		return e.book.test(SessionTest(session))
	default:
		return formula{}
	}
}

// canonical tells whether a canonical user id is that of the principal's account.
func (e *evaluator) canonical(id string) formula {
	if own := e.req.Principal.CanonicalID; own != "" {
		return constant(own == id)
	}
	return e.book.unknown(unknown{why: estate.Unknown{Path: "principal.canonical_id", Reason: estate.Uncollected,
		Detail: fmt.Sprintf("whether %.70q is the canonical user id of the principal's account is not known", id)}})
}

// spared tells when a NotPrincipal element is about the principal: unless every
// level of it is listed, the account as well as the role as well as the session. A
// deny strikes whoever has a boundary, listed or not ("AWS JSON policy elements:
// NotPrincipal").
func (e *evaluator) spared(s *policydoc.Statement) formula {
	who := &e.req.Principal
	if s.Denies() && e.layers.Boundary != nil && who.inAccount() {
		return constant(true)
	}
	var listed naming
	for _, p := range s.NotPrincipals {
		if p.Anyone() {
			return formula{}
		}
		if g, when := e.named(p); g != unnamed {
			listed[g] = listed[g].or(when)
		}
	}
	all := listed[byName]
	switch who.Kind {
	case User, FederatedUser:
		all = all.and(listed[byAccount])
	case Role, Session:
		all = all.and(listed[byAccount]).and(listed[byRole])
	case Anonymous, Root, Service, Federated:
	}
	return all.not()
}
