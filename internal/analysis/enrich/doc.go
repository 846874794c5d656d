// Package enrich adds to a resource what it does not say of itself: whose it is and
// how much it matters, from the user's mapping file, and whether anyone on the
// internet can use it, from every layer that decides.
//
// It works in two passes over an inventory: Observe sees every resource that lays
// something over others and keeps only that; Context then answers for each resource.
package enrich
