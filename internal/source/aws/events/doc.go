// Package events reads change events from a queue of Amazon SQS.
//
// It has a client of its own: the scanner's refuses whatever is not a read, and taking a
// message off a queue is a write. Nothing else may be asked through it.
package events
