// Package json writes a report as one JSON object and reads it back.
//
// The object has the keys format, run, coverage, findings, summary and compliance, then,
// where they were asked for, priorities, issues, fixes, campaigns and suppressed, in this
// order, with one line for each element of a list, so that a report streams both ways and
// lines can be searched and compared. docs/reference/report.schema.json
// describes it. Keys may be added; a reader ignores those it does not know.
package json

// Format is the value of the key format. It changes only when a reader of today's
// reports could not read tomorrow's.
const Format = "stance.report/1"
