package api

import (
	"context"
	"slices"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

type findingsIn struct {
	Paging
	Where
	Moment
	Checks     []string  `query:"check,explode" maxItems:"200" maxLength:"200"`
	Keys       []string  `query:"key,explode" maxItems:"500" maxLength:"100" doc:"keys of findings, such as those of an issue"`
	Resource   string    `query:"resource" maxLength:"2000" doc:"the id of a resource"`
	Severities []string  `query:"severity,explode" enum:"critical,high,medium,low,info"`
	State      string    `query:"state" enum:"open,unproven,excepted,resolved,unknown,all"`
	Since      time.Time `query:"since" doc:"those that opened, or were resolved when state is resolved, after it"`
}

// FindingDetail is a finding with what its check says.
type FindingDetail struct {
	store.Finding
	// About is the check; left out when this server has it no more.
	About *estate.Check `json:"about,omitempty"`
	// Requirements are those that the check answers.
	Requirements []RequirementRef `json:"requirements"`
}

// RequirementRef names a requirement of a framework.
type RequirementRef struct {
	Framework   string `json:"framework"`
	Requirement string `json:"requirement"`
	Title       string `json:"title"`
}

func (a *API) findings() {
	list(a, get("/findings", "list-findings", "List findings. Sorts: severity, since, check, resource, due", "posture"),
		func(ctx context.Context, caller auth.Caller, in *findingsIn, page store.PageRequest) (store.Page[store.Finding], error) {
			return a.Store.Findings(ctx, in.query(caller, page))
		})
	handle(a, get("/findings/{key}", "get-finding", "One finding, open or not, with its check", "posture"),
		func(ctx context.Context, caller auth.Caller, in *keyIn) (FindingDetail, error) {
			f, err := a.Store.Finding(ctx, caller.See, in.Key)
			if err != nil {
				return FindingDetail{}, err
			}
			return FindingDetail{Finding: f, About: a.about(f.Check), Requirements: a.requirementsOf(f.Check)}, nil
		})
	handle(a, get("/open", "count-open", "Open findings by severity, check, account, owner or type", "posture"),
		func(ctx context.Context, caller auth.Caller, in *struct {
			By string `query:"by" required:"true" enum:"severity,check,account,owner,type"`
		}) (Counts, error) {
			counts, err := a.Store.Open(ctx, caller.See, in.By)
			return Counts{counts}, err
		})
	handle(a, get("/checks", "list-checks", "All checks of this server", "posture"),
		func(context.Context, auth.Caller, *none) (Checks, error) { return Checks{slices.Clone(a.Checks)}, nil })
}

// Counts are numbers of things by name.
type Counts struct {
	Items []store.Count `json:"items"`
}

// Checks are all checks.
type Checks struct {
	Items []estate.Check `json:"items"`
}

func (in *findingsIn) query(caller auth.Caller, page store.PageRequest) store.FindingQuery {
	return store.FindingQuery{
		Visible: caller.See, Clouds: in.Clouds, Accounts: in.Accounts, Regions: in.Regions, Types: in.Types, Owners: in.Owners,
		Environments: in.Environments, Checks: in.Checks, Keys: in.Keys, Resource: in.Resource, Severities: severities(in.Severities),
		State: in.State, Text: in.Text, Since: in.Since, At: in.At, PageRequest: page,
	}
}

// about returns a copy of a check; nil when there is none of that id.
func (a *API) about(check string) *estate.Check {
	known := a.checks[check]
	if known == nil {
		return nil
	}
	c := *known
	return &c
}

// requirementsOf returns the requirements that a check answers.
func (a *API) requirementsOf(check string) []RequirementRef {
	var refs []RequirementRef
	for i := range a.Frameworks {
		for _, r := range a.Frameworks[i].Requirements {
			if contains(r.Checks, check) {
				refs = append(refs, RequirementRef{a.Frameworks[i].ID, r.ID, r.Title})
			}
		}
	}
	return refs
}
