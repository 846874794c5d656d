package source

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/stance-sec/stance/internal/estate"
	"golang.org/x/sync/errgroup"
)

// detailWorkers is how many resources of one scope are read at once. The budgets
// of the cloud's session decide how fast that goes.
const detailWorkers = 8

// Collect implements Kind.
func (t Type[S, C]) Collect(ctx context.Context, s S, emit func(*estate.Resource) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = estate.Errorf(estate.CodeInternal, "read "+t.Name, "the collector failed: %v", p)
		}
	}()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(detailWorkers)
	found := func(d *Draft[C]) {
		group.Go(func() error { return t.finish(ctx, s, d, emit) })
	}
	listErr := t.List(ctx, s, t.prepare(ctx, s, found))
	waitErr := group.Wait()
	if listErr != nil {
		return listErr
	}
	return waitErr
}

// prepare fills in what every draft of the session has in common.
func (t Type[S, C]) prepare(ctx context.Context, s S, next func(*Draft[C])) func(*Draft[C]) {
	cloud, account, region := s.Identity()
	permissions := Permissions(t.Calls)
	return func(d *Draft[C]) {
		d.resource.Type, d.resource.Cloud, d.resource.Account = t.Name, cloud, account
		if d.Account != "" {
			d.resource.Account = d.Account
		}
		if d.Region == "" && t.Locality == Global {
			d.Region = "global"
		} else if d.Region == "" {
			d.Region = region
		}
		d.ctx, d.explain, d.permissions, d.goneCodes = ctx, s.Explain, permissions, t.Gone
		next(d)
	}
}

// Permissions maps the operations of calls to what allows them.
func Permissions(calls []Call) map[string]string {
	m := make(map[string]string, len(calls))
	for _, c := range calls {
		m[c.Op] = c.Permission
	}
	return m
}

func (t Type[S, C]) finish(ctx context.Context, s S, d *Draft[C], emit func(*estate.Resource) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = estate.Errorf(estate.CodeInternal, "read "+t.Name, "the collector failed on %q: %v", d.ID, p)
		}
	}()
	if t.TagsUntold {
		d.NotAsked("tags")
	}
	if t.Detail != nil {
		if err := t.Detail(ctx, s, d); err != nil {
			if slices.Contains(t.Gone, s.Explain(err).Name) {
				return nil
			}
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if d.gone {
		return nil
	}
	if t.Facets != nil {
		t.Facets(d)
	}
	r, err := d.build()
	if err != nil {
		return fmt.Errorf("read %s %q: %w", t.Name, d.ID, err)
	}
	return emit(r)
}

// Parallel calls do for each item, a few at a time, and returns the first error. It
// is for lists that need a call per parent.
func Parallel[T any](ctx context.Context, items []T, do func(context.Context, T) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(detailWorkers)
	for _, item := range items {
		group.Go(func() error { return do(ctx, item) })
	}
	return group.Wait()
}

// Once remembers the answer of a call that several drafts of one session share. The
// zero value is ready; it may be used concurrently.
type Once[T any] struct {
	once  sync.Once
	value T
	err   error
}

// Do calls read the first time and returns what it returned every time.
func (o *Once[T]) Do(read func() (T, error)) (T, error) {
	o.once.Do(func() { o.value, o.err = read() })
	return o.value, o.err
}
