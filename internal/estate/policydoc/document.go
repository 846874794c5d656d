package policydoc

import "strings"

// Document is one policy. Statements is never nil in a parsed document.
type Document struct {
	// Version is "2012-10-17", "2008-10-17" or, where the document names none,
	// empty, which AWS reads as 2008-10-17.
	Version string `json:"version"`
	// ID is the document's own name; empty when it has none.
	ID string `json:"id"`
	// Statements are in the order of the document. An empty list grants nothing.
	Statements []Statement `json:"statements"`
}

// Variables reports whether "${...}" in resources and condition values stands for
// a value of the request. In documents older than 2012-10-17 it is plain text.
func (d *Document) Variables() bool { return d.Version == "2012-10-17" }

// Statement is one rule of a document. At most one of each pair Principals and
// NotPrincipals, Actions and NotActions, Resources and NotResources is filled.
type Statement struct {
	// SID is the statement's own name; empty when it has none.
	SID string `json:"sid"`
	// Effect is "Allow" or "Deny".
	Effect string `json:"effect"`
	// Principals are those the statement is about; absent in policies attached to
	// an identity.
	Principals []Principal `json:"principals,omitempty"`
	// NotPrincipals are those the statement is not about: it is about all others.
	NotPrincipals []Principal `json:"not_principals,omitempty"`
	// Actions are patterns, compared without regard to case.
	Actions []string `json:"actions,omitempty"`
	// NotActions are patterns of actions that are left out: all others are meant.
	NotActions []string `json:"not_actions,omitempty"`
	// Resources are patterns of ARNs. Absent, with NotResources absent as well,
	// means the resource the policy is attached to.
	Resources []string `json:"resources,omitempty"`
	// NotResources are patterns of ARNs that are left out: all others are meant.
	NotResources []string `json:"not_resources,omitempty"`
	// Conditions must all hold. They are sorted by operator, then key.
	Conditions []Condition `json:"conditions,omitempty"`
}

// Allows reports whether the statement's effect is Allow.
func (s *Statement) Allows() bool { return s.Effect == effectAllow }

// Denies reports whether the statement's effect is Deny.
func (s *Statement) Denies() bool { return s.Effect == effectDeny }

// The two effects. AWS compares them with regard to case.
const (
	effectAllow = "Allow"
	effectDeny  = "Deny"
)

// Principal is one entry of a Principal or NotPrincipal element.
type Principal struct {
	// Kind is "AWS", "Service", "Federated" or "CanonicalUser", or "*" for the
	// element that is the text "*" itself.
	Kind string `json:"kind"`
	// ID is an ARN, a service name, an identity provider or a canonical user id.
	// An account given by its twelve digits is held as the ARN of its root. "*"
	// means everyone.
	ID string `json:"id"`
}

// Anyone reports whether the principal means everyone, with or without an AWS
// account: "*" alone and {"AWS": "*"} are the same ("AWS JSON policy elements:
// Principal", IAM User Guide).
func (p Principal) Anyone() bool {
	return p.ID == "*" && (p.Kind == "*" || p.Kind == "AWS")
}

// Account returns the twelve digits of the account an AWS principal belongs to,
// or "" when it has none: everyone, a service, a unique id, an AWS-owned identity.
func (p Principal) Account() string {
	if p.Kind != "AWS" {
		return ""
	}
	parts := strings.SplitN(p.ID, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || !isAccount(parts[4]) {
		return ""
	}
	return parts[4]
}

// Condition is one comparison of a statement.
type Condition struct {
	// Operator is the operator as AWS documents it, such as StringLike,
	// BoolIfExists or ForAnyValue:StringEquals. An operator AWS does not document
	// keeps the text it was written with.
	Operator string `json:"operator"`
	// Key is the context key as written. AWS compares keys without regard to case.
	Key string `json:"key"`
	// Values are compared one by one, in the order of the document; numbers and
	// booleans are held as their JSON text. Never nil in a parsed document.
	Values []string `json:"values"`
}

// isAccount reports whether s has the form of an AWS account id.
func isAccount(s string) bool {
	if len(s) != 12 {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
