package auth

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// OIDC is an identity provider that follows OpenID Connect Core 1.0.
type OIDC struct {
	// Name is what people call it.
	Name string
	// Issuer is its address; below it lies /.well-known/openid-configuration.
	Issuer       string
	ClientID     string
	ClientSecret string
	// Redirect is this server's address with /auth/oidc/callback.
	Redirect string
	// Scopes are asked for beside openid, profile and email.
	Scopes []string
	// Rules say what users may; the first that fits decides. Who fits none may not sign in.
	Rules []Rule
}

// Rule gives those with a claim a role, within limits.
type Rule struct {
	// Claim names a claim of the ID token, such as groups; empty fits everyone.
	Claim string
	// Value is the claim, or one of its values.
	Value string
	Role  Role
	// Accounts and Owners limit what is seen; nil for everything.
	Accounts, Owners []string
}

// fits reports whether a user with these claims has what the rule asks for.
func (r *Rule) fits(claims map[string]any) bool {
	if r.Claim == "" {
		return true
	}
	switch v := claims[r.Claim].(type) {
	case string:
		return v == r.Value
	case []any:
		return slices.Contains(v, any(r.Value))
	default:
		return false
	}
}

// flow signs in with an identity provider: authorization code with PKCE, state and nonce.
type flow struct {
	OIDC
	client *http.Client
	now    func() time.Time

	mu       sync.Mutex
	provider *oidc.Provider // asked for when it is first needed
}

const clientTimeout = 10 * time.Second

func newFlow(o Options) *flow {
	if o.OIDC == nil {
		return nil
	}
	client := o.Client
	if client == nil {
		client = &http.Client{Timeout: clientTimeout}
	}
	return &flow{OIDC: *o.OIDC, client: client, now: o.Now}
}

// Provider is what people call the identity provider; empty when there is none.
func (s *Service) Provider() string {
	if s.oidc == nil {
		return ""
	}
	return s.oidc.Name
}

// ask returns the provider's endpoints and keys.
func (f *flow) ask(ctx context.Context) (*oidc.Provider, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.provider != nil {
		return f.provider, nil
	}
	// Keys are read again long after this request.
	p, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), f.client), f.Issuer)
	if err != nil {
		return nil, estate.Errorf(estate.CodeIO, "ask the identity provider", "%w", err)
	}
	f.provider = p
	return p, nil
}

func (f *flow) config(p *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{
		ClientID: f.ClientID, ClientSecret: f.ClientSecret, Endpoint: p.Endpoint(), RedirectURL: f.Redirect,
		Scopes: append([]string{oidc.ScopeOpenID, "profile", "email"}, f.Scopes...),
	}
}

// trip is what a browser carries to the provider and back, in a cookie of its own.
type trip struct {
	State    string    `json:"s"`
	Nonce    string    `json:"n"`
	Verifier string    `json:"v"`
	Back     string    `json:"b"`
	Until    time.Time `json:"u"`
}

// Begin starts signing in with the provider: where to send the browser, and what it must
// bring back in a cookie.
func (s *Service) Begin(ctx context.Context, back string) (address, cookie string, err error) {
	if s.oidc == nil {
		return "", "", estate.Errorf(estate.CodeNotFound, "sign in", "this server has no identity provider")
	}
	p, err := s.oidc.ask(ctx)
	if err != nil {
		return "", "", err
	}
	t := trip{State: newSecret(), Nonce: newSecret(), Verifier: oauth2.GenerateVerifier(), Back: back, Until: s.now().Add(flowLife)}
	data, err := json.Marshal(t)
	if err != nil {
		return "", "", estate.Errorf(estate.CodeInternal, "sign in", "%w", err)
	}
	address = s.oidc.config(p).AuthCodeURL(t.State, oidc.Nonce(t.Nonce), oauth2.S256ChallengeOption(t.Verifier))
	return address, base64.RawURLEncoding.EncodeToString(data), nil
}

// Complete ends signing in with what the browser brought back, and says where to go on.
func (s *Service) Complete(ctx context.Context, cookie, state, code, failure string) (session Session, back string, err error) {
	if s.oidc == nil {
		return Session{}, "", estate.Errorf(estate.CodeNotFound, "sign in", "this server has no identity provider")
	}
	t, err := s.returned(cookie, state)
	if err != nil {
		return Session{}, "", err
	}
	if failure != "" || code == "" {
		return Session{}, "", unproven("the identity provider says %.100q", failure)
	}
	token, claims, err := s.oidc.exchange(ctx, t, code)
	if err != nil {
		return Session{}, "", err
	}
	u, err := s.guest(ctx, token, claims)
	if err != nil {
		return Session{}, "", err
	}
	session, err = s.open(ctx, u)
	return session, t.Back, err
}

func unproven(format string, args ...any) error {
	return estate.Errorf(estate.CodeUnauthorized, "sign in", format, args...).WithHint("begin again")
}

// returned holds what came back against what was sent.
func (s *Service) returned(cookie, state string) (trip, error) {
	var t trip
	data, err := base64.RawURLEncoding.DecodeString(cookie)
	if err != nil || json.Unmarshal(data, &t) != nil || t.State == "" || t.Nonce == "" || t.Verifier == "" {
		return trip{}, unproven("this browser did not begin it")
	}
	if !equal(t.State, state) {
		return trip{}, unproven("the state is not the one that was sent")
	}
	if !s.now().Before(t.Until) {
		return trip{}, unproven("it took too long")
	}
	return t, nil
}

// exchange trades the code for an ID token, and proves it.
func (f *flow) exchange(ctx context.Context, t trip, code string) (*oidc.IDToken, map[string]any, error) {
	p, err := f.ask(ctx)
	if err != nil {
		return nil, nil, err
	}
	ctx = oidc.ClientContext(ctx, f.client)
	answer, err := f.config(p).Exchange(ctx, code, oauth2.VerifierOption(t.Verifier))
	if err != nil {
		return nil, nil, unproven("the identity provider does not take the code")
	}
	raw, ok := answer.Extra("id_token").(string)
	if !ok {
		return nil, nil, unproven("the identity provider sent no ID token")
	}
	token, err := p.Verifier(&oidc.Config{ClientID: f.ClientID, Now: f.now}).Verify(ctx, raw)
	if err != nil {
		return nil, nil, unproven("the ID token does not hold")
	}
	if !equal(token.Nonce, t.Nonce) {
		return nil, nil, unproven("the ID token is of another sign-in")
	}
	claims := map[string]any{}
	if err := token.Claims(&claims); err != nil {
		return nil, nil, unproven("the ID token cannot be read")
	}
	return token, claims, nil
}

// guest returns the user of an ID token, as the rules have it now. A new one is added.
func (s *Service) guest(ctx context.Context, token *oidc.IDToken, claims map[string]any) (store.User, error) {
	const op = "sign in"
	i := slices.IndexFunc(s.oidc.Rules, func(r Rule) bool { return r.fits(claims) })
	if i < 0 || !slices.Contains(Roles(), s.oidc.Rules[i].Role) {
		if err := s.note(ctx, "", "session.refuse", token.Subject); err != nil {
			return store.User{}, err
		}
		return store.User{}, estate.Errorf(estate.CodeDenied, op, "you are known, but no rule of this server lets you in").
			WithHint("ask whoever runs it")
	}
	rule := &s.oidc.Rules[i]
	email, name := textOf(claims, "email"), textOf(claims, "name")
	u, err := s.store.UserBySubject(ctx, token.Issuer, token.Subject)
	switch estate.CodeOf(err) {
	case "":
	case estate.CodeNotFound:
		if u.ID, err = s.freeID(ctx, email, token.Subject); err != nil {
			return store.User{}, err
		}
		u.Issuer, u.Subject, u.Created = token.Issuer, token.Subject, s.now()
		if err := s.note(ctx, "server", "user.create", u.ID); err != nil {
			return store.User{}, err
		}
	default:
		return store.User{}, err
	}
	if !u.Disabled.IsZero() {
		return store.User{}, estate.Errorf(estate.CodeDenied, op, "this user is disabled")
	}
	u.Name, u.Email, u.Role, u.Accounts, u.Owners = name, email, string(rule.Role), rule.Accounts, rule.Owners
	if u.Name == "" {
		u.Name = u.ID
	}
	return u, nil
}

func textOf(claims map[string]any, name string) string {
	text, _ := claims[name].(string)
	return strings.ToValidUTF8(text[:min(len(text), 200)], "")
}

// freeID makes an id of an address, or of the subject, that no other user has.
func (s *Service) freeID(ctx context.Context, email, subject string) (string, error) {
	short := hashOf(subject)[:12]
	for _, id := range []string{idOf(email), idOf(email) + "-" + short, "user-" + short} {
		if id == "" {
			continue
		}
		switch _, err := s.store.User(ctx, id); estate.CodeOf(err) {
		case estate.CodeNotFound:
			return id, nil
		case "":
		default:
			return "", err
		}
	}
	return "", estate.Errorf(estate.CodeInvalid, "sign in", "another user has this name")
}
