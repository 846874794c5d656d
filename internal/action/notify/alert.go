package notify

import (
	"time"

	"github.com/stance-sec/stance/internal/estate"
)

// Kind says what happened.
type Kind string

// The kinds of alert.
const (
	New       Kind = "new"       // seen for the first time
	Regressed Kind = "regressed" // was resolved, and is back
	Resolved  Kind = "resolved"  // is no more
	Escalated Kind = "escalated" // its due date has passed
	Digest    Kind = "digest"    // many alerts in one
	Test      Kind = "test"      // a person tries the channel
)

// Kinds returns all kinds in their order.
func Kinds() []Kind { return []Kind{New, Regressed, Resolved, Escalated, Digest, Test} }

// Alert is what happened, in the words of no cloud and of no channel. Every text in it is
// as it was read: a channel escapes it.
type Alert struct {
	// Key names this alert in every attempt to deliver it. It is made of letters, digits,
	// ":", "-", "_" and "." by the caller; channels hash what does not fit them.
	Key string `json:"key"`
	// Thread names what the alert is about and is the same when that is new, regressed and
	// resolved, so that a ticket opened by the one is closed by the other. Empty stands for
	// Key.
	Thread string    `json:"thread,omitempty"`
	Kind   Kind      `json:"kind"`
	At     time.Time `json:"at"`
	Title  string    `json:"title"`
	// Severity is the band of an issue's score, or the severity of a finding.
	Severity estate.Severity `json:"severity"`
	// Score is from 0 to 100; 0 when there is none.
	Score float64 `json:"score,omitempty"`
	// Owner and Environment are empty when nothing tells.
	Owner       string     `json:"owner,omitempty"`
	Environment string     `json:"environment,omitempty"`
	Account     string     `json:"account,omitempty"`
	AccountName string     `json:"account_name,omitempty"`
	Resource    estate.Ref `json:"resource"`
	// Check is the id of the check; empty for an issue that is more than one finding.
	Check string `json:"check,omitempty"`
	// Frameworks are the ids of those with a requirement that fails, sorted.
	Frameworks []string `json:"frameworks,omitempty"`
	// Message says what is so on this very resource.
	Message string `json:"message,omitempty"`
	// Fix says what to do.
	Fix string `json:"fix,omitempty"`
	// Actor is who made the change; empty when no trail tells.
	Actor string `json:"actor,omitempty"`
	// Since is when it began; zero when that is not known.
	Since time.Time `json:"since,omitzero"`
	// Due is when it should be resolved; zero without a due date.
	Due time.Time `json:"due,omitzero"`
	// Link leads to the page about it; empty, or an absolute http or https URL.
	Link string `json:"link,omitempty"`
	// Count is how many alerts it stands for; 0 and 1 both mean itself alone.
	Count int `json:"count,omitempty"`
	// Items are the alerts it stands for, worst first; they have no items of their own.
	Items []Alert `json:"items,omitempty"`
}

// ThreadKey returns the thread of the alert, its key when none is set.
func (a *Alert) ThreadKey() string {
	if a.Thread != "" {
		return a.Thread
	}
	return a.Key
}

// Resolves reports whether the alert closes what an earlier one of its thread opened.
func (a *Alert) Resolves() bool { return a.Kind == Resolved }

// TestAlert returns the alert with which a person tries a channel. The key should differ
// from try to try: a receiver shows a key once.
func TestAlert(key string, now time.Time) Alert {
	return Alert{
		Key: key, Kind: Test, At: now, Severity: estate.Info,
		Title:   "Stance can reach this channel",
		Message: "This is a test. Nothing happened, and there is nothing to do.",
	}
}
