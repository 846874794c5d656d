package source

import (
	"context"
	"slices"
	"sync"

	"github.com/stance-sec/stance/internal/estate"
	"golang.org/x/sync/errgroup"
)

// Found is what a targeted reading learned beyond what it emitted.
type Found struct {
	// Whole is whether everything in the scope was listed: what is stored of the scope
	// and not among IDs is then gone. Otherwise only what Sought means was looked for.
	Whole bool
	// IDs are those of the resources that were seen to exist, sorted.
	IDs []string
	// Sought are the names that were looked for, when not everything was.
	Sought Names
}

// Gone reports whether a stored resource of the scope is gone, by its id: names are its
// owner's to choose.
func (f Found) Gone(id string) bool {
	if _, there := slices.BinarySearch(f.IDs, id); there {
		return false
	}
	return f.Whole || f.Sought.Match(id, "")
}

// Reread implements Kind. Where the type has no Find it lists all and reads on only for
// what is named. A lone resource of a scope need not be named. Without any name it
// reads the whole scope.
func (t Type[S, C]) Reread(ctx context.Context, s S, names Names, emit func(*estate.Resource) error) (found Found, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = estate.Errorf(estate.CodeInternal, "read "+t.Name, "the collector failed: %v", p)
		}
	}()
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(detailWorkers)
	r := &reread[S, C]{kind: t, ctx: groupCtx, session: s, names: names, emit: emit, group: group}
	listErr := r.list()
	waitErr := group.Wait()
	if listErr != nil {
		return Found{}, listErr
	}
	if waitErr != nil {
		return Found{}, waitErr
	}
	slices.Sort(r.ids)
	return Found{Whole: r.whole, IDs: r.ids, Sought: r.sought}, ctx.Err()
}

// reread is one targeted reading.
type reread[S Session, C any] struct {
	kind    Type[S, C]
	ctx     context.Context
	session S
	names   Names
	emit    func(*estate.Resource) error
	group   *errgroup.Group
	whole   bool
	sought  Names

	mu     sync.Mutex
	ids    []string
	listed int
	held   *Draft[C] // the first, while it is the only one and not named
}

// found takes a draft, perhaps from several goroutines.
func (r *reread[S, C]) found(d *Draft[C]) {
	named := r.names.Len() == 0 || r.names.Match(d.ID, d.Name)
	if !r.whole && !named {
		return
	}
	r.mu.Lock()
	r.listed++
	if r.held != nil {
		r.ids, r.held = append(r.ids, r.held.ID), nil
	}
	switch {
	case named:
	case r.listed == 1:
		r.held = d
	default:
		r.ids = append(r.ids, d.ID)
	}
	r.mu.Unlock()
	if named {
		r.read(d)
	}
}

// list finds what is named, or lists all when it must.
func (r *reread[S, C]) list() error {
	found := r.kind.prepare(r.ctx, r.session, r.found)
	if r.kind.Find != nil && r.names.Len() > 0 {
		sought, err := r.kind.Find(r.ctx, r.session, r.names, found)
		if err != nil || len(sought) > 0 {
			r.sought = NewNames(sought...)
			return err
		}
	}
	r.whole = true
	if err := r.kind.List(r.ctx, r.session, found); err != nil {
		return err
	}
	if r.held != nil {
		r.read(r.held) // settings of a region or an account exist once and events do not name them
	}
	return nil
}

func (r *reread[S, C]) read(d *Draft[C]) {
	r.group.Go(func() error {
		there := false
		err := r.kind.finish(r.ctx, r.session, d, func(resource *estate.Resource) error {
			there = true
			return r.emit(resource)
		})
		if there {
			r.mu.Lock()
			r.ids = append(r.ids, d.ID)
			r.mu.Unlock()
		}
		return err
	})
}
