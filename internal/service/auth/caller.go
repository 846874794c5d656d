package auth

import (
	"context"

	"github.com/stance-sec/stance/internal/store"
)

// Caller is who a request comes from.
type Caller struct {
	// User is the id, Name what people call them.
	User, Name string
	Role       Role
	// See limits what they see.
	See store.Visible
	// Credential is the id of the session or token, Kind session or token.
	Credential, Kind string
	// CSRF is what writing requests of a session must carry in the header X-CSRF-Token.
	CSRF string
}

// Request is what is known of a request besides who it comes from.
type Request struct {
	// ID names it in logs and answers.
	ID string
	// Address is the peer's, without the port.
	Address string
	// Secure is whether it came over TLS.
	Secure bool
}

type (
	callerKey  struct{}
	requestKey struct{}
)

// WithCaller returns a context in which CallerOf finds c.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// CallerOf returns who asks; a Caller with the role Nobody, who sees nothing, when nobody
// signed in.
func CallerOf(ctx context.Context) Caller {
	if c, ok := ctx.Value(callerKey{}).(Caller); ok {
		return c
	}
	return Caller{See: store.Visible{OnlyAccounts: []string{}, OnlyOwners: []string{}}}
}

// WithRequest returns a context in which RequestOf finds r.
func WithRequest(ctx context.Context, r Request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

// RequestOf returns what is known of the request; nothing outside of one.
func RequestOf(ctx context.Context) Request {
	r, _ := ctx.Value(requestKey{}).(Request)
	return r
}
