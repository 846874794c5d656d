package api

import (
	"context"
	"time"

	"github.com/stance-sec/stance/internal/analysis/compliance"
	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

// FrameworkSummary is one framework with how its requirements stand.
type FrameworkSummary struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Version string `json:"version"`
	// Requirements is how many there are. Each is in one of the states.
	Requirements int            `json:"requirements"`
	States       map[string]int `json:"states"`
}

// FrameworkSummaries are all frameworks.
type FrameworkSummaries struct {
	Items []FrameworkSummary `json:"items"`
	// Partial is whether only failures are known, because the caller sees the resources of
	// some owners: then nothing is said to pass.
	Partial bool `json:"partial"`
}

// FrameworkDetail is one framework with its requirements.
type FrameworkDetail struct {
	FrameworkSummary
	Partial bool          `json:"partial"`
	Items   []Requirement `json:"items"`
}

// Requirement is one demand with how it stands.
type Requirement struct {
	ID         string `json:"id"`
	Title      string `json:"title"`
	Level      string `json:"level,omitempty"`
	Assessment string `json:"assessment"`
	// State is fail when any check fails, else unknown when any could not be decided, else
	// pass when any passed, else not_applicable; manual when no check answers it.
	State  string             `json:"state" enum:"pass,fail,unknown,not_applicable,manual"`
	Checks []RequirementCheck `json:"checks"`
}

// RequirementCheck is a check that answers a requirement.
type RequirementCheck struct {
	Check string `json:"check"`
	Title string `json:"title"`
	store.Verdicts
}

type frameworkIn struct {
	Framework string `path:"framework" maxLength:"100"`
	Moment
}

func (a *API) compliance() {
	handle(a, get("/compliance", "list-frameworks", "Frameworks with how their requirements stand", "compliance"),
		func(ctx context.Context, caller auth.Caller, in *Moment) (FrameworkSummaries, error) {
			verdicts, partial, err := a.verdicts(ctx, caller, in.At)
			out := FrameworkSummaries{Partial: partial}
			for i := range a.Frameworks {
				out.Items = append(out.Items, a.framework(&a.Frameworks[i], verdicts, partial).FrameworkSummary)
			}
			return out, err
		})
	handle(a, get("/compliance/{framework}", "get-framework", "One framework with its requirements", "compliance"),
		func(ctx context.Context, caller auth.Caller, in *frameworkIn) (FrameworkDetail, error) {
			for i := range a.Frameworks {
				if a.Frameworks[i].ID == in.Framework {
					verdicts, partial, err := a.verdicts(ctx, caller, in.At)
					return a.framework(&a.Frameworks[i], verdicts, partial), err
				}
			}
			return FrameworkDetail{}, missing("show a framework", "framework")
		})
}

// verdicts returns the counts by check. Those of owners are not counted, so for a caller
// who sees some of them only open findings are.
func (a *API) verdicts(ctx context.Context, caller auth.Caller, at time.Time) (map[string]store.Verdicts, bool, error) {
	if caller.See.OnlyOwners == nil {
		verdicts, err := a.Store.Verdicts(ctx, caller.See, at)
		return verdicts, false, err
	}
	counts, err := a.Store.Open(ctx, caller.See, "check")
	verdicts := map[string]store.Verdicts{}
	for _, c := range counts {
		verdicts[c.Name] = store.Verdicts{Fail: c.Count}
	}
	return verdicts, true, err
}

func (a *API) framework(f *compliance.Framework, verdicts map[string]store.Verdicts, partial bool) FrameworkDetail {
	d := FrameworkDetail{Partial: partial, FrameworkSummary: FrameworkSummary{
		ID: f.ID, Title: f.Title, Version: f.Version, Requirements: len(f.Requirements), States: map[string]int{},
	}}
	for i := range f.Requirements {
		r := &f.Requirements[i]
		row := Requirement{ID: r.ID, Title: r.Title, Level: r.Level, Assessment: r.Assessment}
		var sum store.Verdicts
		for _, check := range r.Checks {
			v := verdicts[check]
			title := check
			if known := a.checks[check]; known != nil {
				title = known.Title
			}
			row.Checks = append(row.Checks, RequirementCheck{Check: check, Title: title, Verdicts: v})
			sum.Pass, sum.Fail, sum.Unknown = sum.Pass+v.Pass, sum.Fail+v.Fail, sum.Unknown+v.Unknown
		}
		row.State = stateOf(len(r.Checks), sum, partial)
		d.States[row.State]++
		d.Items = append(d.Items, row)
	}
	return d
}

func stateOf(checks int, sum store.Verdicts, partial bool) string {
	switch {
	case checks == 0:
		return "manual"
	case sum.Fail > 0:
		return "fail"
	case sum.Unknown > 0 || partial:
		return "unknown"
	case sum.Pass > 0:
		return "pass"
	default:
		return "not_applicable"
	}
}
