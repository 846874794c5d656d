// Package compile answers what package decide answers, many times faster and without
// saying why.
//
// Policies are compiled once: actions to sets of bits, resource patterns to fields with
// anchored prefixes, conditions to tests that are numbered across all documents, and
// documents that say the same to one form. What a request leaves open is carried as
// truth tables over at most six tests, so that an answer is exact. What does not fit
// there is handed to package decide, which is the reference: the two are held against
// each other by tests and fuzzing.
//
// A Compiler and all it makes are safe for concurrent use.
package compile
