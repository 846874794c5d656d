// Package roster tells of each identity of an estate what it is: whether a person or a
// program acts with it, who may become it, and how far it reaches. Its users are those who
// look after the identities that no person signs in with.
//
// Everything here is pure and safe for concurrent use.
package roster
