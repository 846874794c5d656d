// Package escalate finds how principals of AWS come by more than they were given: by
// writing a policy, taking a credential, having a service run code as a role, or
// opening a session on a host.
//
// The ways are rules, YAML files below paths/ that docs/add/escalation.md describes. An
// Engine holds them against an Estate and asks an Access what each principal may do, so
// that whatever closes a way in the policies, a boundary, a deny or a service control
// policy, closes it here. Each way that is open is an Edge of one hop; a Chain tells who is
// reached over several.
//
// Everything here is pure and bounded. An Engine is safe for concurrent use when its
// Access is.
package escalate
