package access

import (
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// Kind is what a principal is.
type Kind string

// The kinds of principal that an inventory holds.
const (
	User Kind = "user"
	Role Kind = "role"
)

// Principal is a user or a role of the estate.
type Principal struct {
	ARN     string
	Kind    Kind
	Account string
	Name    string
	Tags    map[string]string
	// Created is when it was made; nil when that is not told.
	Created *time.Time
	// LastUsed is when it last acted: a role in the last 400 days, a user with password
	// or keys; nil when it never did or nothing tells.
	LastUsed *time.Time
	// Trust says who may take the role; nil for users, and where it could not be read.
	Trust *policydoc.Document
	// ServiceLinked is whether an AWS service owns the role.
	ServiceLinked bool
	// Console and MFA are whether a user signs in with a password, and whether it takes
	// a second factor.
	Console, MFA estate.Tri
	// Keys is how many access keys of a user are active.
	Keys int

	own      grants
	groups   []string
	boundary string
	unknown  []estate.Unknown
}

// Resource is a resource with a policy of its own.
type Resource struct {
	ARN, Type, Account, Region, Name string
	Tags                             map[string]string
	// Documents are its policies; empty when it has none.
	Documents []policydoc.Document
	// PolicyBlocked is whether it refuses what its policies give to everyone.
	PolicyBlocked estate.Tri
	// Grants are the entries of its access list, and ListBlocked is whether it ignores
	// them.
	Grants      []facet.Grant
	ListBlocked estate.Tri
	// Unknown says why its policies could not be read; nil when they were.
	Unknown *estate.Unknown

	tagsUnknown *estate.Unknown
	// grantsUnread says why the grants of a key could not be read.
	grantsUnread *estate.Unknown
	// joined are the documents as one.
	joined *policydoc.Document
}

// GrantsUnread reports whether the grants of a key could not be read.
func (r *Resource) GrantsUnread() bool { return r.grantsUnread != nil }
