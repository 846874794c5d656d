// Package posture keeps verdicts in step with the estate: what a change concerns is judged
// at once, and everything now and then, when issues are ranked anew.
//
// Both write to the same store with the same result: judging everything after a change
// that was judged alone finds nothing to change.
package posture
