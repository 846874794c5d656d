package watch

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/store"
)

// Reread is a targeted reading after events.
type Reread struct {
	Scope estate.Scope `json:"scope" river:"unique"`
	// Names are what the events named; empty for the whole scope.
	Names []string `json:"names" river:"unique"`
	// Credits tell what led to the change, by what the events named; what they did not name
	// stands under the empty name.
	Credits []Credit `json:"credits" river:"unique"`
	// Again is whether it was begun before: what changed then may not be judged.
	Again bool `json:"-"`
}

// ErrEarly is the error of a targeted reading of an account whose first reading has not
// ended: that may have read what is to be read before it changed, and not yet kept it.
var ErrEarly = errors.New("the account is read for the first time")

// Credit is what led to the change of what has a name.
type Credit struct {
	Name  string      `json:"name"`
	Cause store.Cause `json:"cause"`
}

// cause returns what led to the change of a resource: the last of what names it. What names
// nothing counts only for a resource that is alone, such as the settings of an account: of
// many, nobody knows which it was, and no name is better than a wrong one.
func (r *Reread) cause(id, name string, alone bool) store.Cause {
	var last store.Cause
	for _, c := range r.Credits {
		fits := alone && c.Name == "" || c.Name != "" && source.NewNames(c.Name).Match(id, name)
		if fits && !c.Cause.Happened.Before(last.Happened) {
			last = c.Cause
		}
	}
	return last
}

// RereadScope reads what events named, and has it judged.
func (w *Watcher) RereadScope(ctx context.Context, r Reread) error {
	cloud, err := w.cloud(r.Scope.Cloud)
	if err != nil {
		return err
	}
	ledger, err := w.Store.Ledger(ctx, store.Visible{}, r.Scope)
	if err != nil {
		return err
	}
	if len(ledger) == 0 {
		return w.unread(ctx, cloud, r.Scope.Account)
	}
	read := w.reading(ledger[0].Read)
	put := &lines{}
	found, err := cloud.Reread(ctx, r.Scope, r.Names, put.add)
	if err != nil {
		return err
	}
	stored, err := w.Store.IDs(ctx, r.Scope)
	if err != nil {
		return err
	}
	var gone []string
	for _, id := range stored {
		if found.Gone(id) {
			gone = append(gone, id)
		}
	}
	if len(put.ids)+len(gone) == 0 {
		if r.Again {
			return w.reviewAll(ctx)
		}
		return nil
	}
	causes := map[string]store.Cause{}
	for i, id := range put.ids {
		causes[id] = r.cause(id, put.names[i], len(stored) <= 1 && len(put.ids) == 1)
	}
	for _, id := range gone {
		causes[id] = r.cause(id, "", len(stored) == 1)
	}
	delta, err := w.Store.Patch(ctx, r.Scope, store.Patch{Put: put.lines, Gone: gone, Read: read, Causes: causes})
	if err != nil {
		return err
	}
	// Judged is what was read and not only what changed: a worker may have been killed
	// between patching and judging.
	all, led := store.Delta{Scope: r.Scope}, map[store.Key]store.Cause{}
	for _, id := range put.ids {
		all.Changed = append(all.Changed, store.Key{Account: r.Scope.Account, ID: id})
	}
	for _, id := range gone {
		all.Gone = append(all.Gone, store.Key{Account: r.Scope.Account, ID: id})
	}
	changed := delta.Keys()
	if r.Again {
		changed = all.Keys()
	}
	for _, key := range changed {
		led[key] = causes[key.ID]
	}
	return w.settle(ctx, []store.Delta{all}, led)
}

// unread says what becomes of the reading of a scope that was never read: it waits for the
// first reading of the account, and is of no use where the account is not read at all.
func (w *Watcher) unread(ctx context.Context, cloud Cloud, account string) error {
	read, err := w.Keeper.WasRead(ctx, cloud.Cloud(), account)
	if err != nil || read {
		return err
	}
	accounts, err := cloud.Accounts(ctx)
	if err == nil && slices.Contains(accounts, account) {
		return ErrEarly
	}
	return err
}

// lines gathers resources as JSON.
type lines struct {
	mu    sync.Mutex
	ids   []string
	names []string
	lines [][]byte
}

func (l *lines) add(r *estate.Resource) error {
	line, err := json.Marshal(r)
	if err != nil {
		return estate.Errorf(estate.CodeInternal, "keep a resource", "%w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ids, l.names, l.lines = append(l.ids, r.ID), append(l.names, r.Name), append(l.lines, line)
	return nil
}

// ReviewAll judges everything and ranks issues.
func (w *Watcher) ReviewAll(ctx context.Context) error {
	began := w.Now()
	reviewed, err := w.Keeper.Review(ctx)
	if err != nil {
		return err
	}
	w.Logger.InfoContext(ctx, "reviewed", "took", w.Now().Sub(began).Round(time.Millisecond), "transitions", len(reviewed.Transitions), "left_out", reviewed.LeftOut)
	if len(reviewed.Transitions) > 0 {
		return w.Next.Route(ctx)
	}
	return nil
}
