package api

import (
	"context"
	"time"

	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

// meOf returns who a caller is.
func (a *API) meOf(ctx context.Context, caller auth.Caller) (Me, error) {
	u, err := a.Store.User(ctx, caller.User)
	if err != nil {
		return Me{}, err
	}
	return Me{
		ID: u.ID, Name: u.Name, Email: u.Email, Role: string(caller.Role), Accounts: Limits(u.Accounts), Owners: Limits(u.Owners),
		Local: u.Password != "", Kind: caller.Kind,
	}, nil
}

func userOf(u store.User) User {
	return User{
		ID: u.ID, Name: u.Name, Email: u.Email, Role: u.Role, Accounts: Limits(u.Accounts), Owners: Limits(u.Owners),
		Issuer: u.Issuer, Subject: u.Subject, Local: u.Password != "", Created: u.Created, Seen: u.Seen, Disabled: u.Disabled,
	}
}

func (a *API) listUsers(ctx context.Context, _ auth.Caller, _ *none) (Users, error) {
	all, err := a.Store.ListUsers(ctx)
	var out Users
	for i := range all {
		out.Items = append(out.Items, userOf(all[i]))
	}
	return out, err
}

func (a *API) createUser(ctx context.Context, caller auth.Caller, in NewUser) (UserCreated, error) {
	if err := a.note(ctx, caller, "user.create", in.Name, in); err != nil {
		return UserCreated{}, err
	}
	u, password, err := a.Auth.CreateUser(ctx, store.User{Name: in.Name, Email: in.Email, Role: in.Role, Accounts: in.Accounts, Owners: in.Owners}, true)
	return UserCreated{User: userOf(u), Password: password}, err
}

func (a *API) changeUser(ctx context.Context, caller auth.Caller, in *userChangeIn) (User, error) {
	if err := a.note(ctx, caller, "user.change", in.ID, in.Body); err != nil {
		return User{}, err
	}
	u, err := a.Auth.ChangeUser(ctx, in.ID, func(u *store.User) error { return in.Body.apply(u, a.Now()) })
	return userOf(u), err
}

// apply changes what was given.
func (c *UserChange) apply(u *store.User, now time.Time) error {
	if c.Everything && (c.Accounts != nil || c.Owners != nil) {
		return invalid("change a user", "everything takes all limits away; give either it or limits")
	}
	if c.Name != nil {
		u.Name = *c.Name
	}
	if c.Email != nil {
		u.Email = *c.Email
	}
	if c.Role != nil {
		u.Role = *c.Role
	}
	if c.Everything {
		u.Accounts, u.Owners = nil, nil
	}
	if c.Accounts != nil {
		u.Accounts = *c.Accounts
	}
	if c.Owners != nil {
		u.Owners = *c.Owners
	}
	if c.Disabled != nil {
		u.Disabled = time.Time{}
		if *c.Disabled {
			u.Disabled = now
		}
	}
	return nil
}

func (a *API) disableUser(ctx context.Context, caller auth.Caller, in *ByID) error {
	if err := a.note(ctx, caller, "user.disable", in.ID, nil); err != nil {
		return err
	}
	_, err := a.Auth.ChangeUser(ctx, in.ID, func(u *store.User) error {
		u.Disabled = a.Now()
		return nil
	})
	return err
}

func (a *API) resetPassword(ctx context.Context, caller auth.Caller, in *ByID) (NewPassword, error) {
	if err := a.note(ctx, caller, "user.password", in.ID, nil); err != nil {
		return NewPassword{}, err
	}
	password, err := a.Auth.ResetPassword(ctx, in.ID)
	return NewPassword{password}, err
}

func (a *API) changePassword(ctx context.Context, caller auth.Caller, in *struct{ Body PasswordChange }) error {
	if caller.Kind != auth.KindSession {
		return invalid("change a password", "that takes a session, not a token")
	}
	if err := a.note(ctx, caller, "user.password", caller.User, nil); err != nil {
		return err
	}
	return a.Auth.ChangePassword(ctx, caller, in.Body.Old, in.Body.Fresh)
}

// credentials lists those of a user that still hold.
func (a *API) credentials(ctx context.Context, user, kind string) (Credentials, error) {
	all, err := a.Store.Credentials(ctx, user, kind)
	var out Credentials
	for _, c := range all {
		if c.Revoked.IsZero() && a.Now().Before(c.Expires) {
			out.Items = append(out.Items, c)
		}
	}
	return out, err
}

const mostTokenDays = 365

func (a *API) createToken(ctx context.Context, caller auth.Caller, in NewToken) (TokenCreated, error) {
	if !in.Expires.After(a.Now()) || in.Expires.After(a.Now().AddDate(0, 0, mostTokenDays)) {
		return TokenCreated{}, invalid("make a token", "it has to expire between now and in %d days", mostTokenDays)
	}
	if err := a.note(ctx, caller, "token.create", in.Name, in); err != nil {
		return TokenCreated{}, err
	}
	c, secret, err := a.Auth.CreateToken(ctx, caller, in.Name, auth.Role(in.Role), in.Expires)
	return TokenCreated{Token: c, Secret: secret}, err
}

// revoke ends a session or token of a user.
func (a *API) revoke(ctx context.Context, caller auth.Caller, user, kind, id string) error {
	all, err := a.credentials(ctx, user, kind)
	if err != nil {
		return err
	}
	for i := range all.Items {
		if all.Items[i].ID == id {
			if err := a.note(ctx, caller, kind+".revoke", id, nil); err != nil {
				return err
			}
			return a.Auth.Revoke(ctx, user, id)
		}
	}
	return missing("revoke a "+kind, kind)
}
