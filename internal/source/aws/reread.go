package aws

import (
	"context"
	"sync"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
)

// Rereader reads single scopes on demand, for events: whole, or only what is named. It
// enters each account once and shares the connector's budgets, before whatever else
// waits for them. It may be used concurrently.
type Rereader struct {
	connector *Connector
	kinds     map[string]source.Kind[*Session]

	mu       sync.Mutex
	accounts map[string]*entry
	cells    map[[2]string]*sharedSession
}

// entry is an account being entered, or entered.
type entry struct {
	mu      sync.Mutex
	account *Account
}

// Rereader returns a reader of scopes of the kinds.
func (c *Connector) Rereader(kinds []source.Kind[*Session]) *Rereader {
	r := &Rereader{connector: c, kinds: make(map[string]source.Kind[*Session], len(kinds)), accounts: map[string]*entry{}, cells: map[[2]string]*sharedSession{}}
	for _, k := range kinds {
		r.kinds[k.Info().Name] = k
	}
	return r
}

// Reread reads what the names mean of a scope, the whole scope when there are none, and
// emits each resource once, from several goroutines. An error means that nothing emitted
// may be believed; Explain classes it. Requests are counted by the context's meter.
func (r *Rereader) Reread(ctx context.Context, scope estate.Scope, names []string, emit func(*estate.Resource) error) (source.Found, error) {
	kind, ok := r.kinds[scope.Type]
	if !ok {
		return source.Found{}, estate.Errorf(estate.CodeNotFound, "read "+scope.String(), "there is no such type")
	}
	account, err := r.enter(ctx, scope.Account)
	if err != nil {
		return source.Found{}, err
	}
	cell := r.cell(account, scope.Region)
	session := cell.take()
	defer cell.release()
	return kind.Reread(urgently(ctx), session.afresh(), source.NewNames(names...), emit)
}

// enter returns the account, which is entered once. A failure is not remembered.
func (r *Rereader) enter(ctx context.Context, id string) (*Account, error) {
	r.mu.Lock()
	e, ok := r.accounts[id]
	if !ok {
		e = &entry{}
		r.accounts[id] = e
	}
	r.mu.Unlock()
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.account != nil {
		return e.account, nil
	}
	account, err := r.connector.Enter(ctx, id)
	if err != nil {
		r.mu.Lock()
		delete(r.accounts, id) // ids that events name must not pile up
		r.mu.Unlock()
		return nil, err
	}
	e.account = account
	return account, nil
}

// cell returns the shared session of a region, under its name in the ledger.
func (r *Rereader) cell(a *Account, region string) *sharedSession {
	if region == "global" {
		region = a.Home()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	key := [2]string{a.ID, region}
	if r.cells[key] == nil {
		r.cells[key] = &sharedSession{pool: &r.connector.sessions, open: func() *Session { return a.Session(region) }}
	}
	return r.cells[key]
}
