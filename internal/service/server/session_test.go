package server_test

import (
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/api"
	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/service/server"
	"github.com/stance-sec/stance/internal/store"
)

// cookie returns the session that a browser holds; empty when it holds none.
func (p *person) cookie() string {
	p.b.Helper()
	address, err := url.Parse(p.b.http.URL)
	p.b.must(err)
	for _, c := range p.client.Jar.Cookies(address) {
		if c.Name == auth.SessionCookie {
			return c.Value
		}
	}
	return ""
}

// with returns a browser that holds another value of the session.
func (p *person) with(value string) *person {
	p.b.Helper()
	jar, err := cookiejar.New(nil)
	p.b.must(err)
	address, err := url.Parse(p.b.http.URL)
	p.b.must(err)
	jar.SetCookies(address, []*http.Cookie{{Name: auth.SessionCookie, Value: value, Path: "/"}})
	other := *p
	other.client = &http.Client{Jar: jar}
	return &other
}

// requestOf returns a request that carries the session of a browser.
func requestOf(p *person) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.AddCookie(&http.Cookie{Name: auth.SessionCookie, Value: p.cookie()})
	return r
}

func TestWritingTakesTheCSRFToken(t *testing.T) {
	t.Parallel()
	b := open(t)
	p := b.user("a", auth.Analyst, nil, nil)
	good := p.csrf
	other := b.user("b", auth.Analyst, nil, nil).csrf
	for _, wrong := range []string{"", "x", other, strings.ToUpper(good)} {
		p.csrf = wrong
		p.want(http.StatusForbidden, "POST", "/api/v1/baselines", map[string]string{"name": "x"}, nil)
		p.want(http.StatusForbidden, "POST", "/auth/logout", nil, nil)
	}
	p.want(http.StatusOK, "GET", "/api/v1/me", nil, nil)
	p.csrf = good
	p.want(http.StatusForbidden, "POST", "/api/v1/baselines", map[string]string{"name": "x"}, nil, "Sec-Fetch-Site", "cross-site")
	p.want(http.StatusForbidden, "POST", "/api/v1/baselines", map[string]string{"name": "x"}, nil, "Origin", "https://evil.example")
	p.want(http.StatusCreated, "POST", "/api/v1/baselines", map[string]string{"name": "x"}, nil)
	p.csrf = ""
	var state api.SessionState
	if p.want(http.StatusOK, "GET", "/auth/session", nil, &state); state.CSRF != good || state.User.ID != "a" {
		t.Errorf("the session says %+v", state)
	}
}

func TestSigningInOpensANewSession(t *testing.T) {
	t.Parallel()
	b := open(t)
	p := b.user("a", auth.Viewer, nil, nil)
	before := p.cookie()
	p.want(http.StatusOK, "POST", "/auth/login", map[string]string{"name": "a", "password": p.pass}, nil)
	if p.cookie() == before {
		t.Error("the session is the one from before")
	}
	p.with(before).want(http.StatusUnauthorized, "GET", "/api/v1/me", nil, nil)
	planted := b.stranger()
	planted.id, planted.pass = p.id, p.pass
	fixed := planted.with("chosen.by-an-attacker")
	fixed.signIn()
	if got := fixed.cookie(); got == "" || strings.HasPrefix(got, "chosen") {
		t.Errorf("the session is %q", got)
	}
	b.stranger().with("chosen.by-an-attacker").want(http.StatusUnauthorized, "GET", "/api/v1/me", nil, nil)
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	b := open(t, func(s *setup) { s.auth.Idle, s.auth.Life, s.auth.Rotate = time.Hour, 3*time.Hour, time.Hour*24 })
	p := b.user("a", auth.Viewer, nil, nil)
	for range 4 {
		b.clock.pass(40 * time.Minute)
		p.want(http.StatusOK, "GET", "/api/v1/me", nil, nil)
	}
	b.clock.pass(40 * time.Minute) // beyond three hours, though never idle for one
	p.want(http.StatusUnauthorized, "GET", "/api/v1/me", nil, nil)
	p.signIn()
	b.clock.pass(time.Hour)
	p.want(http.StatusUnauthorized, "GET", "/api/v1/me", nil, nil)
	p.signIn()
	value := p.cookie()
	p.want(http.StatusOK, "POST", "/auth/logout", nil, nil)
	if p.cookie() != "" {
		t.Error("the cookie stays")
	}
	p.with(value).want(http.StatusUnauthorized, "GET", "/api/v1/me", nil, nil)
}

func TestSessionsTurn(t *testing.T) {
	t.Parallel()
	b := open(t)
	p := b.user("a", auth.Analyst, nil, nil)
	first := p.cookie()
	b.clock.pass(31 * time.Minute)
	p.want(http.StatusOK, "GET", "/api/v1/me", nil, nil)
	second := p.cookie()
	if second == first {
		t.Fatal("the value stays")
	}
	p.want(http.StatusCreated, "POST", "/api/v1/baselines", map[string]string{"name": "x"}, nil) // the CSRF token stays
	p.with(first).want(http.StatusOK, "GET", "/api/v1/me", nil, nil)                             // it was on its way
	b.clock.pass(2 * time.Minute)
	p.with(first).want(http.StatusUnauthorized, "GET", "/api/v1/me", nil, nil)
	p.with(second).want(http.StatusUnauthorized, "GET", "/api/v1/me", nil, nil) // one of the two is a thief
	page, err := b.store.Entries(t.Context(), "a", "session.stolen", store.PageRequest{})
	b.must(err)
	if len(page.Items) != 1 {
		t.Errorf("the audit log has %d thefts", len(page.Items))
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	b := open(t)
	p := b.user("a", auth.Analyst, nil, nil)
	p.want(http.StatusForbidden, "POST", "/api/v1/tokens", map[string]any{"name": "x", "role": "admin", "expires": soon}, nil)
	p.want(http.StatusBadRequest, "POST", "/api/v1/tokens", map[string]any{"name": "x", "expires": day0.AddDate(2, 0, 0)}, nil)
	var made api.TokenCreated
	p.want(http.StatusCreated, "POST", "/api/v1/tokens", map[string]any{"name": "x", "expires": soon}, &made)
	var read api.TokenCreated
	p.want(http.StatusCreated, "POST", "/api/v1/tokens", map[string]any{"name": "y", "role": "viewer", "expires": soon}, &read)
	if !strings.HasPrefix(made.Secret, auth.TokenPrefix) {
		t.Errorf("the token is %q", made.Secret)
	}
	program := b.stranger()
	bearer := func(secret string) []string { return []string{"Authorization", "Bearer " + secret} }
	program.want(http.StatusOK, "GET", "/api/v1/me", nil, nil, bearer(made.Secret)...)
	program.want(http.StatusCreated, "POST", "/api/v1/baselines", map[string]string{"name": "x"}, nil, bearer(made.Secret)...)
	program.want(http.StatusForbidden, "POST", "/api/v1/baselines", map[string]string{"name": "x"}, nil, bearer(read.Secret)...)
	program.want(http.StatusForbidden, "POST", "/api/v1/tokens", map[string]any{"name": "z", "expires": soon}, nil, bearer(made.Secret)...)
	for _, wrong := range []string{"", "x", made.Secret[:len(made.Secret)-1], p.cookie(), auth.TokenPrefix} {
		program.want(http.StatusUnauthorized, "GET", "/api/v1/me", nil, nil, bearer(wrong)...)
	}
	program.want(http.StatusUnauthorized, "GET", "/api/v1/me", nil, nil, "Authorization", "Basic "+made.Secret)

	stranger := b.user("b", auth.Viewer, nil, nil)
	stranger.want(http.StatusNotFound, "DELETE", "/api/v1/tokens/"+made.Token.ID, nil, nil)
	p.want(http.StatusNoContent, "DELETE", "/api/v1/tokens/"+made.Token.ID, nil, nil)
	program.want(http.StatusUnauthorized, "GET", "/api/v1/me", nil, nil, bearer(made.Secret)...)
	b.clock.pass(11 * 24 * time.Hour)
	program.want(http.StatusUnauthorized, "GET", "/api/v1/me", nil, nil, bearer(read.Secret)...)
}

func TestWhatIsTakenAwayIsGoneAtOnce(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.fill()
	admin := b.user("root", auth.Admin, nil, nil)
	p := b.user("a", auth.Approver, nil, nil)
	var token api.TokenCreated
	p.want(http.StatusCreated, "POST", "/api/v1/tokens", map[string]any{"name": "x", "expires": soon}, &token)
	admin.want(http.StatusOK, "PATCH", "/api/v1/users/a", map[string]any{"role": "viewer", "accounts": []string{ours}}, nil)
	p.want(http.StatusForbidden, "POST", "/api/v1/baselines", map[string]string{"name": "x"}, nil)
	b.stranger().want(http.StatusForbidden, "POST", "/api/v1/baselines", map[string]string{"name": "x"}, nil, "Authorization", "Bearer "+token.Secret)
	if got := p.want(http.StatusOK, "GET", "/api/v1/resources", nil, nil); strings.Contains(got.body, theirs) {
		t.Error("the new limits do not hold")
	}
	admin.want(http.StatusNoContent, "DELETE", "/api/v1/users/a", nil, nil)
	p.want(http.StatusUnauthorized, "GET", "/api/v1/me", nil, nil)
	p.want(http.StatusUnauthorized, "POST", "/auth/login", map[string]string{"name": "a", "password": p.pass}, nil)
	admin.want(http.StatusOK, "PATCH", "/api/v1/users/a", map[string]any{"disabled": false}, nil)
	p.want(http.StatusUnauthorized, "GET", "/api/v1/me", nil, nil) // the session does not come back
	for _, change := range []map[string]any{{"role": "viewer"}, {"disabled": true}, {"accounts": []string{ours}}} {
		admin.want(http.StatusBadRequest, "PATCH", "/api/v1/users/root", change, nil) // nobody would be left
	}
}

func TestGuessingPasswordsEnds(t *testing.T) {
	t.Parallel()
	b := open(t, func(s *setup) { s.o.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
	p := b.user("a", auth.Viewer, nil, nil)
	from := func(address string) []string { return []string{"X-Forwarded-For", "6.6.6.6, " + address} }
	try := func(password, address string) int {
		return b.stranger().do("POST", "/auth/login", map[string]string{"name": "a", "password": password}, from(address)...).StatusCode
	}
	for range 5 {
		if got := try("wrong", "10.0.0.1"); got != http.StatusUnauthorized {
			t.Fatalf("a wrong password is answered with %d", got)
		}
	}
	if got := try(p.pass, "10.0.0.1"); got != http.StatusTooManyRequests {
		t.Errorf("after five wrong ones the right one is answered with %d", got)
	}
	if got := try(p.pass, "10.0.0.2"); got != http.StatusOK {
		t.Errorf("from elsewhere the right one is answered with %d", got)
	}
	b.clock.pass(16 * time.Minute)
	if got := try(p.pass, "10.0.0.1"); got != http.StatusOK {
		t.Errorf("later the right one is answered with %d", got)
	}
	same := b.stranger().want(http.StatusUnauthorized, "POST", "/auth/login", map[string]string{"name": "nobody", "password": "x"}, nil)
	other := b.stranger().want(http.StatusUnauthorized, "POST", "/auth/login", map[string]string{"name": "a", "password": "x"}, nil)
	if cut(same.body) != cut(other.body) {
		t.Errorf("one can tell who is a user:\n%s%s", same.body, other.body)
	}
}

// cut takes the id of the request away.
func cut(body string) string {
	before, _, _ := strings.Cut(body, `"request"`)
	return before
}

func TestPasswordsChange(t *testing.T) {
	t.Parallel()
	b := open(t)
	p := b.user("a", auth.Viewer, nil, nil)
	elsewhere := b.stranger()
	elsewhere.id, elsewhere.pass = p.id, p.pass
	elsewhere.signIn()
	p.want(http.StatusUnprocessableEntity, "POST", "/api/v1/me/password", map[string]string{"old": p.pass, "new": "short"}, nil)
	p.want(http.StatusNoContent, "POST", "/api/v1/me/password", map[string]string{"old": p.pass, "new": "a longer one than before"}, nil)
	p.want(http.StatusOK, "GET", "/api/v1/me", nil, nil)
	elsewhere.want(http.StatusUnauthorized, "GET", "/api/v1/me", nil, nil)
	p.want(http.StatusUnauthorized, "POST", "/auth/login", map[string]string{"name": "a", "password": p.pass}, nil)
	p.want(http.StatusOK, "POST", "/auth/login", map[string]string{"name": "a", "password": "a longer one than before"}, nil)
}

func TestTheFirstAdminIsMadeOnce(t *testing.T) {
	t.Parallel()
	b := open(t)
	password, err := b.auth.FirstAdmin(t.Context())
	b.must(err)
	again, err := b.auth.FirstAdmin(t.Context())
	b.must(err)
	if password == "" || again != "" {
		t.Errorf("the passwords are %q and %q", password, again)
	}
	u, err := b.store.User(t.Context(), "admin")
	b.must(err)
	if strings.Contains(u.Password, password) || !strings.HasPrefix(u.Password, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("what is kept is %q", u.Password)
	}
	p := b.stranger()
	p.id, p.pass = "admin", password
	p.signIn()
	p.want(http.StatusOK, "GET", "/api/v1/users", nil, nil)
}

func TestNobodyApprovesTheirOwn(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.fill()
	a := b.user("a", auth.Approver, nil, nil)
	ask := map[string]any{"subject": "finding", "key": findingKey(ours), "reason": "because", "expires": soon}
	var e store.Exception
	a.want(http.StatusCreated, "POST", "/api/v1/exceptions", ask, &e)
	a.want(http.StatusOK, "POST", "/api/v1/exceptions/"+e.ID+"/approve", nil, nil) // alone
	other := b.user("other", auth.Approver, nil, nil)
	a.want(http.StatusCreated, "POST", "/api/v1/exceptions", ask, &e)
	a.want(http.StatusForbidden, "POST", "/api/v1/exceptions/"+e.ID+"/approve", nil, nil)
	other.want(http.StatusOK, "POST", "/api/v1/exceptions/"+e.ID+"/approve", nil, nil)
	other.want(http.StatusConflict, "POST", "/api/v1/exceptions/"+e.ID+"/approve", nil, nil)
	analyst := b.user("analyst", auth.Analyst, nil, nil)
	analyst.want(http.StatusForbidden, "POST", "/api/v1/exceptions/"+e.ID+"/end", nil, nil)
	a.want(http.StatusOK, "POST", "/api/v1/exceptions/"+e.ID+"/end", nil, nil)
	for _, days := range []int{-1, 366} {
		ask["expires"] = day0.AddDate(0, 0, days)
		a.want(http.StatusBadRequest, "POST", "/api/v1/exceptions", ask, nil)
	}
	admin := b.user("root", auth.Admin, nil, nil)
	ask["expires"] = soon
	admin.want(http.StatusCreated, "POST", "/api/v1/exceptions", ask, &e)
	admin.want(http.StatusOK, "POST", "/api/v1/exceptions/"+e.ID+"/approve", nil, nil)
}

func TestEverythingThatChangesIsInTheAuditLog(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.fill()
	b.user("viewer", auth.Viewer, nil, nil)
	b.user("spare", auth.Viewer, nil, nil)
	admin := b.user("root", auth.Admin, nil, nil)
	b.must(b.store.Finish(t.Context(), store.Delivery{Key: "delivery-1", State: "failed", Done: day0}))
	seen := func() int {
		page, err := b.store.Entries(t.Context(), "root", "", store.PageRequest{Count: true, Limit: 1})
		b.must(err)
		return *page.Total
	}
	table := calls()
	for _, r := range b.server.API().Routes() {
		c := table[r.ID]
		if r.Method == http.MethodGet || r.ID == "ask-graph" || r.ID == "sign-out" || r.ID == "sign-in" {
			continue
		}
		b.decided()
		path := strings.Replace(c.path, "deliveries/none", "deliveries/delivery-1", 1)
		before := seen()
		answer := admin.do(r.Method, path, c.body)
		if grown := seen() - before; answer.StatusCode < 300 && grown == 0 {
			t.Errorf("%s changes something and is not noted", r.ID)
		}
		if answer.StatusCode >= 500 {
			t.Errorf("%s: %d %s", r.ID, answer.StatusCode, answer.body)
		}
	}
	var page store.Page[store.Entry]
	admin.want(http.StatusOK, "GET", "/api/v1/audit?action=exception.create", nil, &page)
	if len(page.Items) != 1 || page.Items[0].Actor != "root" || page.Items[0].Address != "127.0.0.1" || page.Items[0].Request == "" || !json.Valid(page.Items[0].Detail) {
		t.Errorf("the entry is %+v", page.Items)
	}
	var v api.Verification
	if admin.want(http.StatusOK, "GET", "/api/v1/audit/verify", nil, &v); !v.Holds {
		t.Errorf("the chain breaks at %+v", v.Broken)
	}
}

func TestItListensInTheClearOnLoopbackOnly(t *testing.T) {
	t.Parallel()
	b := open(t)
	for address, good := range map[string]bool{"": true, "127.0.0.1:0": true, "[::1]:0": true, "localhost:0": true, "0.0.0.0:0": false, ":0": false, "10.0.0.1:80": false, "example.com:80": false, "nonsense": false} {
		_, err := server.New(server.Dependencies{Auth: b.auth, Now: b.clock.Now, API: api.Dependencies{Store: b.store, Now: b.clock.Now}}, server.Options{Address: address})
		if (err == nil) != good || err != nil && estate.CodeOf(err) != estate.CodeInvalid {
			t.Errorf("listening on %q: %v", address, err)
		}
	}
	if _, err := server.New(server.Dependencies{Auth: b.auth, Now: b.clock.Now, API: api.Dependencies{Store: b.store, Now: b.clock.Now}}, server.Options{Address: ":0", Insecure: true}); err != nil {
		t.Error(err)
	}
}
