package ask_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/api"
	"github.com/stance-sec/stance/internal/service/api/ask"
	"github.com/stance-sec/stance/internal/service/picture"
	graph "github.com/stance-sec/stance/internal/service/query"
	"github.com/stance-sec/stance/internal/store"
	"github.com/stance-sec/stance/internal/store/sqlite"
	"github.com/stance-sec/stance/paths"
	"github.com/stance-sec/stance/queries"
)

var day0 = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

// bench is an Asker over a store that holds the front of the example company.
type bench struct {
	*testing.T
	store store.Store
	asker *ask.Asker
	now   time.Time
	lines map[estate.Scope][][]byte
}

func open(t *testing.T) *bench {
	t.Helper()
	b := &bench{T: t, now: day0, lines: map[estate.Scope][][]byte{}}
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "stance.db"), sqlite.Options{Readers: 2, CacheMB: 4})
	b.must(err)
	t.Cleanup(func() { _ = s.Close() })
	b.store = s
	f, err := os.Open("../../picture/testdata/front.jsonl")
	b.must(err)
	defer func() { _ = f.Close() }()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r estate.Resource
		b.must(json.Unmarshal(lines.Bytes(), &r))
		scope := estate.Scope{Cloud: r.Cloud, Account: r.Account, Region: r.Region, Type: r.Type}
		b.lines[scope] = append(b.lines[scope], slices.Clone(lines.Bytes()))
	}
	for scope := range b.lines {
		b.read(scope, day0.Add(-time.Hour))
	}
	table, err := risk.Default()
	b.must(err)
	rules, err := escalate.Load(paths.FS, ".")
	b.must(err)
	saved, err := graph.Library(queries.FS)
	b.must(err)
	b.asker = ask.New(ask.Options{
		Store: s, Picture: picture.Options{Table: table, Rules: rules}, Types: []string{"aws_s3_bucket", "aws_iam_role"}, Saved: saved,
		Now: func() time.Time { return b.now },
	})
	return b
}

func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bench) read(scope estate.Scope, when time.Time) {
	b.Helper()
	w, err := b.store.Begin(b.Context(), scope, store.Cause{Run: "r"})
	b.must(err)
	for _, line := range b.lines[scope] {
		var r estate.Resource
		b.must(json.Unmarshal(line, &r))
		b.must(w.Add(r.ID, line))
	}
	_, err = w.Commit(b.Context(), estate.Coverage{Scope: scope, Status: estate.CoverageOK, Resources: len(b.lines[scope]), Read: when})
	b.must(err)
}

// role is a role of the estate.
func (b *bench) role() api.Identity {
	b.Helper()
	all, err := b.asker.Identities(b.Context(), store.Visible{})
	b.must(err)
	i := slices.IndexFunc(all, func(v api.Identity) bool { return v.Kind == "role" })
	if i < 0 {
		b.Fatalf("there is no role among %d identities", len(all))
	}
	return all[i]
}

func TestAnswersComeFromTheStore(t *testing.T) {
	t.Parallel()
	b := open(t)
	role := b.role()
	if role.ARN == "" || role.Account == "" || role.Reads == nil {
		t.Errorf("the role is %+v", role)
	}
	permissions, err := b.asker.WhatCan(t.Context(), store.Visible{}, role.ARN, "")
	b.must(err)
	if len(permissions.Items) == 0 || !permissions.Known.Equal(day0) {
		t.Errorf("it may %+v", permissions)
	}
	holders, err := b.asker.WhoCan(t.Context(), store.Visible{}, api.AccessQuestion{Action: "s3:ListAllMyBuckets", Resource: "*"})
	b.must(err)
	explained, err := b.asker.Explain(t.Context(), store.Visible{}, api.AccessQuestion{Principal: role.Name, Action: "iam:CreateUser", Resource: "*"})
	b.must(err)
	if explained.Principal != role.ARN || explained.Outcome == "" || len(explained.Trace) == 0 {
		t.Errorf("it is explained as %+v, with %d holders", explained, len(holders.Items))
	}
	for _, name := range []string{"nobody-of-this-name", "arn:aws:iam::111122223333:role/none\x00", ""} {
		if _, err := b.asker.WhatCan(t.Context(), store.Visible{}, name, ""); estate.CodeOf(err) != estate.CodeNotFound {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestPathsComeFromTheStore(t *testing.T) {
	t.Parallel()
	b := open(t)
	answer, err := b.asker.Ask(t.Context(), store.Visible{}, api.GraphQuestion{Query: "internet -> * -> datastore"})
	b.must(err)
	if len(answer.Paths) == 0 || len(answer.Nodes) == 0 {
		t.Fatalf("the answer is %+v", answer)
	}
	for _, p := range answer.Paths {
		for _, n := range p.Nodes {
			if n < 0 || n >= len(answer.Nodes) {
				t.Errorf("there is no node %d", n)
			}
		}
	}
	if _, err := b.asker.Ask(t.Context(), store.Visible{}, api.GraphQuestion{Query: "buckett"}); estate.CodeOf(err) != estate.CodeInvalid || !strings.Contains(err.Error(), "1:1") {
		t.Errorf("a misspelt query says %v", err)
	}
	for _, saved := range b.asker.Saved() {
		params := map[string]string{}
		for _, p := range saved.Params {
			params[p.Name] = "x"
		}
		if _, err := b.asker.Ask(t.Context(), store.Visible{}, api.GraphQuestion{Query: saved.Name, Params: params}); err != nil && estate.CodeOf(err) != estate.CodeInvalid {
			t.Errorf("%s: %v", saved.Name, err)
		}
	}
}

func TestOthersSeeNothing(t *testing.T) {
	t.Parallel()
	b := open(t)
	role := b.role()
	for name, see := range map[string]store.Visible{"account": {OnlyAccounts: []string{"999999999999"}}, "owner": {OnlyOwners: []string{"nobody"}}, "nothing": {OnlyAccounts: []string{}}} {
		all, err := b.asker.Identities(t.Context(), see)
		b.must(err)
		if len(all) > 0 {
			t.Errorf("by %s: %+v", name, all)
		}
		for _, principal := range []string{role.ARN, role.Name} {
			if _, err := b.asker.WhatCan(t.Context(), see, principal, ""); estate.CodeOf(err) != estate.CodeNotFound {
				t.Errorf("by %s what-can says %v", name, err)
			}
			if _, err := b.asker.Explain(t.Context(), see, api.AccessQuestion{Principal: principal, Action: "s3:GetObject", Resource: "*"}); estate.CodeOf(err) != estate.CodeNotFound {
				t.Errorf("by %s explain says %v", name, err)
			}
		}
		holders, err := b.asker.WhoCan(t.Context(), see, api.AccessQuestion{Action: "sts:GetCallerIdentity", Resource: "*"})
		b.must(err)
		for _, h := range holders.Items {
			if h.Principal == role.ARN {
				t.Errorf("by %s who-can tells of %s", name, h.Principal)
			}
		}
		for scope, lines := range b.lines {
			if scope.Type != "aws_s3_bucket" {
				continue
			}
			var r estate.Resource
			b.must(json.Unmarshal(lines[0], &r))
			for _, resource := range []string{r.ID, r.ID + "/some/object"} {
				if _, err := b.asker.WhoCan(t.Context(), see, api.AccessQuestion{Action: "s3:GetObject", Resource: resource}); estate.CodeOf(err) != estate.CodeNotFound {
					t.Errorf("by %s who-can on %s says %v", name, resource, err)
				}
				if _, err := b.asker.WhoCan(t.Context(), store.Visible{OnlyAccounts: []string{r.Account}}, api.AccessQuestion{Action: "s3:GetObject", Resource: resource}); err != nil {
					t.Errorf("its own account asks of %s: %v", resource, err)
				}
			}
		}
		answer, err := b.asker.Ask(t.Context(), see, api.GraphQuestion{Query: "internet -> * -> datastore"})
		b.must(err)
		if len(answer.Paths) > 0 || answer.Hidden == 0 {
			t.Errorf("by %s the graph tells of %d paths and hides %d", name, len(answer.Paths), answer.Hidden)
		}
	}
}

func TestAnswersAreReadAnewAfterChanges(t *testing.T) {
	t.Parallel()
	b := open(t)
	role := b.role()
	for scope := range b.lines {
		if scope.Type == "aws_iam_role" {
			b.lines[scope] = nil
			b.read(scope, day0.Add(time.Second))
		}
	}
	b.now = day0.Add(10 * time.Second) // young enough
	if _, err := b.asker.WhatCan(t.Context(), store.Visible{}, role.ARN, ""); err != nil {
		t.Errorf("after ten seconds: %v", err)
	}
	b.now = day0.Add(time.Minute)
	if _, err := b.asker.WhatCan(t.Context(), store.Visible{}, role.ARN, ""); estate.CodeOf(err) != estate.CodeNotFound {
		t.Errorf("after a minute: %v", err)
	}
	b.now = day0.Add(2 * time.Hour) // nothing changed since
	answer, err := b.asker.WhoCan(t.Context(), store.Visible{}, api.AccessQuestion{Action: "s3:ListAllMyBuckets", Resource: "*"})
	b.must(err)
	if !answer.Known.Equal(day0.Add(time.Minute)) {
		t.Errorf("it was read anew at %s for nothing", answer.Known)
	}
}
