package app_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/stance-sec/stance/internal/analysis/enrich"
	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/app"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/awstest"
)

// TestRefusedCallsNeverChangeAVerdict reads every resource type of AWS from its archive,
// once with everything allowed and once with each secondary call refused, and judges both
// with the whole library: a verdict stays what it was or becomes unknown, and then names
// the permission that is missing.
func TestRefusedCallsNeverChangeAVerdict(t *testing.T) {
	t.Parallel()
	_, library, err := app.Checks{}.Library()
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range app.AWSKinds() {
		t.Run(kind.Info().Name, func(t *testing.T) {
			t.Parallel()
			s := sweep{library: library, kind: kind, archive: archiveOf(t, kind.Info())}
			whole, secondary := s.judge(t), secondaryCalls(kind.Info())
			for _, call := range secondary {
				compareRefused(t, []source.Call{call}, whole, s.judge(t, call))
			}
			compareRefused(t, secondary, whole, s.judge(t, secondary...))
		})
	}
}

// secondaryCalls are those without which the resources are found all the same.
func secondaryCalls(info source.Info) []source.Call {
	return slices.DeleteFunc(slices.Clone(info.Calls), func(c source.Call) bool { return len(c.Fills) == 0 })
}

func archiveOf(t *testing.T, info source.Info) *txtar.Archive {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("../source/aws", info.Service, "testdata", info.Name+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	return archive
}

// sweep reads and judges one resource type.
type sweep struct {
	library *policy.Library
	kind    source.Kind[*aws.Session]
	archive *txtar.Archive
}

// subject is a check on a resource.
type subject struct{ check, resource string }

// verdict is what a check says of a resource, all its elements together.
type verdict struct {
	statuses    []estate.Status // of each element, in order
	failing     []string        // the keys of the findings that fail
	permissions []string        // what the unknowns ask for
}

func (v *verdict) unknown() bool {
	return v != nil && slices.Contains(v.statuses, estate.UnknownStatus)
}

// judge reads the type with the calls refused and judges what came of it.
func (s sweep) judge(t *testing.T, refused ...source.Call) map[subject]*verdict {
	t.Helper()
	lines := s.collect(t, refused)
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	observer := enrich.NewObserver()
	for _, line := range append(slices.Clone(lines), openAccount) {
		if err := observer.Observe(line); err != nil {
			t.Fatal(err)
		}
	}
	reader := observer.Overlay(nil, now).NewReader()
	evaluator := s.library.NewEvaluator(now)
	verdicts := map[subject]*verdict{}
	for _, line := range lines {
		about, err := reader.Context(line)
		if err != nil {
			t.Fatal(err)
		}
		_, err = evaluator.Evaluate(line, about, nil, func(f estate.Finding) error {
			at := subject{f.Check, f.Resource.ID}
			if verdicts[at] == nil {
				verdicts[at] = &verdict{}
			}
			verdicts[at].add(f)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return verdicts
}

// openAccount lays nothing over the resources: with a block of the account in force, or
// not known, nobody would ask what a bucket's own settings say.
var openAccount = []byte(`{"id":"arn:aws:s3:::account","type":"aws_s3_account_public_access_block","cloud":"aws","account":"` + awstest.Account +
	`","region":"global","name":"open","config":{},"facets":{"public_guard":{"protects":"aws_s3_bucket","blocks_policies":false,"ignores_lists":false}}}`)

func (v *verdict) add(f estate.Finding) {
	v.statuses = append(v.statuses, f.Status)
	if f.Status == estate.Fail {
		v.failing = append(v.failing, f.Key)
	}
	for _, u := range f.Unknown {
		v.permissions = append(v.permissions, u.Permission)
	}
}

func (s sweep) collect(t *testing.T, refused []source.Call) [][]byte {
	t.Helper()
	fake := awstest.NewFake(s.archive)
	for _, call := range refused {
		fake.Refuse(call.Op, "AccessDenied")
	}
	var mu sync.Mutex
	var lines [][]byte
	err := s.kind.Collect(context.Background(), fake.Session(), func(r *estate.Resource) error {
		line, err := json.Marshal(r)
		mu.Lock()
		defer mu.Unlock()
		lines = append(lines, line)
		return err
	})
	if err != nil {
		t.Fatalf("%s refused: %v", names(refused), err)
	}
	return lines
}

func compareRefused(t *testing.T, calls []source.Call, whole, refused map[subject]*verdict) {
	t.Helper()
	for at, was := range whole {
		is := refused[at]
		switch {
		case is == nil:
			t.Errorf("%s refused: %s says nothing more of %s", names(calls), at.check, at.resource)
		case is.unknown() && !was.unknown():
			if !slices.ContainsFunc(calls, func(c source.Call) bool { return slices.Contains(is.permissions, c.Permission) }) {
				t.Errorf("%s refused: %s on %s is unknown and asks for %q", names(calls), at.check, at.resource, is.permissions)
			}
		case !is.unknown() && !slices.Equal(was.statuses, is.statuses):
			t.Errorf("%s refused: %s on %s was %v and is %v", names(calls), at.check, at.resource, was.statuses, is.statuses)
		}
		for _, key := range is.failures() {
			if !slices.Contains(was.failing, key) {
				t.Errorf("%s refused: %s on %s fails where it did not", names(calls), at.check, at.resource)
			}
		}
	}
	known := map[string]bool{} // what is not there vanished while it was read, which only the refused calls can tell
	for at := range whole {
		known[at.resource] = true
	}
	for at, is := range refused {
		if known[at.resource] && whole[at] == nil && !is.unknown() {
			t.Errorf("%s refused: %s on %s is %v, and was not asked before", names(calls), at.check, at.resource, is.statuses)
		}
	}
}

func (v *verdict) failures() []string {
	if v == nil {
		return nil
	}
	return v.failing
}

func names(calls []source.Call) string {
	var ops []string
	for _, c := range calls {
		ops = append(ops, c.Op)
	}
	return strings.Join(ops, ", ")
}
