package api

import (
	"context"
	"net/http"
	"time"

	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

// Auth signs people and programs in.
type Auth interface {
	// SignIn opens a session for a name and password.
	SignIn(ctx context.Context, name, password string) (auth.Session, error)
	// SignOut ends the session that a caller came with.
	SignOut(ctx context.Context, caller auth.Caller) error
	// Provider is what people call the identity provider; empty when there is none.
	Provider() string
	// Begin starts signing in with the provider: where to send the browser, and what it
	// must bring back in a cookie.
	Begin(ctx context.Context, back string) (address, cookie string, err error)
	// Complete ends it and says where to send the browser.
	Complete(ctx context.Context, cookie, state, code, failure string) (session auth.Session, back string, err error)

	// CreateUser adds a user; the password is that of a local user, shown once.
	CreateUser(ctx context.Context, u store.User, local bool) (created store.User, password string, err error)
	// ChangeUser replaces what is said of a user, whose sessions end when that takes
	// something away.
	ChangeUser(ctx context.Context, id string, change func(*store.User) error) (store.User, error)
	// ResetPassword gives a local user a new password, and ends the sessions.
	ResetPassword(ctx context.Context, id string) (password string, err error)
	// ChangePassword replaces a password that the caller knows.
	ChangePassword(ctx context.Context, caller auth.Caller, old, fresh string) error
	// CreateToken makes a token, whose secret is shown once.
	CreateToken(ctx context.Context, caller auth.Caller, name string, role auth.Role, expires time.Time) (store.Credential, string, error)
	// Revoke ends a session or token of a user by its id.
	Revoke(ctx context.Context, user, id string) error
}

// Me is who is signed in.
type Me struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email,omitempty"`
	Role  string `json:"role" enum:"viewer,analyst,approver,admin"`
	// Accounts and Owners limit what is seen.
	Accounts Limits `json:"accounts"`
	Owners   Limits `json:"owners"`
	// Local is whether there is a password to change.
	Local bool `json:"local"`
	// Kind is session or token.
	Kind string `json:"kind" enum:"session,token"`
}

// SessionState is whether somebody is signed in, and how one can.
type SessionState struct {
	// User is left out when nobody is signed in.
	User *Me `json:"user,omitempty"`
	// CSRF goes into the header X-CSRF-Token of writing requests.
	CSRF string `json:"csrf,omitempty"`
	// Provider is what people call the identity provider; empty when there is none.
	Provider string `json:"provider,omitempty"`
	Version  string `json:"version"`
}

// Login is a name and password.
type Login struct {
	Name     string `json:"name" minLength:"1" maxLength:"200"`
	Password string `json:"password" minLength:"1" maxLength:"1000" format:"password"`
}

type sessionOut struct {
	Cookies []http.Cookie `header:"Set-Cookie"`
	Body    SessionState
}

type redirectOut struct {
	Status   int
	Cookies  []http.Cookie `header:"Set-Cookie"`
	Location string        `header:"Location"`
}

type startIn struct {
	Back string `query:"back" maxLength:"1000" doc:"a path of the dashboard to return to"`
}

type callbackIn struct {
	Cookie string `cookie:"stance_oidc" maxLength:"2000"`
	State  string `query:"state" maxLength:"500"`
	Code   string `query:"code" maxLength:"4000"`
	Error  string `query:"error" maxLength:"500"`
	About  string `query:"error_description" maxLength:"4000"`
	URI    string `query:"error_uri" maxLength:"4000"`
	Issuer string `query:"iss" maxLength:"1000"`
	Scope  string `query:"scope" maxLength:"4000"`
	Sess   string `query:"session_state" maxLength:"1000"`
}

// PasswordChange replaces a password.
type PasswordChange struct {
	Old   string `json:"old" minLength:"1" maxLength:"1000" format:"password"`
	Fresh string `json:"new" minLength:"12" maxLength:"1000" format:"password"`
}

func (a *API) sessions() {
	open := func(method, path, id, summary string) operation {
		return operation{id: id, method: method, path: path, summary: summary, tag: "sign-in", role: auth.Nobody}
	}
	serve(a, open(http.MethodGet, "/auth/session", "get-session", "Whether somebody is signed in, and how one can"), a.session)
	serve(a, open(http.MethodPost, "/auth/login", "sign-in", "Sign in with a name and password"), a.signIn)
	serve(a, open(http.MethodPost, "/auth/logout", "sign-out", "End the session"), a.signOut)
	redirect := open(http.MethodGet, "/auth/oidc/start", "start-oidc", "Sign in with the identity provider")
	redirect.status = http.StatusFound
	serve(a, redirect, a.startOIDC)
	redirect.path, redirect.id, redirect.summary = "/auth/oidc/callback", "finish-oidc", "Where the identity provider sends the browser back"
	serve(a, redirect, a.finishOIDC)
}

func (a *API) me() {
	handle(a, get("/me", "get-me", "Who is signed in", "sign-in"),
		func(ctx context.Context, caller auth.Caller, _ *none) (Me, error) { return a.meOf(ctx, caller) })
	perform(a, post("/me/password", "change-password", "Change one's own password", "sign-in", auth.Viewer), a.changePassword)
	handle(a, get("/me/sessions", "list-sessions", "One's own sessions", "sign-in"),
		func(ctx context.Context, caller auth.Caller, _ *none) (Credentials, error) {
			return a.credentials(ctx, caller.User, "session")
		})
	perform(a, remove("/me/sessions/{id}", "end-session", "End one of one's own sessions", "sign-in", auth.Viewer),
		func(ctx context.Context, caller auth.Caller, in *ByID) error {
			return a.revoke(ctx, caller, caller.User, "session", in.ID)
		})
}
