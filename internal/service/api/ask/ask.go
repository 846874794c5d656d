// Package ask answers the API's questions about access and paths from the estate that a
// server keeps: who may do what, which identities there are, what a query of the graph
// finds.
//
// The answers come from one reading of the store, which is used until something changed,
// and read anew at most every half minute; each answer says of when it is. What a reader
// may not see is left out and counted.
package ask

import (
	"context"
	"sync"
	"time"

	"github.com/stance-sec/stance/internal/analysis/enrich"
	"github.com/stance-sec/stance/internal/analysis/query"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/access"
	"github.com/stance-sec/stance/internal/service/picture"
	graph "github.com/stance-sec/stance/internal/service/query"
	"github.com/stance-sec/stance/internal/store"
)

// Store is what is asked.
type Store interface {
	Snapshot(ctx context.Context, at time.Time) (store.Snapshot, error)
	Changed(ctx context.Context, see store.Visible, from, until time.Time, page store.PageRequest) (store.Page[store.Change], error)
	Resource(ctx context.Context, see store.Visible, key store.Key, at time.Time) (store.Resource, error)
}

// Options say by what an Asker is made.
type Options struct {
	Store Store
	// Mapping is the user's mapping file; nil when there is none.
	Mapping *enrich.Mapping
	// Picture says by which rules and numbers attackers step; Table and Rules are enough.
	Picture picture.Options
	// Types are all types of resources, which queries may name.
	Types []string
	// Saved are the saved queries.
	Saved []graph.Saved
	Now   func() time.Time
}

// Asker implements api.Access and api.Graph. It may be used concurrently.
type Asker struct {
	options  Options
	people   kept[census]
	paths    kept[*query.Graph]
	language query.Vocabulary
}

// New returns an Asker.
func New(o Options) *Asker {
	a := &Asker{options: o, language: query.Vocabulary{Types: o.Types, Kinds: graph.Kinds()}}
	if o.Picture.Table != nil {
		a.language.Kinds = append(a.language.Kinds, o.Picture.Table.Steps()...)
	}
	return a
}

// How long a reading is used without looking whether something changed, how old it may
// become when something did, and after how long without questions it is forgotten, since
// it takes memory.
const (
	unasked = 2 * time.Second
	stale   = 30 * time.Second
	idle    = 15 * time.Minute
)

// kept is a reading of the estate.
type kept[T any] struct {
	mu      sync.Mutex
	value   T
	there   bool
	of      time.Time // the moment it shows
	looked  time.Time // when it was last known to be good
	forget  *time.Timer
	loading chan struct{} // closed when the reading that is under way ends
}

// take returns the reading, made anew by load when it is out of date. While one is made,
// others get the one before.
func take[T any](ctx context.Context, a *Asker, k *kept[T], load func(ctx context.Context, s store.Snapshot) (T, error)) (T, time.Time, error) {
	for {
		k.mu.Lock()
		if k.loading == nil || k.there {
			break
		}
		wait := k.loading
		k.mu.Unlock()
		select {
		case <-wait:
		case <-ctx.Done():
			var none T
			return none, time.Time{}, estate.Errorf(estate.CodeUnavailable, "read the estate", "%w", ctx.Err())
		}
	}
	defer k.mu.Unlock()
	if k.there && (k.loading != nil || a.good(ctx, k.of, &k.looked)) {
		return k.value, k.of, nil
	}
	done := make(chan struct{})
	k.loading = done
	k.mu.Unlock()
	of := a.options.Now()
	value, err := read(ctx, a, of, load)
	k.mu.Lock()
	k.loading = nil
	close(done)
	if err != nil {
		var none T
		return none, time.Time{}, err
	}
	k.value, k.there, k.of, k.looked = value, true, of, of
	if k.forget != nil {
		k.forget.Stop()
	}
	k.forget = time.AfterFunc(idle, func() { clearOf(k) })
	return value, of, nil
}

func clearOf[T any](k *kept[T]) {
	k.mu.Lock()
	defer k.mu.Unlock()
	var none T
	k.value, k.there = none, false
}

func read[T any](ctx context.Context, a *Asker, at time.Time, load func(context.Context, store.Snapshot) (T, error)) (T, error) {
	snapshot, err := a.options.Store.Snapshot(ctx, at)
	if err != nil {
		var none T
		return none, err
	}
	defer snapshot.Close() //nolint:errcheck // only read
	return load(ctx, snapshot)
}

// good reports whether a reading of a moment still is what there is, or is young enough.
func (a *Asker) good(ctx context.Context, of time.Time, looked *time.Time) bool {
	now := a.options.Now()
	if now.Sub(of) < stale || now.Sub(*looked) < unasked {
		return true
	}
	page, err := a.options.Store.Changed(ctx, store.Visible{}, of, time.Time{}, store.PageRequest{Limit: 1})
	if err != nil || len(page.Items) > 0 {
		return false
	}
	*looked = now
	return true
}

// census is the identities of the estate.
type census struct{ *access.Census }

func (a *Asker) census(ctx context.Context) (census, time.Time, error) {
	return take(ctx, a, &a.people, func(_ context.Context, s store.Snapshot) (census, error) {
		c, err := access.Count(s, a.options.Mapping)
		return census{c}, err
	})
}

func (a *Asker) graph(ctx context.Context) (*query.Graph, time.Time, error) {
	return take(ctx, a, &a.paths, func(ctx context.Context, s store.Snapshot) (*query.Graph, error) {
		return graph.Load(ctx, s, graph.Options{Picture: a.options.Picture, Mapping: a.options.Mapping, Now: a.options.Now()})
	})
}

// sees reports whether a reader may see a resource.
func (a *Asker) sees(ctx context.Context, see store.Visible, key store.Key) (bool, error) {
	if see.Everything() {
		return true, nil
	}
	_, err := a.options.Store.Resource(ctx, see, key, time.Time{})
	if estate.CodeOf(err) == estate.CodeNotFound {
		return false, nil
	}
	return err == nil, err
}
