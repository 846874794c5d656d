package scan_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/scan"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/collect"
	"github.com/stance-sec/stance/internal/store/run"
)

// planOf returns a plan of twenty scopes with three resources each, that counts what is
// read and calls at before each scope.
func planOf(reads *atomic.Int64, at func(n int64)) collect.Plan {
	var plan collect.Plan
	for i := range 20 {
		scope := scopeOf(fmt.Sprintf("region-%02d", i), "thing")
		plan.Tasks = append(plan.Tasks, collect.Task{
			Scope: scope,
			Explain: func(err error) source.Problem {
				return source.Problem{Code: estate.CodeUnavailable, Detail: err.Error()}
			},
			Read: func(ctx context.Context, emit func(*estate.Resource) error) error {
				at(reads.Add(1))
				for j := range 3 {
					r := &estate.Resource{ID: fmt.Sprintf("arn:%s:%d", scope.Region, j), Type: scope.Type, Cloud: scope.Cloud, Account: scope.Account, Region: scope.Region, Config: []byte("{}")}
					if err := emit(r); err != nil {
						return err
					}
				}
				return ctx.Err()
			},
		})
	}
	return plan
}

func idsOf(t *testing.T, dir string) []string {
	t.Helper()
	r, err := run.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	var ids []string
	err = r.Lines(nil, func(_ estate.Scope, line []byte) error {
		ids = append(ids, string(line))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func TestAStoppedReadingGoesOn(t *testing.T) {
	t.Parallel()
	now := func() time.Time { return time.Unix(1_700_000_000, 0) }
	var reads atomic.Int64
	whole := filepath.Join(t.TempDir(), "whole")
	w, err := run.Create(whole, run.Meta{Tool: "stance", Started: now()})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join((scan.Reading{Workers: 1, Now: now}).Into(t.Context(), planOf(&reads, func(int64) {}), w), w.Close()); err != nil {
		t.Fatal(err)
	}

	stopped := filepath.Join(t.TempDir(), "stopped")
	if w, err = run.Create(stopped, run.Meta{Tool: "stance", Started: now()}); err != nil {
		t.Fatal(err)
	}
	reads.Store(0)
	ctx, stop := context.WithCancel(t.Context())
	err = scan.Reading{Workers: 1, Now: now}.Into(ctx, planOf(&reads, func(n int64) {
		if n == 8 {
			stop()
		}
	}), w)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("the stopped reading ended with %v", err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if w, err = run.Resume(stopped); err != nil {
		t.Fatal(err)
	}
	reads.Store(0)
	if err := errors.Join((scan.Reading{Workers: 1, Now: now}).Into(t.Context(), planOf(&reads, func(int64) {}), w), w.Close()); err != nil {
		t.Fatal(err)
	}
	if reads.Load() != 13 {
		t.Errorf("going on read %d scopes, not the 13 that were missing", reads.Load())
	}
	if diff := cmp.Diff(idsOf(t, whole), idsOf(t, stopped)); diff != "" {
		t.Errorf("stopped and resumed differs from one run (-whole +stopped):\n%s", diff)
	}
}
