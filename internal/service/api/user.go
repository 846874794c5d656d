package api

import (
	"context"
	"time"

	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

// User may sign in.
type User struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email,omitempty"`
	Role  string `json:"role" enum:"viewer,analyst,approver,admin"`
	// Accounts and Owners limit what is seen.
	Accounts Limits `json:"accounts"`
	Owners   Limits `json:"owners"`
	// Issuer and Subject are those of the identity provider; empty for local users.
	Issuer   string    `json:"issuer,omitempty"`
	Subject  string    `json:"subject,omitempty"`
	Local    bool      `json:"local"`
	Created  time.Time `json:"created"`
	Seen     time.Time `json:"seen,omitzero"`
	Disabled time.Time `json:"disabled,omitzero"`
}

// Users are all users.
type Users struct {
	Items []User `json:"items"`
}

// NewUser is a user to be.
type NewUser struct {
	Name     string `json:"name" minLength:"1" maxLength:"200"`
	Email    string `json:"email,omitempty" maxLength:"320"`
	Role     string `json:"role" enum:"viewer,analyst,approver,admin"`
	Accounts Limits `json:"accounts,omitempty"`
	Owners   Limits `json:"owners,omitempty"`
}

// UserCreated is a new user with the password, which is shown once.
type UserCreated struct {
	User     User   `json:"user"`
	Password string `json:"password"`
}

// UserChange replaces what is said of a user; what is left out stays.
type UserChange struct {
	Name     *string `json:"name,omitempty" minLength:"1" maxLength:"200"`
	Email    *string `json:"email,omitempty" maxLength:"320"`
	Role     *string `json:"role,omitempty" enum:"viewer,analyst,approver,admin"`
	Accounts *Limits `json:"accounts,omitempty"`
	Owners   *Limits `json:"owners,omitempty"`
	// Everything takes the limits away.
	Everything bool `json:"everything,omitempty"`
	// Disabled is whether the user may not sign in.
	Disabled *bool `json:"disabled,omitempty"`
}

// NewPassword is a password that is shown once.
type NewPassword struct {
	Password string `json:"password"`
}

// Credentials are sessions or tokens.
type Credentials struct {
	Items []store.Credential `json:"items"`
}

// NewToken is a token to be.
type NewToken struct {
	Name string `json:"name" minLength:"1" maxLength:"200"`
	// Role is at most one's own; one's own when it is left out.
	Role string `json:"role,omitempty" enum:"viewer,analyst,approver,admin"`
	// Expires is at most 365 days away.
	Expires time.Time `json:"expires"`
}

// TokenCreated is a new token with its secret, which is shown once.
type TokenCreated struct {
	Token  store.Credential `json:"token"`
	Secret string           `json:"secret"`
}

type userChangeIn struct {
	ByID
	Body UserChange
}

type userCredentialIn struct {
	ByID
	Credential string `path:"credential" maxLength:"100"`
}

func (a *API) users() {
	const tag = "people"
	handle(a, get("/users", "list-users", "All users", tag).as(auth.Admin).byWhole(), a.listUsers)
	handle(a, post("/users", "create-user", "Add a local user; the answer holds the password, once", tag, auth.Admin).created().byWhole(),
		func(ctx context.Context, caller auth.Caller, in *struct{ Body NewUser }) (UserCreated, error) {
			return a.createUser(ctx, caller, in.Body)
		})
	handle(a, get("/users/{id}", "get-user", "One user", tag).as(auth.Admin).byWhole(),
		func(ctx context.Context, _ auth.Caller, in *ByID) (User, error) {
			u, err := a.Store.User(ctx, in.ID)
			return userOf(u), err
		})
	change := post("/users/{id}", "change-user", "Change a user", tag, auth.Admin).byWhole()
	change.method = "PATCH"
	handle(a, change, a.changeUser)
	perform(a, remove("/users/{id}", "disable-user", "Disable a user and end all sessions and tokens", tag, auth.Admin).byWhole(), a.disableUser)
	handle(a, post("/users/{id}/password", "reset-password", "Give a local user a new password, shown once", tag, auth.Admin).byWhole(), a.resetPassword)
	handle(a, get("/users/{id}/tokens", "list-user-tokens", "The tokens of a user", tag).as(auth.Admin).byWhole(),
		func(ctx context.Context, _ auth.Caller, in *ByID) (Credentials, error) {
			return a.credentials(ctx, in.ID, "token")
		})
	perform(a, remove("/users/{id}/tokens/{credential}", "revoke-user-token", "Revoke a token of a user", tag, auth.Admin).byWhole(),
		func(ctx context.Context, caller auth.Caller, in *userCredentialIn) error {
			return a.revoke(ctx, caller, in.ID, "token", in.Credential)
		})
}

func (a *API) tokens() {
	const tag = "people"
	handle(a, get("/tokens", "list-tokens", "One's own API tokens", tag),
		func(ctx context.Context, caller auth.Caller, _ *none) (Credentials, error) {
			return a.credentials(ctx, caller.User, "token")
		})
	handle(a, post("/tokens", "create-token", "Make an API token; the answer holds the secret, once", tag, auth.Viewer).created(),
		func(ctx context.Context, caller auth.Caller, in *struct{ Body NewToken }) (TokenCreated, error) {
			return a.createToken(ctx, caller, in.Body)
		})
	perform(a, remove("/tokens/{id}", "revoke-token", "Revoke one of one's own tokens", tag, auth.Viewer),
		func(ctx context.Context, caller auth.Caller, in *ByID) error {
			return a.revoke(ctx, caller, caller.User, "token", in.ID)
		})
}
