package auth

import (
	"net/http"
	"time"
)

// The kinds of credentials.
const (
	KindSession = "session"
	KindToken   = "token"
)

// The cookies of a server.
const (
	SessionCookie = "stance_session"
	OIDCCookie    = "stance_oidc"
)

// Session is a session that was opened.
type Session struct {
	// Value goes into the cookie, which is kept for Lasts.
	Value  string
	Lasts  time.Duration
	Caller Caller
}

// SetCookie returns the cookie of the session. Secure is whether it travels over TLS only.
func (s *Session) SetCookie(secure bool) http.Cookie {
	c := cookie(SessionCookie, s.Value, secure) //nolint:gosec // Secure follows whether people reach this server over TLS
	c.MaxAge = int(s.Lasts / time.Second)
	return c
}

// FlowCookie returns the cookie that a browser brings back from the identity provider.
func FlowCookie(value string, secure bool) http.Cookie {
	c := cookie(OIDCCookie, value, secure) //nolint:gosec // Secure follows whether people reach this server over TLS
	c.Path, c.MaxAge = "/auth/oidc", int(flowLife/time.Second)
	return c
}

// ClearCookie returns a cookie that takes one away.
func ClearCookie(name string, secure bool) http.Cookie {
	c := cookie(name, "", secure) //nolint:gosec // Secure follows whether people reach this server over TLS
	c.MaxAge = -1
	if name == OIDCCookie {
		c.Path = "/auth/oidc"
	}
	return c
}

func cookie(name, value string, secure bool) http.Cookie {
	return http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode} //nolint:gosec // Secure follows whether people reach this server over TLS
}

// flowLife is how long signing in with the identity provider may take.
const flowLife = 10 * time.Minute
