// Package api is what a Stance server answers: one operation per route, with its types,
// from which the OpenAPI document is made.
//
// Every operation names the least role that may call it, and hands the caller's limits to
// whatever it asks: what may not be seen is not there. Everything that changes something
// is appended to the audit log before it is answered.
//
// Lists and maps in answers are never null, unless the document says so. Everything that
// came from a cloud is hostile text; it is data in JSON, and escaped in CSV.
package api
