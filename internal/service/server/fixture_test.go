package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/analysis/compliance"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/api"
	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/service/job"
	"github.com/stance-sec/stance/internal/service/server"
	"github.com/stance-sec/stance/internal/store"
	"github.com/stance-sec/stance/internal/store/sqlite"
)

// The two teams of the tests, each with an account, a bucket, a finding and an issue.
const (
	ours, theirs     = "111111111111", "222222222222"
	ourTeam, theirTm = "red", "blue"
	check            = "aws-s3-bucket-logging"
	hostile          = "=cmd|'/c calc'!A1<script>alert(1)</script>\u202e"
)

var day0 = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

// clock is the time of a test.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// buffer is a log that several goroutines write.
type buffer struct {
	mu   sync.Mutex
	data bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.data.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.data.String()
}

// bench is a server under test.
type bench struct {
	*testing.T
	clock  *clock
	store  store.Store
	auth   *auth.Service
	server *server.Server
	http   *httptest.Server
	log    *buffer
	queue  *queue
}

type setup struct {
	auth   auth.Options
	o      server.Options
	static fs.FS
}

func open(t *testing.T, change ...func(*setup)) *bench {
	t.Helper()
	b := &bench{T: t, clock: &clock{now: day0}, log: &buffer{}, queue: &queue{}}
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "stance.db"), sqlite.Options{Readers: 2, CacheMB: 4})
	b.must(err)
	t.Cleanup(func() { _ = s.Close() })
	b.store = s
	with := setup{auth: auth.Options{Now: b.clock.Now}}
	for _, c := range change {
		c(&with)
	}
	b.auth = auth.New(s, with.auth)
	b.server, err = server.New(server.Dependencies{
		Auth: b.auth, Static: with.static, Logger: slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Now: b.clock.Now,
		API: api.Dependencies{
			Store: s, Queue: b.queue, Scan: func(context.Context, string) (string, error) { return "run-9", nil },
			Checks: []estate.Check{{ID: check, Title: "Buckets log", Severity: estate.High}}, Frameworks: []compliance.Framework{{
				ID: "example-1", Title: "Example", Requirements: []compliance.Requirement{{ID: "1", Title: "Log", Checks: []string{check}}, {ID: "2", Title: "Think"}},
			}},
			Access: answers{}, Graph: answers{}, Settings: func() api.Settings { return api.Settings{Version: "test"} }, Version: "test",
			Now: b.clock.Now, Poll: 10 * time.Millisecond, Heartbeat: 50 * time.Millisecond,
		},
	}, with.o)
	b.must(err)
	b.http = httptest.NewServer(b.server.Handler())
	t.Cleanup(func() { b.server.Close(); b.http.Close() })
	return b
}

func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func scope(account string) estate.Scope {
	return estate.Scope{Cloud: estate.AWS, Account: account, Region: "eu-west-1", Type: "aws_s3_bucket"}
}

func bucket(account string) string { return "arn:aws:s3:::bucket-of-" + account }

func findingKey(account string) string {
	return estate.FindingKey(check, estate.Ref{Account: account, ID: bucket(account)}, "")
}

// fill puts an estate of two teams into the store.
func (b *bench) fill() {
	b.Helper()
	ctx := b.Context()
	var issues []estate.Issue
	var fixes []estate.FixPlan
	for i, account := range []string{ours, theirs} {
		owner := []string{ourTeam, theirTm}[i]
		b.read(account, day0.Add(-3*time.Hour), `{"logging":true}`)
		b.read(account, day0.Add(-2*time.Hour), `{"logging":false}`)
		key := store.Key{Account: account, ID: bucket(account)}
		b.must(b.store.Mean(ctx, []store.Meaning{{Key: key, Owner: owner, Environment: "production"}}))
		ref := estate.Ref{ID: key.ID, Type: "aws_s3_bucket", Cloud: estate.AWS, Account: account, Region: "eu-west-1", Name: hostile + account}
		_, err := b.store.Judge(ctx, store.Judged{
			Cloud: estate.AWS, Account: account, Keys: []store.Key{key}, Whole: true, Counts: map[string]store.Verdicts{check: {Pass: 2, Fail: 1}}, At: day0.Add(-time.Hour),
			Findings: []estate.Finding{{Key: findingKey(account), Check: check, Title: "Buckets log", Status: estate.Fail, Severity: estate.High, Message: hostile, Resource: ref, Context: &estate.Context{Owner: owner}}},
		})
		b.must(err)
		fix := estate.NewFixKey("log", estate.ControlPoint{Level: estate.LevelResource, ID: key.ID})
		issues = append(issues, estate.Issue{
			Key: "issue-" + account, Title: hostile, Class: "restricted-data", Score: estate.Score{Value: 80, Band: estate.High}, Resources: []string{key.ID},
			Path: []estate.PathStep{{To: key.ID, Kind: "reach"}}, Targets: 1, Owner: owner, Fixes: []estate.FixKey{fix},
		})
		fixes = append(fixes, estate.FixPlan{Key: fix, Title: "Log " + account, Issues: []string{"issue-" + account}})
		b.must(b.store.Mark(ctx, "owner:"+owner, store.Point{At: day0.Add(-time.Hour), Risk: 80}))
	}
	_, err := b.store.Rank(ctx, store.Ranked{At: day0.Add(-30 * time.Minute), Priorities: estate.Priorities{Issues: issues, Fixes: fixes, Table: "t", Campaigns: []estate.Campaign{{Key: "c", Check: check, Title: "Log", Severity: estate.High, Band: estate.Low, Accounts: []string{ours, theirs}}}}})
	b.must(err)
	b.must(b.store.PutDeadEvent(ctx, store.DeadEvent{ID: "dead-" + theirs, At: day0, Reason: hostile}))
	b.must(b.store.Route(ctx, nil, []store.Delivery{{Key: "delivery-1", Channel: "slack", Message: json.RawMessage(`{"of":"` + theirs + `"}`), Created: day0, NotBefore: day0, State: "waiting"}}, store.RouterState{}))
}

// read replaces the bucket of an account.
func (b *bench) read(account string, when time.Time, config string) {
	b.Helper()
	w, err := b.store.Begin(b.Context(), scope(account), store.Cause{Run: "run-1"})
	b.must(err)
	line, err := json.Marshal(estate.Resource{ID: bucket(account), Type: "aws_s3_bucket", Cloud: estate.AWS, Account: account, Region: "eu-west-1", Name: hostile + account, Config: json.RawMessage(config)})
	b.must(err)
	b.must(w.Add(bucket(account), line))
	_, err = w.Commit(b.Context(), estate.Coverage{Scope: scope(account), Status: estate.CoverageOK, Resources: 1, Read: when})
	b.must(err)
}

// person is a user with a browser.
type person struct {
	b      *bench
	client *http.Client
	id     string
	csrf   string
	pass   string
}

// stranger is somebody who has not signed in.
func (b *bench) stranger() *person {
	b.Helper()
	jar, err := cookiejar.New(nil)
	b.must(err)
	return &person{b: b, client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// user adds a user and signs in.
func (b *bench) user(name string, role auth.Role, accounts, owners []string) *person {
	b.Helper()
	u, password, err := b.auth.CreateUser(b.Context(), store.User{Name: name, Role: string(role), Accounts: accounts, Owners: owners}, true)
	b.must(err)
	p := b.stranger()
	p.id, p.pass = u.ID, password
	p.signIn()
	return p
}

func (p *person) signIn() {
	p.b.Helper()
	var state api.SessionState
	p.want(http.StatusOK, "POST", "/auth/login", map[string]string{"name": p.id, "password": p.pass}, &state)
	p.csrf = state.CSRF
}

// reply is an answer that was read.
type reply struct {
	*http.Response
	body string
}

// do sends a request.
func (p *person) do(method, path string, body any, headers ...string) reply {
	p.b.Helper()
	var data []byte
	if text, ok := body.(string); ok {
		data = []byte(text)
	} else if body != nil {
		var err error
		data, err = json.Marshal(body)
		p.b.must(err)
	}
	r, err := http.NewRequestWithContext(p.b.Context(), method, p.b.http.URL+path, bytes.NewReader(data))
	p.b.must(err)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if p.csrf != "" {
		r.Header.Set("X-CSRF-Token", p.csrf)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := p.client.Do(r)
	p.b.must(err)
	defer func() { _ = answer.Body.Close() }()
	var text bytes.Buffer
	_, err = text.ReadFrom(answer.Body)
	p.b.must(err)
	return reply{answer, text.String()}
}

// want sends a request that has to be answered with a status, and reads the answer.
func (p *person) want(status int, method, path string, body, into any, headers ...string) reply {
	p.b.Helper()
	answer := p.do(method, path, body, headers...)
	if answer.StatusCode != status {
		p.b.Fatalf("%s %s: %d %s", method, path, answer.StatusCode, answer.body)
	}
	if into != nil {
		p.b.must(json.Unmarshal([]byte(answer.body), into))
	}
	return answer
}

// queue is a queue with one job.
type queue struct{}

func (queue) List(_ context.Context, f job.Filter) ([]job.Row, string, error) {
	if f.After != "" {
		return nil, "", estate.Errorf(estate.CodeInvalid, "list jobs", "the cursor is broken")
	}
	return []job.Row{{ID: 1, Kind: "read", Args: json.RawMessage(`{"account":"` + theirs + `"}`), State: "running"}}, "", nil
}

func (queue) Cancel(_ context.Context, id int64) (job.Row, error) { return one(id) }
func (queue) Retry(_ context.Context, id int64) (job.Row, error)  { return one(id) }

func one(id int64) (job.Row, error) {
	if id != 1 {
		return job.Row{}, estate.Errorf(estate.CodeNotFound, "find a job", "there is no such job")
	}
	return job.Row{ID: 1, Kind: "read", State: "cancelled"}, nil
}

// answers stands in for the questions about access and paths, which package ask tests.
type answers struct{}

func (answers) Identities(_ context.Context, see store.Visible) ([]api.Identity, error) {
	var list []api.Identity
	for _, account := range []string{ours, theirs} {
		owner := map[string]string{ours: ourTeam, theirs: theirTm}[account]
		if (see.OnlyAccounts == nil || slices.Contains(see.OnlyAccounts, account)) && (see.OnlyOwners == nil || slices.Contains(see.OnlyOwners, owner)) {
			list = append(list, api.Identity{ARN: fmt.Sprintf("arn:aws:iam::%s:role/web", account), Name: "web", Kind: "role", Account: account})
		}
	}
	return list, nil
}

func (answers) WhoCan(context.Context, store.Visible, api.AccessQuestion) (api.Holders, error) {
	return api.Holders{Known: day0}, nil
}

func (answers) WhatCan(context.Context, store.Visible, string, string) (api.Permissions, error) {
	return api.Permissions{Known: day0}, nil
}

func (answers) Explain(context.Context, store.Visible, api.AccessQuestion) (api.Explanation, error) {
	return api.Explanation{Known: day0}, nil
}

func (answers) Saved() []api.SavedQuery { return []api.SavedQuery{{Name: "all", Title: "All"}} }

func (answers) Ask(_ context.Context, _ store.Visible, q api.GraphQuestion) (api.GraphAnswer, error) {
	if strings.Contains(q.Query, "nonsense") {
		return api.GraphAnswer{}, estate.Errorf(estate.CodeInvalid, "ask the graph", "1:1: %q", q.Query)
	}
	return api.GraphAnswer{Known: day0}, nil
}
