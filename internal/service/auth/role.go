package auth

import "slices"

// Role is what a caller may do. Each role may all that those before it may.
type Role string

// The roles, least first.
const (
	Nobody   Role = ""         // who has not signed in
	Viewer   Role = "viewer"   // sees
	Analyst  Role = "analyst"  // asks for exceptions and scans
	Approver Role = "approver" // approves exceptions
	Admin    Role = "admin"    // users, settings, everything
)

// Roles returns the roles that users can have, least first.
func Roles() []Role { return []Role{Viewer, Analyst, Approver, Admin} }

// Includes reports whether the role may what another may. No role that is not known
// includes anything, and everyone includes Nobody.
func (r Role) Includes(other Role) bool {
	return other == Nobody || slices.Index(Roles(), other) >= 0 && slices.Index(Roles(), r) >= slices.Index(Roles(), other)
}

// least returns the lesser of two roles.
func least(a, b Role) Role {
	if a.Includes(b) {
		return b
	}
	return a
}
