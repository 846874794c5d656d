package api

import (
	"context"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

// Access answers who may do what, as far as a reader sees.
type Access interface {
	// Identities lists users, roles and sign-in providers, by account and id.
	Identities(ctx context.Context, see store.Visible) ([]Identity, error)
	// WhoCan lists everyone who may do an action on a resource.
	WhoCan(ctx context.Context, see store.Visible, q AccessQuestion) (Holders, error)
	// WhatCan lists what a principal may do; of one service when it is not empty.
	WhatCan(ctx context.Context, see store.Visible, principal, service string) (Permissions, error)
	// Explain says whether a principal may do an action on a resource, and why.
	Explain(ctx context.Context, see store.Visible, q AccessQuestion) (Explanation, error)
}

// AccessQuestion is what is asked about access.
type AccessQuestion struct {
	Principal, Action, Resource string
	// Given settles condition keys of the request; an empty list says the key is absent.
	Given map[string][]string
}

// Identity is a user, role or sign-in provider.
type Identity struct {
	ARN     string `json:"arn"`
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	Account string `json:"account"`
	// Human is whether a person signs in with it.
	Human    estate.Tri                `json:"human"`
	Owner    string                    `json:"owner,omitempty"`
	Evidence []estate.BusinessEvidence `json:"owner_evidence"`
	Created  *time.Time                `json:"created,omitempty"`
	LastUsed *time.Time                `json:"last_used,omitempty"`
	// Use is used, unused or unknown.
	Use           string        `json:"use"`
	Keys          []IdentityKey `json:"keys"`
	Trusts        []Trust       `json:"trusted_by"`
	Administrator estate.Tri    `json:"administrator"`
	// Reads is how many of all data stores it can read, Perhaps how many more it might;
	// null for providers, which reach what their roles do.
	Reads   *int `json:"stores_readable"`
	Perhaps *int `json:"stores_perhaps"`
	Stores  *int `json:"stores"`
}

// IdentityKey is an access key.
type IdentityKey struct {
	Created  *time.Time `json:"created,omitempty"`
	LastUsed *time.Time `json:"last_used,omitempty"`
	Use      string     `json:"use"`
}

// Trust is who may take a role.
type Trust struct {
	Kind        string `json:"kind"`
	Who         string `json:"who,omitempty"`
	Foreign     bool   `json:"foreign"`
	Conditional bool   `json:"conditional"`
}

// Decision is an answer about access.
type Decision struct {
	// Outcome is allow, deny-explicit, deny-implicit, conditional or unknown.
	Outcome string       `json:"outcome"`
	By      StatementRef `json:"by"`
	// Residue is the condition that stays open, in words; Terms the same in parts: one of
	// the lists must hold whole.
	Residue string           `json:"residue,omitempty"`
	Terms   [][]string       `json:"terms"`
	Unknown []estate.Unknown `json:"unknown"`
	// Trace is everything that was weighed; only of explain.
	Trace []string `json:"trace"`
}

// StatementRef is the statement that decided.
type StatementRef struct {
	Layer     string `json:"layer"`
	Level     int    `json:"level,omitempty"`
	Policy    string `json:"policy,omitempty"`
	Statement int    `json:"statement"`
	SID       string `json:"sid,omitempty"`
}

// Holder is somebody who may.
type Holder struct {
	Principal string `json:"principal"`
	Kind      string `json:"kind"`
	Account   string `json:"account,omitempty"`
	// Outside is whether it is not of this estate.
	Outside bool `json:"outside"`
	Decision
}

// Holders are all who may, as far as the caller sees.
type Holders struct {
	Items []Holder `json:"items"`
	// Hidden is how many more may whom the caller does not see.
	Hidden int `json:"hidden"`
	// Known is of when the answer is.
	Known time.Time `json:"known"`
}

// Permission is what a principal may do on a resource.
type Permission struct {
	Service  string   `json:"service"`
	Levels   []string `json:"levels"`
	Actions  []string `json:"actions"`
	All      bool     `json:"all_of_service"`
	Resource string   `json:"resource"`
	Outcome  string   `json:"outcome"`
	Terms    string   `json:"terms,omitempty"`
	By       string   `json:"by"`
}

// Permissions are all that a principal may do by its own policies.
type Permissions struct {
	Principal string       `json:"principal"`
	Items     []Permission `json:"items"`
	Known     time.Time    `json:"known"`
}

// Explanation is one decision with everything that was weighed.
type Explanation struct {
	Principal string `json:"principal"`
	Action    string `json:"action"`
	Resource  string `json:"resource"`
	Decision
	Known time.Time `json:"known"`
}

// AccessTo asks for an action on a resource.
type AccessTo struct {
	Action   string   `query:"action" required:"true" pattern:"^[A-Za-z0-9-]{1,64}:[A-Za-z0-9]{1,128}$" doc:"one action, such as s3:GetObject"`
	Resource string   `query:"resource" required:"true" maxLength:"2000"`
	Given    []string `query:"given,explode" maxItems:"50" maxLength:"1000" doc:"settles a condition key, as key=value; key= says it is absent"`
}

type explainIn struct {
	Principal string `query:"principal" required:"true" maxLength:"2000" doc:"the ARN or the name of a user or role, the name of a service, or anonymous"`
	AccessTo
}

type whatCanIn struct {
	Principal string `query:"principal" required:"true" maxLength:"2000"`
	Service   string `query:"service" pattern:"^[a-z0-9-]*$" maxLength:"64"`
}

type identitiesIn struct {
	Paging
	Machines bool     `query:"machines" doc:"only those that no person signs in with"`
	Kinds    []string `query:"kind,explode" maxItems:"10" maxLength:"40"`
	Accounts []string `query:"account,explode" maxItems:"200" maxLength:"200"`
	Text     string   `query:"text" maxLength:"300"`
}

func (a *API) access() {
	list(a, get("/identities", "list-identities", "Users, roles and sign-in providers with owner, age, last use, trust and reach. Sorts: name, created, used, reach", "access"), a.identities)
	handle(a, get("/access/who-can", "who-can", "Everyone who may do an action on a resource", "access"),
		func(ctx context.Context, caller auth.Caller, in *AccessTo) (Holders, error) {
			given, err := settled(in.Given)
			if err != nil {
				return Holders{}, err
			}
			return a.Access.WhoCan(ctx, caller.See, AccessQuestion{Action: in.Action, Resource: in.Resource, Given: given})
		})
	handle(a, get("/access/what-can", "what-can", "What a principal may do, by service and resource", "access"),
		func(ctx context.Context, caller auth.Caller, in *whatCanIn) (Permissions, error) {
			return a.Access.WhatCan(ctx, caller.See, in.Principal, in.Service)
		})
	handle(a, get("/access/explain", "explain-access", "Whether a principal may do an action on a resource, and which statement decided", "access"),
		func(ctx context.Context, caller auth.Caller, in *explainIn) (Explanation, error) {
			given, err := settled(in.Given)
			if err != nil {
				return Explanation{}, err
			}
			return a.Access.Explain(ctx, caller.See, AccessQuestion{Principal: in.Principal, Action: in.Action, Resource: in.Resource, Given: given})
		})
}
