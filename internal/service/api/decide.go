package api

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

// mostDays is how long an exception may hold.
const mostDays = 365

// newID returns a name that nobody can guess, and that nothing else has.
func newID(kind string) string { return kind + "-" + strings.ToLower(rand.Text()) }

// seenExceptions returns a page of exceptions without those that the caller may not see; a
// page may so have fewer rows than were asked for.
func (a *API) seenExceptions(ctx context.Context, caller auth.Caller, in *exceptionsIn, request store.PageRequest) (store.Page[store.Exception], error) {
	if !caller.See.Everything() {
		request.Count = false
	}
	page, err := a.Store.Exceptions(ctx, in.State, a.Now(), request)
	if err != nil || caller.See.Everything() {
		return page, err
	}
	seen := page.Items[:0:0]
	for i := range page.Items {
		err := a.subject(ctx, caller, &page.Items[i])
		switch estate.CodeOf(err) {
		case "":
			seen = append(seen, page.Items[i])
		case estate.CodeNotFound, estate.CodeDenied, estate.CodeInvalid:
		default:
			return store.Page[store.Exception]{}, err
		}
	}
	page.Items = seen
	return page, nil
}

// subject refuses an exception about what the caller does not see, or what is not there.
func (a *API) subject(ctx context.Context, caller auth.Caller, e *store.Exception) error {
	const op = "find what is set aside"
	switch e.Subject {
	case "finding":
		_, err := a.Store.Finding(ctx, caller.See, e.Key)
		return err
	case "issue":
		_, err := a.Store.Issue(ctx, caller.See, e.Key)
		return err
	case "resource":
		if len(e.Accounts) != 1 {
			return invalid(op, "accounts names the one account of the resource")
		}
		_, err := a.Store.Resource(ctx, caller.See, store.Key{Account: e.Accounts[0], ID: e.Key}, e.Created)
		return err
	case "check":
		if a.checks[e.Key] == nil {
			return missing(op, "check")
		}
		if caller.See.OnlyOwners != nil || !within(caller.See, e.Accounts) {
			return estate.Errorf(estate.CodeDenied, op, "it concerns more than you see")
		}
		return nil
	default:
		return invalid(op, "there is no subject %q", e.Subject)
	}
}

// exception returns one that the caller sees.
func (a *API) exception(ctx context.Context, caller auth.Caller, id string) (store.Exception, error) {
	e, err := a.Store.Exception(ctx, id)
	if err != nil {
		return store.Exception{}, err
	}
	if err := a.subject(ctx, caller, &e); err != nil && !caller.See.Everything() {
		return store.Exception{}, missing("find an exception", "exception")
	}
	return e, nil
}

func (a *API) askException(ctx context.Context, caller auth.Caller, in NewException) (store.Exception, error) {
	now := a.Now()
	if !in.Expires.After(now) || in.Expires.After(now.AddDate(0, 0, mostDays)) {
		return store.Exception{}, invalid("ask for an exception", "it has to expire between now and in %d days", mostDays)
	}
	e := store.Exception{
		ID: newID("exception"), Subject: in.Subject, Key: in.Key, Accounts: in.Accounts, Reason: in.Reason, By: caller.User, Created: now, Expires: in.Expires.UTC(),
	}
	if err := a.subject(ctx, caller, &e); err != nil {
		return store.Exception{}, err
	}
	return e, a.keepException(ctx, caller, "exception.create", e)
}

func (a *API) keepException(ctx context.Context, caller auth.Caller, action string, e store.Exception) error {
	if err := a.note(ctx, caller, action, e.ID, e); err != nil {
		return err
	}
	if err := a.Store.PutException(ctx, e); err != nil || a.Decided == nil {
		return err
	}
	return a.Decided(ctx)
}

// approve has an exception count. Nobody approves what they asked for themselves, unless
// nobody else could or they run the server.
func (a *API) approve(ctx context.Context, caller auth.Caller, id string) (store.Exception, error) {
	const op = "approve an exception"
	e, err := a.exception(ctx, caller, id)
	if err != nil {
		return e, err
	}
	if e.Approved != "" || !e.Ended.IsZero() || !a.Now().Before(e.Expires) {
		return e, estate.Errorf(estate.CodeGone, op, "it does not wait for approval")
	}
	if e.By == caller.User && caller.Role != auth.Admin {
		alone, err := a.alone(ctx, caller.User)
		if err != nil {
			return e, err
		}
		if !alone {
			return e, estate.Errorf(estate.CodeDenied, op, "somebody else has to approve what you asked for")
		}
	}
	e.Approved = caller.User
	return e, a.keepException(ctx, caller, "exception.approve", e)
}

// alone reports whether no other user may approve.
func (a *API) alone(ctx context.Context, user string) (bool, error) {
	users, err := a.Store.ListUsers(ctx)
	return !slices.ContainsFunc(users, func(u store.User) bool {
		return u.ID != user && u.Disabled.IsZero() && auth.Role(u.Role).Includes(auth.Approver)
	}), err
}

func (a *API) endException(ctx context.Context, caller auth.Caller, id string) (store.Exception, error) {
	const op = "end an exception"
	e, err := a.exception(ctx, caller, id)
	if err != nil {
		return e, err
	}
	if !e.Ended.IsZero() {
		return e, estate.Errorf(estate.CodeGone, op, "it has ended")
	}
	if e.By != caller.User && !caller.Role.Includes(auth.Approver) {
		return e, estate.Errorf(estate.CodeDenied, op, "who asked for it may, and approvers")
	}
	e.Ended, e.EndedBy = a.Now(), caller.User
	return e, a.keepException(ctx, caller, "exception.end", e)
}
