// Package access answers who may do what on which resource, for a whole estate.
//
// A Builder gathers identities, policies, organisation policies and resource policies
// from the lines of an inventory. The Directory it makes joins them: which documents
// stand over a principal, in every layer that AWS weighs, and which over a resource.
// The decision itself is the business of package decide.
//
// What could not be read is carried as an unknown layer, never as an absent one.
package access
