package api

import (
	"context"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

// Drifted is a resource that differs from a baseline.
type Drifted struct {
	Resource estate.Ref `json:"resource"`
	// Kind is added, changed or gone since the baseline.
	Kind string `json:"kind" enum:"added,changed,gone"`
	// Since is when it last changed; Cause by whom, when the audit trail told.
	Since time.Time   `json:"since"`
	Cause store.Cause `json:"cause"`
	// Changes are the differing attributes; empty for what was added or is gone.
	Changes []AttributeChange `json:"changes"`
	Cut     bool              `json:"cut"`
	// Opened and Resolved are how many findings on it opened, and were resolved, since.
	Opened   int `json:"opened"`
	Resolved int `json:"resolved"`
	// Effect is worse, better, mixed, or none when no finding opened or was resolved.
	Effect string `json:"effect" enum:"worse,better,mixed,none"`
}

// Baselines are states that were declared to be right.
type Baselines struct {
	Items []store.Baseline `json:"items"`
}

// NewBaseline declares a state to be right.
type NewBaseline struct {
	Name string `json:"name" minLength:"1" maxLength:"200"`
	// Moment is the state of that moment; now when it is left out.
	Moment time.Time `json:"moment,omitzero"`
	// Accounts, Types and Resources limit it; left out for everything.
	Accounts  []string    `json:"accounts,omitempty" maxItems:"1000" maxLength:"200"`
	Types     []string    `json:"types,omitempty" maxItems:"1000" maxLength:"200"`
	Resources []store.Key `json:"resources,omitempty" maxItems:"1000"`
}

type driftIn struct {
	Paging
	Baseline string `query:"baseline" required:"true" maxLength:"100" doc:"the id of a baseline"`
}

// ByID names one thing in the path.
type ByID struct {
	ID string `path:"id" maxLength:"100"`
}

func (a *API) drift() {
	list(a, get("/drift", "list-drift", "What differs from a baseline, since when and by whom, and whether it made things worse", "drift"), a.drifted)
	handle(a, get("/baselines", "list-baselines", "Baselines that hold", "drift"),
		func(ctx context.Context, caller auth.Caller, _ *none) (Baselines, error) {
			items, err := a.seenBaselines(ctx, caller)
			return Baselines{items}, err
		})
	handle(a, post("/baselines", "create-baseline", "Declare a state to be right", "drift", auth.Analyst).created(),
		func(ctx context.Context, caller auth.Caller, in *struct{ Body NewBaseline }) (store.Baseline, error) {
			return a.declare(ctx, caller, in.Body)
		})
	perform(a, remove("/baselines/{id}", "delete-baseline", "End a baseline", "drift", auth.Analyst), a.endBaseline)
}
