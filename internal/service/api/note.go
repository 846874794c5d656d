package api

import (
	"context"
	"encoding/json"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

// note appends to the audit log what a caller is about to do. What cannot be noted is not
// done.
func (a *API) note(ctx context.Context, caller auth.Caller, action, subject string, detail any) error {
	e := store.Entry{At: a.Now(), Actor: caller.User, Action: action, Subject: subject, Request: auth.RequestOf(ctx).ID, Address: auth.RequestOf(ctx).Address}
	if detail != nil {
		data, err := json.Marshal(detail)
		if err != nil {
			return estate.Errorf(estate.CodeInternal, "note "+action, "%w", err)
		}
		e.Detail = data
	}
	_, err := a.Store.Append(ctx, e)
	return err
}
