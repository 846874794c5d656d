package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/service/api"
	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

// call is one request to a route: who may at least, and what it answers to them.
type call struct {
	role   auth.Role
	path   string // with values in the place of names
	body   any
	status int // of success
}

var soon = day0.AddDate(0, 0, 10).Format(time.RFC3339)

// calls has every route.
func calls() map[string]call {
	resource := "account=" + ours + "&id=" + url.QueryEscape(bucket(ours))
	return map[string]call{
		"get-overview":           {auth.Viewer, "/api/v1/overview", nil, 200},
		"list-issues":            {auth.Viewer, "/api/v1/issues", nil, 200},
		"get-issue":              {auth.Viewer, "/api/v1/issues/issue-" + ours, nil, 200},
		"list-fixes":             {auth.Viewer, "/api/v1/fixes", nil, 200},
		"list-campaigns":         {auth.Viewer, "/api/v1/campaigns", nil, 200},
		"list-findings":          {auth.Viewer, "/api/v1/findings", nil, 200},
		"get-finding":            {auth.Viewer, "/api/v1/findings/" + findingKey(ours), nil, 200},
		"count-open":             {auth.Viewer, "/api/v1/open?by=severity", nil, 200},
		"list-checks":            {auth.Viewer, "/api/v1/checks", nil, 200},
		"list-resources":         {auth.Viewer, "/api/v1/resources", nil, 200},
		"get-resource":           {auth.Viewer, "/api/v1/resource?" + resource, nil, 200},
		"list-versions":          {auth.Viewer, "/api/v1/resource/versions?" + resource, nil, 200},
		"list-relations":         {auth.Viewer, "/api/v1/resource/relations?" + resource, nil, 200},
		"list-resource-findings": {auth.Viewer, "/api/v1/resource/findings?" + resource, nil, 200},
		"count-resources":        {auth.Viewer, "/api/v1/tally?by=account", nil, 200},
		"list-changes":           {auth.Viewer, "/api/v1/changes", nil, 200},
		"list-identities":        {auth.Viewer, "/api/v1/identities", nil, 200},
		"who-can":                {auth.Viewer, "/api/v1/access/who-can?action=s3:GetObject&resource=" + url.QueryEscape(bucket(ours)), nil, 200},
		"what-can":               {auth.Viewer, "/api/v1/access/what-can?principal=web", nil, 200},
		"explain-access":         {auth.Viewer, "/api/v1/access/explain?principal=web&action=s3:GetObject&resource=" + url.QueryEscape(bucket(ours)), nil, 200},
		"ask-graph":              {auth.Viewer, "/api/v1/graph", map[string]string{"query": "bucket"}, 200},
		"list-queries":           {auth.Viewer, "/api/v1/queries", nil, 200},
		"list-frameworks":        {auth.Viewer, "/api/v1/compliance", nil, 200},
		"get-framework":          {auth.Viewer, "/api/v1/compliance/example-1", nil, 200},
		"list-drift":             {auth.Viewer, "/api/v1/drift?baseline=baseline-1", nil, 200},
		"list-baselines":         {auth.Viewer, "/api/v1/baselines", nil, 200},
		"create-baseline":        {auth.Analyst, "/api/v1/baselines", map[string]any{"name": "good"}, 201},
		"delete-baseline":        {auth.Analyst, "/api/v1/baselines/baseline-1", nil, 204},
		"list-exceptions":        {auth.Viewer, "/api/v1/exceptions", nil, 200},
		"get-exception":          {auth.Viewer, "/api/v1/exceptions/exception-1", nil, 200},
		"create-exception":       {auth.Analyst, "/api/v1/exceptions", map[string]any{"subject": "finding", "key": findingKey(ours), "reason": "for a while", "expires": soon}, 201},
		"approve-exception":      {auth.Approver, "/api/v1/exceptions/exception-1/approve", nil, 200},
		"end-exception":          {auth.Analyst, "/api/v1/exceptions/exception-1/end", nil, 200},
		"list-coverage":          {auth.Viewer, "/api/v1/coverage", nil, 200},
		"list-jobs":              {auth.Viewer, "/api/v1/jobs", nil, 200},
		"cancel-job":             {auth.Admin, "/api/v1/jobs/1/cancel", nil, 200},
		"retry-job":              {auth.Admin, "/api/v1/jobs/1/retry", nil, 200},
		"start-scan":             {auth.Analyst, "/api/v1/scans", map[string]any{"class": "fast"}, 201},
		"list-deliveries":        {auth.Viewer, "/api/v1/deliveries", nil, 200},
		"retry-delivery":         {auth.Admin, "/api/v1/deliveries/none/retry", nil, 404},
		"list-dead-events":       {auth.Viewer, "/api/v1/events/dead", nil, 200},
		"get-latency":            {auth.Viewer, "/api/v1/events/latency", nil, 200},
		"get-course":             {auth.Viewer, "/api/v1/course", nil, 200},
		"stream":                 {auth.Viewer, "/api/v1/stream?after=-1", nil, 422}, // a stream has tests of its own
		"get-session":            {auth.Nobody, "/auth/session", nil, 200},
		"sign-in":                {auth.Nobody, "/auth/login", map[string]string{"name": "nobody", "password": "x"}, 401},
		"sign-out":               {auth.Nobody, "/auth/logout", nil, 200},
		"start-oidc":             {auth.Nobody, "/auth/oidc/start", nil, 404},
		"finish-oidc":            {auth.Nobody, "/auth/oidc/callback", nil, 404},
		"get-me":                 {auth.Viewer, "/api/v1/me", nil, 200},
		"change-password":        {auth.Viewer, "/api/v1/me/password", map[string]string{"old": "wrong", "new": "long enough for this"}, 400},
		"list-sessions":          {auth.Viewer, "/api/v1/me/sessions", nil, 200},
		"end-session":            {auth.Viewer, "/api/v1/me/sessions/none", nil, 404},
		"list-users":             {auth.Admin, "/api/v1/users", nil, 200},
		"create-user":            {auth.Admin, "/api/v1/users", map[string]any{"name": "new", "role": "viewer"}, 201},
		"get-user":               {auth.Admin, "/api/v1/users/viewer", nil, 200},
		"change-user":            {auth.Admin, "/api/v1/users/viewer", map[string]any{"email": "v@example.com"}, 200},
		"disable-user":           {auth.Admin, "/api/v1/users/spare", nil, 204},
		"reset-password":         {auth.Admin, "/api/v1/users/spare/password", nil, 200},
		"list-user-tokens":       {auth.Admin, "/api/v1/users/viewer/tokens", nil, 200},
		"revoke-user-token":      {auth.Admin, "/api/v1/users/viewer/tokens/none", nil, 404},
		"list-tokens":            {auth.Viewer, "/api/v1/tokens", nil, 200},
		"create-token":           {auth.Viewer, "/api/v1/tokens", map[string]any{"name": "ci", "expires": soon}, 201},
		"revoke-token":           {auth.Viewer, "/api/v1/tokens/none", nil, 404},
		"list-audit":             {auth.Admin, "/api/v1/audit", nil, 200},
		"verify-audit":           {auth.Admin, "/api/v1/audit/verify", nil, 200},
		"get-settings":           {auth.Admin, "/api/v1/settings", nil, 200},
	}
}

// decided puts a baseline and an exception that waits into the store.
func (b *bench) decided() {
	b.Helper()
	b.must(b.store.PutBaseline(b.Context(), store.Baseline{ID: "baseline-1", Name: "b", Moment: day0.Add(-150 * time.Minute), By: "somebody", Created: day0}))
	b.must(b.store.PutException(b.Context(), store.Exception{ID: "exception-1", Subject: "finding", Key: findingKey(ours), Reason: "because", By: "somebody", Created: day0, Expires: day0.AddDate(0, 0, 5)}))
}

func TestEveryRouteForEveryRole(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.fill()
	b.user("spare", auth.Viewer, nil, nil)
	b.user("somebody", auth.Approver, nil, nil)
	people := map[auth.Role]*person{}
	for _, role := range auth.Roles() {
		people[role] = b.user(string(role), role, nil, nil)
	}
	table := calls()
	for _, r := range b.server.API().Routes() {
		c, ok := table[r.ID]
		if !ok {
			t.Errorf("%s is not in the table", r.ID)
			continue
		}
		delete(table, r.ID)
		if r.Role != c.role {
			t.Errorf("%s takes %q, the table says %q", r.ID, r.Role, c.role)
		}
		for _, role := range append([]auth.Role{auth.Nobody}, auth.Roles()...) {
			b.decided()
			b.clock.pass(time.Second)
			p := people[role]
			if role == auth.Nobody {
				p = b.stranger()
			} else if r.ID == "sign-out" || r.ID == "sign-in" {
				p = b.user(string(role)+"-"+r.ID, role, nil, nil)
			}
			want := c.status
			switch {
			case role == auth.Nobody && c.role != auth.Nobody:
				want = http.StatusUnauthorized
			case !role.Includes(c.role):
				want = http.StatusForbidden
			}
			got := p.do(r.Method, c.path, c.body)
			if got.StatusCode == http.StatusForbidden && want == c.status && r.ID == "end-exception" && !role.Includes(auth.Approver) {
				continue // it is somebody else's
			}
			if got.StatusCode != want {
				t.Errorf("%s for %q: %d, want %d: %.300s", r.ID, role, got.StatusCode, want, got.body)
			}
		}
	}
	for id := range table {
		t.Errorf("the table has %s, which is no route", id)
	}
}

// TestOneTeamSeesNothingOfAnother asks every route that answers a viewer, as somebody of
// one team, and looks for what the other team has.
func TestOneTeamSeesNothingOfAnother(t *testing.T) {
	t.Parallel()
	for name, limits := range map[string][2][]string{"account": {{ours}, nil}, "owner": {nil, {ourTeam}}, "both": {{ours}, {ourTeam}}, "nothing": {{}, {}}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t)
			b.fill()
			b.must(b.store.PutBaseline(t.Context(), store.Baseline{ID: "baseline-1", Name: "b", Moment: day0.Add(-150 * time.Minute), By: "red", Accounts: nil, Created: day0}))
			b.must(b.store.PutException(t.Context(), store.Exception{ID: "exception-2", Subject: "finding", Key: findingKey(theirs), Reason: "of " + theirTm, By: "blue", Created: day0, Expires: day0.AddDate(0, 0, 5)}))
			b.must(b.store.PutBaseline(t.Context(), store.Baseline{ID: "baseline-2", Name: theirTm, Moment: day0, By: "blue", Accounts: []string{theirs}, Created: day0}))
			p := b.user("red", auth.Admin, limits[0], limits[1])
			b.must(b.store.PutUser(t.Context(), store.User{ID: "red-2", Name: "x", Role: "admin"}))
			foreign := strings.NewReplacer(ours, theirs, findingKey(ours), findingKey(theirs), "baseline-1", "baseline-2", "exception-1", "exception-2")
			table := calls()
			for _, r := range b.server.API().Routes() {
				c := table[r.ID]
				if strings.HasPrefix(c.path, "/api/v1/users") || r.ID == "get-settings" || r.ID == "list-audit" || r.ID == "verify-audit" {
					p.want(http.StatusForbidden, r.Method, c.path, c.body, nil) // with it one could lift the limits
					continue
				}
				if r.Method != http.MethodGet {
					continue
				}
				for _, path := range []string{c.path, foreign.Replace(c.path), c.path + join(c.path) + "format=csv"} {
					got := p.do(r.Method, path, nil)
					for _, secret := range []string{theirs, theirTm, "delivery-1"} {
						asked := strings.Contains(path, secret) && got.StatusCode == http.StatusNotFound
						if strings.Contains(got.body, secret) && !asked {
							t.Errorf("%s %s tells of the other team: %d %.600s", r.ID, path, got.StatusCode, got.body)
						}
					}
					if got.StatusCode >= 500 {
						t.Errorf("%s %s: %d %s", r.ID, path, got.StatusCode, got.body)
					}
				}
			}
			for _, write := range []struct{ method, path string }{
				{"POST", "/api/v1/exceptions/exception-2/approve"}, {"POST", "/api/v1/exceptions/exception-2/end"}, {"DELETE", "/api/v1/baselines/baseline-2"},
			} {
				p.want(http.StatusNotFound, write.method, write.path, nil, nil)
			}
			for _, body := range []map[string]any{
				{"subject": "finding", "key": findingKey(theirs)}, {"subject": "issue", "key": "issue-" + theirs}, {"subject": "check", "key": check},
				{"subject": "check", "key": check, "accounts": []string{theirs}}, {"subject": "resource", "key": bucket(theirs), "accounts": []string{theirs}},
			} {
				body["reason"], body["expires"] = "because", soon
				if got := p.do("POST", "/api/v1/exceptions", body); got.StatusCode != http.StatusNotFound && got.StatusCode != http.StatusForbidden {
					t.Errorf("an exception of %v: %d %s", body, got.StatusCode, got.body)
				}
			}
		})
	}
}

func join(path string) string {
	if strings.Contains(path, "?") {
		return "&"
	}
	return "?"
}

// TestATeamSeesItsOwn keeps the test above from passing because nothing is shown at all.
func TestATeamSeesItsOwn(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.fill()
	for name, limits := range map[string][2][]string{"account": {{ours}, nil}, "owner": {nil, {ourTeam}}, "both": {{ours}, {ourTeam}}} {
		p := b.user("p"+name, auth.Analyst, limits[0], limits[1])
		for _, path := range []string{"resources", "findings", "issues", "changes", "fixes", "campaigns", "resource?account=" + ours + "&id=" + url.QueryEscape(bucket(ours)), "issues/issue-" + ours, "findings/" + findingKey(ours)} {
			if got := p.want(http.StatusOK, "GET", "/api/v1/"+path, nil, nil); !strings.Contains(got.body, ours) {
				t.Errorf("%s by %s shows nothing: %s", path, name, got.body)
			}
		}
		var made store.Exception
		p.want(http.StatusCreated, "POST", "/api/v1/exceptions", map[string]any{"subject": "issue", "key": "issue-" + ours, "reason": "because", "expires": soon}, &made)
		var list store.Page[store.Exception]
		if p.want(http.StatusOK, "GET", "/api/v1/exceptions?state=waiting", nil, &list); len(list.Items) == 0 {
			t.Errorf("by %s one's own exception is not listed", name)
		}
		var overview api.Overview
		if p.want(http.StatusOK, "GET", "/api/v1/overview", nil, &overview); overview.IssueCount != 1 || len(overview.Changes) == 0 {
			t.Errorf("by %s the overview is %+v", name, overview)
		}
	}
}
