// Package query asks the graph of an estate in a small language of paths, which
// docs/reference/query.md describes.
//
// A Query is read from text and held against a vocabulary, so that a misspelt word is an
// error with its place and never an empty answer. A Graph is made of resources, their
// declared relations and the steps of attackers. The answer to a query lists the paths
// with the fewest hops first and depends on the graph alone, not on the order in which
// it was built. What was not read makes a condition unknown: such a path is in the
// answer, and marked.
//
// The work of one query is bounded whatever the query and the graph are: an answer that
// was cut says so.
package query
