// Package alert tells people of what opened and closed: it turns transitions into alerts,
// has them routed, and delivers the messages.
//
// Nothing is told twice under two keys and nothing is lost: a transition is marked as
// routed in the transaction that keeps what it became, a message is kept before it is
// sent, and its key stays the same however often it is tried.
package alert
