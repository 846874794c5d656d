package decide

import (
	"strings"

	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// Kind is what a principal is.
type Kind uint8

// The kinds of principals. A Role is any session of a role, whatever its name; a
// Session is one of them. A FederatedUser comes from sts:GetFederationToken; a
// Federated principal is someone an identity provider vouches for, who is about to
// become a session.
const (
	Anonymous Kind = iota
	User
	Role
	Session
	FederatedUser
	Root
	Service
	Federated
)

var kindNames = [...]string{"anonymous", "user", "role", "session", "federated-user", "root", "service", "federated"}

// String returns the kind in lower case.
func (k Kind) String() string {
	if int(k) >= len(kindNames) {
		return "unknown"
	}
	return kindNames[k]
}

// Principal is who asks.
type Principal struct {
	Kind Kind
	// ARN is that of the user, the role with its path (of a Role and a Session), the
	// account (arn:aws:iam::111122223333:root), the session of a FederatedUser, or
	// the identity provider of a Federated one, which may also be a host name such as
	// accounts.google.com. For a Service it is its name, such as sns.amazonaws.com.
	ARN string
	// Account is the twelve digits of its account; empty for Service, Federated and
	// Anonymous.
	Account string
	// SessionName is that of a Session or, for a FederatedUser, of the federated user.
	SessionName string
	// UserARN is that of the user who asked for the session of a FederatedUser.
	UserARN string
	// UniqueID is the AIDA or AROA id of the user or role; empty when not known.
	UniqueID string
	// CanonicalID is the canonical user id of the account; empty when not known.
	CanonicalID string
	// Tags are those of the user or role, and those the session was given. Nil when
	// they are not known.
	Tags map[string]string
	// OrgID is the organisation, NoOrganization, or empty when not known.
	OrgID string
	// OrgPaths are the paths from the organisation to the account, o-id/r-id/ou-id/.
	OrgPaths []string
	// ServiceLinked tells a service-linked role, ReservedSSO one that IAM Identity
	// Center keeps; policies of the latter cannot be edited from the account.
	ServiceLinked, ReservedSSO bool
	// ManagementAccount tells that the account is the organisation's management
	// account.
	ManagementAccount bool
}

// NoOrganization as an OrgID says that the account is in no organisation.
const NoOrganization = "none"

// The fields of an ARN, and the number of them.
const (
	fieldService = 2
	fieldRegion  = 3
	fieldAccount = 4
	fieldName    = 5
	fields       = 6
)

// splitARN returns the six fields of an ARN; the second result is false for what is
// none.
func splitARN(arn string) ([fields]string, bool) {
	var parts [fields]string
	for i := range fields - 1 {
		part, rest, more := strings.Cut(arn, ":")
		if !more {
			return parts, false
		}
		parts[i], arn = part, rest
	}
	parts[fieldName] = arn
	return parts, parts[0] == "arn"
}

// ParsePrincipal tells what an ARN, the name of a service, or the word "anonymous"
// means as a principal. The ARN of a session yields the role without its path, which
// such an ARN does not hold. The second result is false for what is no principal.
func ParsePrincipal(text string) (Principal, bool) {
	if text == "anonymous" {
		return Principal{}, true
	}
	if strings.HasSuffix(text, ".amazonaws.com") || strings.HasSuffix(text, ".amazonaws.com.cn") {
		return Principal{Kind: Service, ARN: text}, true
	}
	parts, ok := splitARN(text)
	if !ok {
		return Principal{}, false
	}
	p := Principal{ARN: text, Account: parts[fieldAccount]}
	kind, name, _ := strings.Cut(parts[fieldName], "/")
	switch parts[fieldService] + ":" + kind {
	case "iam:root":
		p.Kind = Root
	case "iam:user":
		p.Kind = User
	case "iam:role":
		p.Kind = Role
		p.ServiceLinked = strings.HasPrefix(name, "aws-service-role/")
		p.ReservedSSO = strings.HasPrefix(name, "aws-reserved/sso.amazonaws.com/")
	case "sts:federated-user":
		p.Kind, p.SessionName = FederatedUser, name
	case "sts:assumed-role":
		role, session, _ := strings.Cut(name, "/")
		p.Kind, p.SessionName = Session, session
		p.ARN = parts[0] + ":" + parts[1] + ":iam::" + p.Account + ":role/" + role
		p.ReservedSSO = strings.HasPrefix(role, "AWSReservedSSO_")
	case "iam:oidc-provider", "iam:saml-provider":
		p.Kind, p.Account = Federated, ""
	default:
		return Principal{}, false
	}
	return p, true
}

// name returns the last part of the ARN, the name without its path.
func (p *Principal) name() string { return p.ARN[strings.LastIndexByte(p.ARN, '/')+1:] }

// SessionARN returns the ARN of a Session or FederatedUser as policies name it,
// without the path of the role; "" for others.
func (p *Principal) SessionARN() string {
	switch p.Kind {
	case FederatedUser:
		return p.ARN
	case Session:
		parts, ok := splitARN(p.ARN)
		if !ok {
			return ""
		}
		return "arn:" + parts[1] + ":sts::" + p.Account + ":assumed-role/" + p.name() + "/" + p.SessionName
	default:
		return ""
	}
}

// LongLived reports whether the principal signs with credentials of its own instead of
// those of a session.
func (p *Principal) LongLived() bool { return p.Kind == User || p.Kind == Root }

// inAccount reports whether the principal belongs to an account, and so has
// identity policies and SCPs.
func (p *Principal) inAccount() bool {
	switch p.Kind {
	case User, Role, Session, FederatedUser, Root:
		return true
	default:
		return false
	}
}

// dangling reports whether a principal of a policy is the unique id that AWS puts in
// place of a user or role that was deleted.
func dangling(p policydoc.Principal) bool {
	return p.Kind == "AWS" && (strings.HasPrefix(p.ID, "AIDA") || strings.HasPrefix(p.ID, "AROA"))
}
