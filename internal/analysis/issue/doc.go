// Package issue turns findings and ways of attackers into a short list: issues, which
// are ways to something of value; fixes, in the order that removes most risk; campaigns,
// for what lies on no way; and what is set aside, with the reason.
//
// Findings stream through it. It keeps keys and counts, and its lists are bounded.
package issue
