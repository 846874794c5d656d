package watch

import (
	"context"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/collect"
	"github.com/stance-sec/stance/internal/store"
)

// Class sorts types by what reading them takes.
type Class string

// The classes. A reading of everything reads both.
const (
	Fast       Class = "fast" // lists tell everything
	Slow       Class = "slow" // each resource takes requests of its own
	Everything Class = "everything"
)

// Of returns the class of a type.
func Of(info *source.Info) Class {
	for _, c := range info.Calls {
		if len(c.Fills) > 0 {
			return Slow
		}
	}
	return Fast
}

// Read is the reading of one account.
type Read struct {
	Cloud   estate.Cloud `json:"cloud" river:"unique"`
	Account string       `json:"account" river:"unique"`
	Class   Class        `json:"class" river:"unique"`
	// Run names the sweep that it is part of.
	Run string `json:"run"`
	// Since spares what was read since then: by the same sweep before a crash, or shortly
	// before the server was started anew.
	Since time.Time `json:"since"`
	// Again is whether it was begun before: of what changed then nobody may know.
	Again bool `json:"-"`
}

// Sweep asks for the reading of every account of every cloud, but for what was read since
// a moment.
func (w *Watcher) Sweep(ctx context.Context, class Class, run string, since time.Time) error {
	var failed error
	for _, c := range w.Clouds {
		accounts, err := c.Accounts(ctx)
		if err != nil {
			failed = err // the others are read all the same
			continue
		}
		for _, account := range accounts {
			if err := w.Next.Read(ctx, Read{Cloud: c.Cloud(), Account: account, Class: class, Run: run, Since: since}); err != nil {
				return err
			}
		}
	}
	return failed
}

// tooMany is how many changed resources are left to a review, which judges everything,
// rather than judged one by one.
const tooMany = 5000

// ReadAccount reads one account and has what changed judged.
func (w *Watcher) ReadAccount(ctx context.Context, r Read) error {
	cloud, err := w.cloud(r.Cloud)
	if err != nil {
		return err
	}
	plan, err := cloud.Plan(ctx, r.Account, func(info source.Info) bool { return r.Class == Everything || Of(&info) == r.Class })
	if err != nil {
		return err
	}
	known, err := w.known(ctx, r)
	if err != nil {
		return err
	}
	tasks := plan.Tasks[:0:0]
	for _, t := range plan.Tasks {
		if read, there := known[t.Scope]; !there || read.Before(r.Since) {
			tasks = append(tasks, t)
		}
	}
	sink := &sink{ctx: ctx, store: w.Store, cause: store.Cause{Run: r.Run}}
	if err := collect.Run(ctx, tasks, sink, collect.Options{Workers: w.Workers, Now: w.Now}); err != nil {
		return err
	}
	for _, lost := range plan.Lost {
		if err := sink.lost(lost); err != nil {
			return err
		}
	}
	if r.Class == Everything {
		if err := w.Keeper.ReadWhole(ctx, r.Cloud, r.Account); err != nil {
			return err
		}
	}
	if len(known) == 0 || r.Again || sink.changed > tooMany {
		return w.reviewAll(ctx)
	}
	return w.settle(ctx, sink.deltas, nil)
}

// reviewAll asks for a review now, of changes that nobody judged.
func (w *Watcher) reviewAll(ctx context.Context) error {
	if err := w.Keeper.Overturn(ctx); err != nil {
		return err
	}
	return w.Next.Review(ctx, w.Now())
}

// known returns when each scope of the account was last read well.
func (w *Watcher) known(ctx context.Context, r Read) (map[estate.Scope]time.Time, error) {
	ledger, err := w.Store.Ledger(ctx, store.Visible{}, estate.Scope{Cloud: r.Cloud, Account: r.Account})
	if err != nil {
		return nil, err
	}
	known := map[estate.Scope]time.Time{}
	for i := range ledger {
		known[ledger[i].Scope] = ledger[i].Whole
	}
	return known, nil
}

// settle has changes judged and tells who has to know.
func (w *Watcher) settle(ctx context.Context, deltas []store.Delta, causes map[store.Key]store.Cause) error {
	something := false
	for i := range deltas {
		something = something || !deltas[i].Empty()
	}
	if !something {
		return nil
	}
	settled, err := w.Keeper.Settle(ctx, deltas, causes)
	if err != nil {
		return err
	}
	if len(settled.Transitions) > 0 {
		if err := w.Next.Route(ctx); err != nil {
			return err
		}
	}
	quiet := w.Quiet
	if settled.Wide {
		quiet = 0
	}
	return w.Next.Review(ctx, w.Now().Add(quiet))
}
