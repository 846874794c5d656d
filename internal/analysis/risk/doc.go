// Package risk turns a path of an attacker and what it reaches into a score from 0 to
// 100 that explains itself.
//
// Likelihood L is the product of the probabilities of the steps. Impact I is
// [1 - (1-D)(1-P)(1-wB)] x E x C, of data, privilege, blast radius, environment and
// criticality. The score is 100 times the root of L times I. All numbers come from a
// versioned table that the user may replace; what is not known takes the table's number
// for "unknown" and widens the score to an interval. docs/adr/0007-risk-table.md has the
// reasons for the numbers.
package risk
