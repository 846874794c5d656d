// Package event understands what audit trails tell of changes: which account, region
// and resources they touch, who made them, and which resource types to read again.
//
// An event is a hint and never the truth: it leads to a reading. Everything here is pure
// and bounded, and takes every text for hostile.
package event
