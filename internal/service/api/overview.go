package api

import (
	"context"
	"time"

	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

// Overview is how things stand, on one page.
type Overview struct {
	At time.Time `json:"at"`
	// Trend is how the posture went over 30 days, of all that the caller sees; empty when
	// that is not counted.
	Trend []store.Point `json:"trend"`
	// Issues are the worst open ones; IssueCount how many there are.
	Issues     []store.Issue `json:"issues"`
	IssueCount int           `json:"issue_count"`
	// Open are open findings by severity.
	Open []store.Count `json:"open"`
	// Resources are by cloud.
	Resources []store.Count `json:"resources"`
	Coverage  Freshness     `json:"coverage"`
	// Changes are those of the last 24 hours, newest first.
	Changes []store.Change `json:"changes"`
	// Latency is of the last 24 hours.
	Latency Latency `json:"latency"`
}

// Freshness is how much is read, and how old that is.
type Freshness struct {
	// Scopes is how many scopes there are; Complete how many were last read whole.
	Scopes   int `json:"scopes"`
	Complete int `json:"complete"`
	Failed   int `json:"failed"`
	Skipped  int `json:"skipped"`
	// Accounts is how many accounts are known.
	Accounts int `json:"accounts"`
	// Unknowns is how many attributes could not be read.
	Unknowns int `json:"unknowns"`
	// Oldest is the age of what is known of the scope that was not read whole for longest,
	// Newest when anything was last read; left out when nothing was.
	Oldest time.Time `json:"oldest,omitzero"`
	Newest time.Time `json:"newest,omitzero"`
}

func (a *API) overview() {
	handle(a, get("/overview", "get-overview", "How things stand, on one page", "posture"),
		func(ctx context.Context, caller auth.Caller, _ *none) (Overview, error) {
			return a.overviewOf(ctx, caller)
		})
}
