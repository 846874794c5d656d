// Package report decides what findings mean to a team over time: which were set aside
// and until when, which are new since a baseline, whether a run fails a build, and what
// changed between two reports.
//
// Nothing here reads a clock: the day is a parameter. What could not be read is never
// taken for fixed.
package report
