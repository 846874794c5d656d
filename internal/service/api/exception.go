package api

import (
	"context"
	"time"

	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

// NewException asks for findings or an issue to be set aside.
type NewException struct {
	// Subject is what Key names.
	Subject string `json:"subject" enum:"finding,issue,check,resource"`
	// Key is the key of a finding or issue, or the id of a check or resource.
	Key string `json:"key" minLength:"1" maxLength:"2000"`
	// Accounts limit an exception from a check, and name the account of a resource.
	Accounts []string `json:"accounts,omitempty" maxItems:"1000" maxLength:"200"`
	Reason   string   `json:"reason" minLength:"3" maxLength:"2000"`
	// Expires is when it ends by itself: at most 365 days away.
	Expires time.Time `json:"expires"`
}

type exceptionsIn struct {
	Paging
	State string `query:"state" enum:"active,waiting,ended,all"`
}

func (a *API) exceptions() {
	list(a, get("/exceptions", "list-exceptions", "Exceptions, the one that ends first first", "exceptions"), a.seenExceptions)
	handle(a, get("/exceptions/{id}", "get-exception", "One exception", "exceptions"),
		func(ctx context.Context, caller auth.Caller, in *ByID) (store.Exception, error) {
			return a.exception(ctx, caller, in.ID)
		})
	handle(a, post("/exceptions", "create-exception", "Ask for findings or an issue to be set aside for a time", "exceptions", auth.Analyst).created(),
		func(ctx context.Context, caller auth.Caller, in *struct{ Body NewException }) (store.Exception, error) {
			return a.askException(ctx, caller, in.Body)
		})
	handle(a, post("/exceptions/{id}/approve", "approve-exception", "Approve an exception that somebody else asked for", "exceptions", auth.Approver),
		func(ctx context.Context, caller auth.Caller, in *ByID) (store.Exception, error) {
			return a.approve(ctx, caller, in.ID)
		})
	handle(a, post("/exceptions/{id}/end", "end-exception", "End an exception; who asked for it may, and approvers", "exceptions", auth.Analyst),
		func(ctx context.Context, caller auth.Caller, in *ByID) (store.Exception, error) {
			return a.endException(ctx, caller, in.ID)
		})
}
