package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/stance-sec/stance/internal/service/auth"
)

// serve registers an operation whose answer has headers.
func serve[I, O any](a *API, o operation, do func(ctx context.Context, caller auth.Caller, in *I) (*O, error)) {
	huma.Register(a.huma, a.humaOperation(o), func(ctx context.Context, in *I) (*O, error) {
		out, err := do(ctx, auth.CallerOf(ctx), in)
		if err != nil {
			return nil, problemOf(ctx, err)
		}
		return out, nil
	})
}

func (a *API) session(ctx context.Context, caller auth.Caller, _ *none) (*sessionOut, error) {
	return a.sessionOf(ctx, caller)
}

func (a *API) sessionOf(ctx context.Context, caller auth.Caller, cookies ...http.Cookie) (*sessionOut, error) {
	out := &sessionOut{Cookies: cookies, Body: SessionState{Provider: a.Auth.Provider(), Version: a.Version}}
	if caller.Role != auth.Nobody {
		me, err := a.meOf(ctx, caller)
		if err != nil {
			return nil, err
		}
		out.Body.User, out.Body.CSRF = &me, caller.CSRF
	}
	return out, nil
}

func (a *API) signIn(ctx context.Context, _ auth.Caller, in *struct{ Body Login }) (*sessionOut, error) {
	session, err := a.Auth.SignIn(ctx, in.Body.Name, in.Body.Password)
	if err != nil {
		return nil, err
	}
	return a.sessionOf(ctx, session.Caller, session.SetCookie(auth.RequestOf(ctx).Secure))
}

func (a *API) signOut(ctx context.Context, caller auth.Caller, _ *none) (*sessionOut, error) {
	if caller.Kind == auth.KindSession {
		if err := a.Auth.SignOut(ctx, caller); err != nil {
			return nil, err
		}
	}
	return a.sessionOf(ctx, auth.Caller{}, auth.ClearCookie(auth.SessionCookie, auth.RequestOf(ctx).Secure))
}

func (a *API) startOIDC(ctx context.Context, _ auth.Caller, in *startIn) (*redirectOut, error) {
	address, value, err := a.Auth.Begin(ctx, path(in.Back))
	if err != nil {
		return nil, err
	}
	cookie := auth.FlowCookie(value, auth.RequestOf(ctx).Secure)
	return &redirectOut{Status: http.StatusFound, Location: address, Cookies: []http.Cookie{cookie}}, nil
}

func (a *API) finishOIDC(ctx context.Context, _ auth.Caller, in *callbackIn) (*redirectOut, error) {
	session, back, err := a.Auth.Complete(ctx, in.Cookie, in.State, in.Code, in.Error)
	if err != nil {
		return nil, err
	}
	secure := auth.RequestOf(ctx).Secure
	cookies := []http.Cookie{session.SetCookie(secure), auth.ClearCookie(auth.OIDCCookie, secure)}
	return &redirectOut{Status: http.StatusFound, Location: path(back), Cookies: cookies}, nil
}

// path returns a path of this server, and / for anything that could lead elsewhere.
func path(text string) string {
	if !strings.HasPrefix(text, "/") || strings.HasPrefix(text, "//") || strings.ContainsAny(text, "\\\r\n\t") {
		return "/"
	}
	return text
}
