// Package enrich adds to a resource what it does not say of itself: whose it is and
// how much it matters, from the user's mapping file, and whether anyone on the
// internet can use it, from every layer that decides.
//
// Owners are ranked by what tells of them: the mapping, a tag of owners, a tag of creators,
// the creator that the audit trail names, a contact of the account, the account. A contact
// is told by its address only where that is certainly a team's, since contacts' addresses of
// persons are not kept. A creator is told as the trail names it, which may be a person's
// address: who acts in an account is what the trail is there to tell. Roles and users that
// created many resources, and root, are believed less; AWS's own services own nothing.
//
// It works in two passes over an inventory: Observe sees every resource that lays
// something over others and keeps only that; Context then answers for each resource.
package enrich
