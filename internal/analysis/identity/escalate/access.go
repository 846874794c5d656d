package escalate

import "github.com/stance-sec/stance/internal/estate"

// Verdict is how an answer stands.
type Verdict uint8

// The verdicts, from least to most. Conditional hangs on the request alone; Unknown on
// what could not be read.
const (
	No Verdict = iota
	Unknown
	Conditional
	Yes
)

// String returns "no", "unknown", "conditional" or "yes".
func (v Verdict) String() string {
	names := [...]string{"no", "unknown", "conditional", "yes"}
	if int(v) >= len(names) {
		return names[Unknown]
	}
	return names[v]
}

// Question is whether a principal may do something.
type Question struct {
	// Principal is the ARN of a user or role, or the name of a service.
	Principal, Action string
	// Resource is the ARN; empty for whatever the principal may choose among the
	// resource types of the action, in its own account.
	Resource string
	// Context are the condition keys known beforehand. Others are left to the request.
	Context map[string]string
	// Trusted asks as if the trust policy of the resource named the principal.
	Trusted bool
}

// Answer is an answer with what it stands on.
type Answer struct {
	Verdict Verdict
	// Residue is what a Conditional request has to meet, in words that quote policies.
	Residue string
	// By is the policy that decided; empty when none did.
	By string
	// Unknown says what keeps the answer from being known.
	Unknown []estate.Unknown
}

// Access says what principals may do, all policies weighed.
type Access interface {
	May(q Question) Answer
	// Holds reports whether a policy of the principal allows the action on anything at
	// all, before boundaries and denies. It may say true too often, never false.
	Holds(principal, action string) bool
}

// Step is one thing that a way needs and that was found.
type Step struct {
	Action, Resource string
	Answer           Answer
}

// finding is an answer to several questions together.
type finding struct {
	verdict Verdict
	steps   []Step
}

// and joins two findings that must both hold.
func (f finding) and(other finding) finding {
	joined := finding{verdict: min(f.verdict, other.verdict)}
	if joined.verdict != No {
		joined.steps = append(append(joined.steps, f.steps...), other.steps...)
	}
	return joined
}

// or joins two findings of which one will do.
func (f finding) or(other finding) finding {
	if other.verdict > f.verdict {
		return other
	}
	return f
}
