package unused

import (
	"time"

	"github.com/stance-sec/stance/internal/estate"
)

// MostDays is how far AWS looks back.
const MostDays = 400

// Window is the time in which a thing must have been used to count as in use.
type Window struct {
	// Now is when the facts were read: of what came later they tell nothing.
	Now time.Time
	// Days is how far back it reaches, from 1 to MostDays.
	Days int
}

// start is the beginning of the window.
func (w Window) start() time.Time { return w.Now.AddDate(0, 0, -w.Days) }

// within reports whether a moment lies in the window.
func (w Window) within(at *time.Time) bool { return at != nil && !at.Before(w.start()) }

// Verdict is what the facts say of the use of something.
type Verdict string

// The verdicts. Young is what was made within the window and not used yet.
const (
	Used    Verdict = "used"
	Idle    Verdict = "idle"
	Young   Verdict = "young"
	Unknown Verdict = "unknown"
)

// judge weighs when a thing was made and last used; why says what kept its use from being
// known, nil for nothing.
func (w Window) judge(made, used *time.Time, why *estate.Unknown) (Verdict, *estate.Unknown) {
	switch {
	case w.within(used):
		return Used, nil
	case w.within(made):
		return Young, nil
	case why != nil:
		return Unknown, why
	case made == nil:
		return Unknown, &estate.Unknown{Path: "created", Reason: estate.Uncollected, Detail: "its age is not told"}
	default:
		return Idle, nil
	}
}

// later returns the later of two moments; nil when there is neither.
func later(a, b *time.Time) *time.Time {
	if a == nil || b != nil && b.After(*a) {
		return b
	}
	return a
}
