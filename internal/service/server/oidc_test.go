package server_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/service/api"
	"github.com/stance-sec/stance/internal/service/auth"
)

// provider stands in for an identity provider.
type provider struct {
	t      *testing.T
	clock  *clock
	http   *httptest.Server
	key    *rsa.PrivateKey
	signer *rsa.PrivateKey // the key that signs, which may not be the one that is published
	claims map[string]any  // what is said besides iss, aud, exp, iat and nonce
	change func(claims map[string]any)

	challenge, nonce string // of the last request
	used             bool
}

func newProvider(t *testing.T, c *clock) *provider {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{t: t, clock: c, key: key, signer: key, claims: map[string]any{"sub": "sub-1", "email": "ada@example.com", "name": "Ada", "groups": []string{"staff", "cloud"}}}
	mux := http.NewServeMux()
	p.http = httptest.NewServer(mux)
	t.Cleanup(p.http.Close)
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		p.write(w, map[string]any{
			"issuer": p.http.URL, "authorization_endpoint": p.http.URL + "/authorize", "token_endpoint": p.http.URL + "/token",
			"jwks_uri": p.http.URL + "/keys", "id_token_signing_alg_values_supported": []string{"RS256"},
		})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		n, e := key.N, big.NewInt(int64(key.E))
		p.write(w, map[string]any{"keys": []map[string]string{{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1", "n": b64(n.Bytes()), "e": b64(e.Bytes())}}})
	})
	mux.HandleFunc("/token", p.token)
	return p
}

func b64(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

func (p *provider) write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		p.t.Error(err)
	}
}

// token trades the code once, for who proves to have begun.
func (p *provider) token(w http.ResponseWriter, r *http.Request) {
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if r.FormValue("code") != "good" || p.used || b64(sum[:]) != p.challenge {
		w.WriteHeader(http.StatusBadRequest)
		p.write(w, map[string]string{"error": "invalid_grant"})
		return
	}
	p.used = true
	now := p.clock.Now()
	claims := map[string]any{"iss": p.http.URL, "aud": "stance", "iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(), "nonce": p.nonce}
	for name, value := range p.claims {
		claims[name] = value
	}
	if p.change != nil {
		p.change(claims)
	}
	p.write(w, map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": p.sign(claims)})
}

func (p *provider) sign(claims map[string]any) string {
	payload, err := json.Marshal(claims)
	if err != nil {
		p.t.Error(err)
	}
	text := b64([]byte(`{"alg":"RS256","kid":"1"}`)) + "." + b64(payload)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, p.signer, crypto.SHA256, sum[:])
	if err != nil {
		p.t.Error(err)
	}
	return text + "." + b64(signature)
}

// authorize plays the browser at the provider and returns where it is sent back to.
func (p *provider) authorize(address string) string {
	p.t.Helper()
	u, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(address, p.http.URL+"/authorize?") {
		p.t.Fatalf("the browser is sent to %q: %v", address, err)
	}
	q := u.Query()
	if q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || q.Get("client_id") != "stance" || !strings.Contains(q.Get("scope"), "openid") {
		p.t.Errorf("the request is %v", q)
	}
	p.challenge, p.nonce, p.used = q.Get("code_challenge"), q.Get("nonce"), false
	return "/auth/oidc/callback?code=good&state=" + url.QueryEscape(q.Get("state"))
}

func withProvider(t *testing.T, rules ...auth.Rule) (*bench, *provider) {
	t.Helper()
	var p *provider
	b := open(t, func(s *setup) {
		p = newProvider(t, &clock{now: day0})
		s.auth.OIDC = &auth.OIDC{Name: "Example", Issuer: p.http.URL, ClientID: "stance", ClientSecret: "client-secret", Redirect: "https://stance.example/auth/oidc/callback", Rules: rules}
	})
	p.clock = b.clock
	return b, p
}

func cloudTeam() auth.Rule {
	return auth.Rule{Claim: "groups", Value: "cloud", Role: auth.Approver, Owners: []string{ourTeam}}
}

// start begins and returns the provider's answer to the browser.
func start(p *provider, who *person) string {
	answer := who.want(http.StatusFound, "GET", "/auth/oidc/start?back=/issues", nil, nil)
	return p.authorize(answer.Header.Get("Location"))
}

func TestSigningInWithAProvider(t *testing.T) {
	t.Parallel()
	b, p := withProvider(t, auth.Rule{Claim: "groups", Value: "root", Role: auth.Admin}, cloudTeam())
	who := b.stranger()
	answer := who.want(http.StatusFound, "GET", start(p, who), nil, nil)
	if got := answer.Header.Get("Location"); got != "/issues" {
		t.Errorf("the browser is sent to %q", got)
	}
	var me api.Me
	who.want(http.StatusOK, "GET", "/api/v1/me", nil, &me)
	if me.ID != "ada@example.com" || me.Role != "approver" || me.Accounts != nil || len(me.Owners) != 1 || me.Local {
		t.Errorf("it is %+v", me)
	}
	p.claims["groups"] = "root" // a single value, and another role
	who = b.stranger()
	who.want(http.StatusFound, "GET", start(p, who), nil, nil)
	if who.want(http.StatusOK, "GET", "/api/v1/me", nil, &me); me.ID != "ada@example.com" || me.Role != "admin" || me.Owners != nil {
		t.Errorf("now it is %+v", me)
	}
	p.claims["sub"] = "sub-2" // somebody else with the same address
	who = b.stranger()
	who.want(http.StatusFound, "GET", start(p, who), nil, nil)
	if who.want(http.StatusOK, "GET", "/api/v1/me", nil, &me); me.ID == "ada@example.com" {
		t.Error("two people are one user")
	}
	who.want(http.StatusBadRequest, "POST", "/api/v1/users/ada@example.com/password", nil, nil, "X-CSRF-Token", csrfOf(who))
}

func csrfOf(p *person) string {
	var state api.SessionState
	p.want(http.StatusOK, "GET", "/auth/session", nil, &state)
	return state.CSRF
}

func TestWhatAProviderSaysIsProven(t *testing.T) {
	t.Parallel()
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	set := func(name string, value any) func(*provider) {
		return func(p *provider) { p.change = func(claims map[string]any) { claims[name] = value } }
	}
	for name, c := range map[string]struct {
		spoil func(p *provider)
		path  func(path string) string
	}{
		"nonce":          {spoil: set("nonce", "another")},
		"no nonce":       {spoil: set("nonce", "")},
		"issuer":         {spoil: set("iss", "https://evil.example")},
		"audience":       {spoil: set("aud", "another")},
		"expired":        {spoil: set("exp", day0.Add(-time.Minute).Unix())},
		"signature":      {spoil: func(p *provider) { p.signer = other }},
		"state":          {path: func(path string) string { return path + "x" }},
		"no state":       {path: func(string) string { return "/auth/oidc/callback?code=good" }},
		"code":           {path: func(path string) string { return strings.Replace(path, "good", "bad", 1) }},
		"no code":        {path: func(path string) string { return strings.Replace(path, "code=good", "", 1) }},
		"PKCE":           {spoil: func(p *provider) { p.challenge = "another" }},
		"provider error": {path: func(path string) string { return path + "&error=access_denied" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, p := withProvider(t, cloudTeam())
			who := b.stranger()
			path := start(p, who)
			if c.spoil != nil {
				c.spoil(p)
			}
			if c.path != nil {
				path = c.path(path)
			}
			who.want(http.StatusUnauthorized, "GET", path, nil, nil)
			if who.cookie() != "" {
				t.Error("there is a session")
			}
		})
	}
	t.Run("another browser", func(t *testing.T) {
		t.Parallel()
		b, p := withProvider(t, cloudTeam())
		path := start(p, b.stranger())
		b.stranger().want(http.StatusUnauthorized, "GET", path, nil, nil)
	})
	t.Run("too late", func(t *testing.T) {
		t.Parallel()
		b, p := withProvider(t, cloudTeam())
		who := b.stranger()
		path := start(p, who)
		b.clock.pass(11 * time.Minute)
		who.want(http.StatusUnauthorized, "GET", path, nil, nil)
	})
	t.Run("no rule", func(t *testing.T) {
		t.Parallel()
		b, p := withProvider(t, auth.Rule{Claim: "groups", Value: "nobody", Role: auth.Admin})
		who := b.stranger()
		who.want(http.StatusForbidden, "GET", start(p, who), nil, nil)
	})
	t.Run("elsewhere", func(t *testing.T) {
		t.Parallel()
		b, p := withProvider(t, cloudTeam())
		for _, back := range []string{"https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"} {
			who := b.stranger()
			answer := who.want(http.StatusFound, "GET", "/auth/oidc/start?back="+url.QueryEscape(back), nil, nil)
			answer = who.want(http.StatusFound, "GET", p.authorize(answer.Header.Get("Location")), nil, nil)
			if got := answer.Header.Get("Location"); got != "/" {
				t.Errorf("the browser is sent to %q", got)
			}
		}
	})
}
