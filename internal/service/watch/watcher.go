package watch

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/posture"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/collect"
	"github.com/stance-sec/stance/internal/store"
)

// Cloud reads one cloud.
type Cloud interface {
	// Cloud names it.
	Cloud() estate.Cloud
	// Accounts returns the accounts that are read, sorted.
	Accounts(ctx context.Context) ([]string, error)
	// Plan returns what there is to read in an account of the types that are wanted.
	Plan(ctx context.Context, account string, wanted func(source.Info) bool) (collect.Plan, error)
	// Reread reads the named resources of one scope.
	Reread(ctx context.Context, scope estate.Scope, names []string, emit func(*estate.Resource) error) (source.Found, error)
}

// Store is what a Watcher writes.
type Store interface {
	Begin(ctx context.Context, scope estate.Scope, cause store.Cause) (store.Writer, error)
	Patch(ctx context.Context, scope estate.Scope, patch store.Patch) (store.Delta, error)
	IDs(ctx context.Context, scope estate.Scope) ([]string, error)
	Ledger(ctx context.Context, see store.Visible, like estate.Scope) ([]store.Ledger, error)
}

// Keeper judges.
type Keeper interface {
	Settle(ctx context.Context, deltas []store.Delta, causes map[store.Key]store.Cause) (posture.Settled, error)
	Review(ctx context.Context) (posture.Reviewed, error)
	ReadWhole(ctx context.Context, cloud estate.Cloud, account string) error
	WasRead(ctx context.Context, cloud estate.Cloud, account string) (bool, error)
	Overturn(ctx context.Context) error
}

// Next has something done later, by whichever worker. The same work asked for twice is
// done once.
type Next interface {
	// Read asks for the reading of an account as part of a run.
	Read(ctx context.Context, r Read) error
	// Review asks for a review, not before a moment.
	Review(ctx context.Context, notBefore time.Time) error
	// Route asks for transitions to be told to whom they concern.
	Route(ctx context.Context) error
}

// Watcher does the work. It may be used concurrently.
type Watcher struct {
	Clouds []Cloud
	Store  Store
	Keeper Keeper
	Next   Next
	Now    func() time.Time
	Logger *slog.Logger
	// Workers is how many scopes of an account are read at once; 0 means the default.
	Workers int
	// Quiet is how long after a change everything is reviewed; it gathers what else
	// changes meanwhile.
	Quiet time.Duration

	mu    sync.Mutex
	began time.Time // the latest that reading returned
}

// reading returns when a reading begins that follows one of a moment. It never goes back,
// as clocks do: what is read now is newer than what is known.
func (w *Watcher) reading(last time.Time) time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, t := range []time.Time{w.Now(), last} {
		if t.After(w.began) {
			w.began = t
		}
	}
	return w.began
}

func (w *Watcher) cloud(name estate.Cloud) (Cloud, error) {
	for _, c := range w.Clouds {
		if c.Cloud() == name {
			return c, nil
		}
	}
	return nil, estate.Errorf(estate.CodeNotFound, "read "+string(name), "this server has no access to it")
}
