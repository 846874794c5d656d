package api

import (
	"context"

	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

// Settings is the configuration of a server without secrets.
type Settings struct {
	Version  string           `json:"version"`
	Sections []SettingSection `json:"sections"`
}

// SettingSection is settings that belong together.
type SettingSection struct {
	Name  string         `json:"name"`
	Items []SettingValue `json:"items"`
}

// SettingValue is one setting in words. A secret says only whether it is set.
type SettingValue struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type auditIn struct {
	Paging
	Actor  string `query:"actor" maxLength:"200"`
	Action string `query:"action" maxLength:"100"`
}

// Verification is whether the chain of the audit log holds.
type Verification struct {
	Holds bool `json:"holds"`
	// Broken is the first entry that does not fit; left out when all do.
	Broken *store.Entry `json:"broken,omitempty"`
}

func (a *API) audits() {
	const tag = "people"
	list(a, get("/audit", "list-audit", "Everything that changed something, newest first", tag).as(auth.Admin).byWhole(),
		func(ctx context.Context, caller auth.Caller, in *auditIn, page store.PageRequest) (store.Page[store.Entry], error) {
			if err := everything(caller, "read the audit log"); err != nil {
				return store.Page[store.Entry]{}, err
			}
			return a.Store.Entries(ctx, in.Actor, in.Action, page)
		})
	handle(a, get("/audit/verify", "verify-audit", "Recompute the chain of the audit log", tag).as(auth.Admin).byWhole(),
		func(ctx context.Context, _ auth.Caller, _ *none) (Verification, error) {
			broken, err := a.Store.Verify(ctx)
			return Verification{Holds: broken == nil, Broken: broken}, err
		})
}

func (a *API) settings() {
	handle(a, get("/settings", "get-settings", "The configuration of this server without secrets", "people").as(auth.Admin).byWhole(),
		func(context.Context, auth.Caller, *none) (Settings, error) { return a.Settings(), nil })
}
