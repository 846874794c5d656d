//go:build unix

package server_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// picture is what a store holds, without the times: a line for each thing, by its key.
type picture map[string]string

// take makes the picture of what a server keeps now.
func (s *setup) take(t *testing.T) picture {
	t.Helper()
	kept := s.open(t)
	defer func() { _ = kept.Close() }()
	p := picture{}
	p.resources(t, kept)
	for page := (store.PageRequest{Limit: store.MaxLimit}); ; {
		found, err := kept.Findings(t.Context(), store.FindingQuery{PageRequest: page, State: "open"})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found.Items {
			p["finding "+f.Key] = fmt.Sprint(f.Check, " ", f.Resource.Account, " ", f.Resource.ID, " ", f.Severity, " unproven: ", !f.Unproven.IsZero())
		}
		if page.Cursor = found.Next; page.Cursor == "" {
			break
		}
	}
	for page := (store.PageRequest{Limit: store.MaxLimit}); ; {
		issues, err := kept.Issues(t.Context(), store.IssueQuery{PageRequest: page})
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range issues.Items {
			p["issue "+i.Key] = fmt.Sprint(i.Title, " ", i.Score.Band)
		}
		if page.Cursor = issues.Next; page.Cursor == "" {
			return p
		}
	}
}

// used is what reading itself changes: when roles were last used.
var used = regexp.MustCompile(`"last_used[a-z_]*":("[^"]*"|\{[^}]*\}),?`)

func (p picture) resources(t *testing.T, kept store.Store) {
	t.Helper()
	snapshot, err := kept.Snapshot(t.Context(), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = snapshot.Close() }()
	for _, c := range snapshot.Coverage() {
		p["scope "+c.Scope.String()] = fmt.Sprint(c.Status, " ", c.Reason)
		err := snapshot.Each(c.Scope, func(line []byte) error {
			var r estate.Resource
			if err := json.Unmarshal(line, &r); err != nil {
				return err
			}
			p["resource "+c.Scope.String()+" "+r.ID] = fmt.Sprintf("%x", sha256.Sum256(used.ReplaceAll(line, nil)))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// same holds two pictures to each other.
func same(t *testing.T, got, want picture) {
	t.Helper()
	wrong := 0
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if got[key] != want[key] {
			wrong++
			t.Errorf("%s is %q, undisturbed it is %q", key, got[key], want[key])
		}
	}
	for _, key := range slices.Sorted(maps.Keys(got)) {
		if _, there := want[key]; !there {
			wrong++
			t.Errorf("%s is %q, undisturbed there is none", key, got[key])
		}
	}
	if wrong == 0 && len(want) < 100 {
		t.Errorf("only %d things are compared", len(want))
	}
}
