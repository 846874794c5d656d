package server_test

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/api"
	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

func TestErrorsAreProblems(t *testing.T) {
	t.Parallel()
	b := open(t)
	p := b.user("a", auth.Viewer, nil, nil)
	for _, c := range []struct {
		method, path string
		body         any
		status       int
		code         string
	}{
		{"GET", "/api/v1/issues/none", nil, 404, "not_found"},
		{"GET", "/api/v1/nothing", nil, 404, "not_found"},
		{"GET", "/auth/nothing", nil, 404, "not_found"},
		{"PUT", "/api/v1/issues", nil, 405, "invalid"},
		{"GET", "/api/v1/issues?limit=0", nil, 422, "invalid"},
		{"GET", "/api/v1/issues?limit=x", nil, 422, "invalid"},
		{"GET", "/api/v1/issues?nonsense=1", nil, 422, "invalid"},
		{"GET", "/api/v1/issues?sort=nonsense", nil, 400, "invalid"},
		{"GET", "/api/v1/issues?cursor=nonsense", nil, 400, "invalid"},
		{"GET", "/api/v1/users", nil, 403, "denied"},
		{"POST", "/api/v1/graph", "{", 400, "invalid"},
		{"POST", "/api/v1/graph", map[string]string{"query": "nonsense"}, 400, "invalid"},
		{"POST", "/api/v1/graph", map[string]any{"query": 1}, 422, "invalid"},
		{"POST", "/api/v1/graph", `{"query":"` + strings.Repeat("x", 300<<10) + `"}`, 413, "invalid"},
	} {
		answer := p.want(c.status, c.method, c.path, c.body, nil)
		var problem api.Problem
		b.must(json.Unmarshal([]byte(answer.body), &problem))
		if problem.Status != c.status || problem.Code != c.code || problem.Detail == "" || problem.Title == "" ||
			problem.Request == "" || problem.Request != answer.Header.Get("X-Request-Id") || answer.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s: %s %+v", c.method, c.path, answer.Header.Get("Content-Type"), problem)
		}
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	b := open(t)
	for _, path := range []string{"/", "/healthz", "/api/v1/issues", "/auth/session", "/api/openapi.json"} {
		h := b.stranger().do("GET", path, nil).Header
		for name, value := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Strict-Transport-Security": ""} {
			if h.Get(name) != value {
				t.Errorf("%s: %s is %q", path, name, h.Get(name))
			}
		}
		if csp := h.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'self'") || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: the policy is %q", path, csp)
		}
	}
}

// TestHostileTextsInEveryParameter puts bad texts into every parameter of every route. No
// answer is a defect.
func TestHostileTextsInEveryParameter(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.fill()
	b.decided()
	p := b.user("root", auth.Admin, nil, nil)
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string
			Parameters  []struct{ Name, In string }
		}
	}
	p.want(http.StatusOK, "GET", "/api/openapi.json", nil, &doc)
	texts := []string{"\x00", "' OR 1=1 --", "%", "_", "../../etc/passwd", strings.Repeat("a", 5000), "\xff\xfe", "\u202e", "${jndi:ldap://x}", "-1", "9223372036854775808", "NaN", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "<script>", "a,b", "{}", "[]", "null"}
	table := calls()
	for path, methods := range doc.Paths {
		for method, op := range methods {
			if op.OperationID == "stream" || op.OperationID == "sign-out" {
				continue
			}
			for _, parameter := range op.Parameters {
				for _, text := range texts {
					address, query, _ := strings.Cut(table[op.OperationID].path, "?")
					if parameter.In == "path" {
						before, after, _ := strings.Cut(path, "{"+parameter.Name+"}")
						address = strings.NewReplacer("{id}", "x", "{credential}", "x").Replace(before) + url.PathEscape(text) + strings.NewReplacer("{id}", "x", "{credential}", "x").Replace(after)
					} else {
						values, err := url.ParseQuery(query)
						b.must(err)
						values.Set(parameter.Name, text)
						query = values.Encode()
					}
					b.clock.pass(time.Second)
					answer := p.do(strings.ToUpper(method), address+"?"+query, table[op.OperationID].body)
					if answer.StatusCode >= 500 {
						t.Errorf("%s with %s=%.20q: %d %.300s", op.OperationID, parameter.Name, text, answer.StatusCode, answer.body)
					}
				}
			}
		}
	}
}

// TestPagesHoldEverythingOnce walks lists in small pages, and refuses cursors elsewhere.
func TestPagesHoldEverythingOnce(t *testing.T) {
	t.Parallel()
	b := open(t)
	w, err := b.store.Begin(t.Context(), scope(ours), store.Cause{Run: "run-1"})
	b.must(err)
	for i := range 23 {
		id := fmt.Sprintf("arn:%02d", i)
		line, err := json.Marshal(estate.Resource{ID: id, Type: "aws_s3_bucket", Cloud: estate.AWS, Account: ours, Region: "eu-west-1", Name: id, Config: json.RawMessage(`{}`)})
		b.must(err)
		b.must(w.Add(id, line))
	}
	_, err = w.Commit(t.Context(), estate.Coverage{Scope: scope(ours), Status: estate.CoverageOK, Read: day0})
	b.must(err)
	p := b.user("a", auth.Viewer, nil, nil)
	for _, sort := range []string{"name", "-name", "changed"} {
		var ids []string
		cursor := ""
		for range 10 {
			var page store.Page[store.Resource]
			p.want(http.StatusOK, "GET", "/api/v1/resources?total=true&limit=5&sort="+sort+"&cursor="+url.QueryEscape(cursor), nil, &page)
			for i := range page.Items {
				ids = append(ids, page.Items[i].ID)
			}
			if page.Total == nil || *page.Total != 23 {
				t.Errorf("the total is %v", page.Total)
			}
			if cursor = page.Next; cursor == "" {
				break
			}
			p.want(http.StatusBadRequest, "GET", "/api/v1/resources?sort="+sort+"&text=other&cursor="+url.QueryEscape(cursor), nil, nil)
			p.want(http.StatusBadRequest, "GET", "/api/v1/findings?cursor="+url.QueryEscape(cursor), nil, nil)
		}
		slices.Sort(ids)
		if len(slices.Compact(slices.Clone(ids))) != 23 || len(ids) != 23 {
			t.Errorf("by %s the pages hold %v", sort, ids)
		}
	}
	var coverage store.Page[store.Ledger]
	p.want(http.StatusOK, "GET", "/api/v1/coverage?limit=1", nil, &coverage)
	p.want(http.StatusBadRequest, "GET", "/api/v1/coverage?cursor=eA", nil, nil)
	if len(coverage.Items) != 1 {
		t.Errorf("the coverage is %+v", coverage)
	}
}

func TestTablesAreWholeAndHarmless(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.fill()
	p := b.user("root", auth.Admin, nil, nil)
	table := calls()
	for _, r := range b.server.API().Routes() {
		if !r.List || r.ID == "list-drift" {
			continue
		}
		path := table[r.ID].path
		answer := p.want(http.StatusOK, "GET", path+join(path)+"limit=1&format=csv", nil, nil)
		rows, err := csv.NewReader(strings.NewReader(answer.body)).ReadAll()
		if err != nil || len(rows) == 0 || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/csv") {
			t.Errorf("%s: %v %d rows %s", r.ID, err, len(rows), answer.Header.Get("Content-Type"))
			continue
		}
		for _, row := range rows {
			for _, cell := range row {
				if strings.HasPrefix(cell, "=") || strings.HasPrefix(cell, "@") || strings.HasPrefix(cell, "+") {
					t.Errorf("%s has a formula: %q", r.ID, cell)
				}
			}
		}
		if want := map[string]int{"list-findings": 3, "list-resources": 3, "list-issues": 3}[r.ID]; want > 0 && len(rows) != want {
			t.Errorf("%s has %d rows, want %d", r.ID, len(rows), want)
		}
	}
}

// TestListsAreNeverNull asks for everything of an empty server.
func TestListsAreNeverNull(t *testing.T) {
	t.Parallel()
	b := open(t)
	p := b.user("root", auth.Admin, nil, nil)
	for id, c := range calls() {
		if c.body != nil || c.status != 200 || strings.HasPrefix(c.path, "/auth") || strings.Contains(c.path, "retry") || strings.Contains(c.path, "cancel") {
			continue
		}
		answer := p.do("GET", c.path, nil)
		if strings.Contains(answer.body, `"items":null`) || strings.Contains(answer.body, `"issues":null`) || strings.Contains(answer.body, `"failing":null`) {
			t.Errorf("%s: %s", id, answer.body)
		}
	}
}

func TestStreamsTellAndResume(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.fill()
	for _, c := range []struct {
		name     string
		accounts []string
		last     string
		want     int // transitions at once
	}{{"after the first", nil, "1", 3}, {"one team", []string{ours}, "1", 1}, {"from now on", nil, "0", 0}} {
		name := c.name
		p := b.user(strings.ReplaceAll(name, " ", "-"), auth.Viewer, c.accounts, nil)
		ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
		r, err := http.NewRequestWithContext(ctx, "GET", b.http.URL+"/api/v1/stream", nil)
		b.must(err)
		if c.last != "0" {
			r.Header.Set("Last-Event-ID", c.last)
		}
		answer, err := p.client.Do(r)
		b.must(err)
		lines := bufio.NewScanner(answer.Body)
		told, beat := 0, false
		for !beat && lines.Scan() {
			data, isData := strings.CutPrefix(lines.Text(), "data: {")
			if isData && data != "}" {
				told++
				if c.accounts != nil && strings.Contains(data, theirs) {
					t.Errorf("%s tells of the other team: %s", name, data)
				}
			}
			beat = strings.HasPrefix(lines.Text(), ": alive")
		}
		if told != c.want || !beat {
			t.Errorf("%s: %d transitions, heartbeat %v, want %d", name, told, beat, c.want)
		}
		if name == "from now on" { // what happens now comes at once
			_, err := b.store.Rank(t.Context(), store.Ranked{At: day0, Priorities: estate.Priorities{Table: "t"}})
			b.must(err)
			var id, event string
			for lines.Scan() && !strings.Contains(lines.Text(), `"resolved"`) {
				if v, ok := strings.CutPrefix(lines.Text(), "id: "); ok {
					id = v
				}
				if v, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
					event = v
				}
			}
			if id == "" || event != "transition" {
				t.Errorf("the event is %q with the id %q", event, id)
			}
			b.must(b.store.PutUser(t.Context(), store.User{ID: p.id, Name: "x", Role: "viewer", Disabled: day0}))
			for lines.Scan() {
				continue // until the server ends it
			}
			if ctx.Err() != nil {
				t.Error("the stream goes on for a user who is disabled")
			}
		}
		stop()
		_ = answer.Body.Close()
	}
}

// TestNoSecretIsLogged does everything that has a secret in it, and looks for them.
func TestNoSecretIsLogged(t *testing.T) {
	t.Parallel()
	b, idp := withProvider(t, cloudTeam())
	p := b.user("root", auth.Admin, nil, nil)
	var token api.TokenCreated
	p.want(http.StatusCreated, "POST", "/api/v1/tokens", map[string]any{"name": "x", "expires": soon}, &token)
	var user api.UserCreated
	p.want(http.StatusCreated, "POST", "/api/v1/users", map[string]any{"name": "new", "role": "viewer"}, &user)
	who := b.stranger()
	path := start(idp, who)
	who.want(http.StatusFound, "GET", path, nil, nil)
	b.stranger().do("GET", "/api/v1/me", nil, "Authorization", "Bearer "+token.Secret)
	b.stranger().do("GET", "/api/v1/issues?token="+token.Secret, nil)
	b.stranger().do("GET", "/api/v1/"+token.Secret, nil)
	b.stranger().do("GET", "/"+token.Secret, nil)
	b.stranger().do("POST", "/auth/login", map[string]string{"name": "root", "password": "wrong-password"})
	secrets := []string{token.Secret, user.Password, p.pass, p.cookie(), p.csrf, who.cookie(), "client-secret", "wrong-password", "code=good", url.QueryEscape(path[strings.LastIndex(path, "=")+1:])}
	var page store.Page[store.Entry]
	entries := p.want(http.StatusOK, "GET", "/api/v1/audit", nil, &page).body
	var metrics string
	for _, s := range secrets {
		metrics = p.want(http.StatusOK, "GET", "/metrics", nil, nil).body
		for where, text := range map[string]string{"the log": b.log.String(), "the audit log": entries, "the metrics": metrics} {
			if s == "" || strings.Contains(text, s) {
				t.Errorf("%s holds %q", where, s)
			}
		}
	}
	if !strings.Contains(metrics, `stance_http_request_duration_seconds_count{method="POST",route="/auth/login",status="401"} 1`) || !strings.Contains(b.log.String(), "route=/auth/oidc/callback") {
		t.Errorf("the log or the metrics are not there:\n%s", metrics)
	}
}

func TestHealthReadinessAndMetrics(t *testing.T) {
	t.Parallel()
	b := open(t)
	who := b.stranger()
	who.want(http.StatusOK, "GET", "/healthz", nil, nil)
	who.want(http.StatusOK, "GET", "/readyz", nil, nil)
	who.want(http.StatusUnauthorized, "GET", "/metrics", nil, nil)
	b.user("team", auth.Admin, []string{ours}, nil).want(http.StatusUnauthorized, "GET", "/metrics", nil, nil)
	b.must(b.store.Close())
	who.want(http.StatusServiceUnavailable, "GET", "/readyz", nil, nil)
	who.want(http.StatusOK, "GET", "/healthz", nil, nil)
}

func TestFloodsAreStopped(t *testing.T) {
	t.Parallel()
	b := open(t)
	p := b.user("a", auth.Viewer, nil, nil)
	refused := 0
	for range 260 {
		if p.do("GET", "/api/v1/checks", nil).StatusCode == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused < 50 {
		t.Errorf("%d of 260 requests at once are refused", refused)
	}
	b.clock.pass(time.Minute)
	p.want(http.StatusOK, "GET", "/api/v1/checks", nil, nil)
}

func TestTheDashboardIsServed(t *testing.T) {
	t.Parallel()
	b := open(t, func(s *setup) {
		s.static = fstest.MapFS{"index.html": {Data: []byte("<html>")}, "assets/app-1.js": {Data: []byte("plain")}, "assets/app-1.js.gz": {Data: []byte("packed")}}
	})
	who := b.stranger()
	for path, want := range map[string]string{"/": "<html>", "/issues/some-key": "<html>", "/resources/arn:aws:s3:::a.b": "<html>", "/assets/app-1.js": "packed", "/etc/passwd": "<html>", "/assets": "<html>"} {
		if got := who.want(http.StatusOK, "GET", path, nil, nil, "Accept-Encoding", "gzip"); got.body != want {
			t.Errorf("%s: %q", path, got.body)
		}
	}
	if got := who.want(http.StatusOK, "GET", "/assets/app-1.js", nil, nil, "Accept-Encoding", "identity"); got.body != "plain" || !strings.Contains(got.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("without compression: %q", got.body)
	}
	who.want(http.StatusNotFound, "GET", "/assets/gone.js", nil, nil)
	who.want(http.StatusMethodNotAllowed, "POST", "/", nil, nil)
}
