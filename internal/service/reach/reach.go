// Package reach asks a saved inventory who can open connections to what.
package reach

import (
	"slices"

	"github.com/stance-sec/stance/internal/analysis/network/reach"
	"github.com/stance-sec/stance/internal/estate"
)

// Inventory is a saved run.
type Inventory interface {
	// Coverage returns the ledger, sorted by scope.
	Coverage() []estate.Coverage
	// Each yields the resources of a scope as JSON lines, by id. A line is valid until
	// yield returns.
	Each(scope estate.Scope, yield func([]byte) error) error
}

// Estate is the network of an inventory, with what its parts are called. It is safe for
// concurrent use.
type Estate struct {
	*reach.Network

	endpoints []estate.Ref
}

// Load reads the networks of an inventory.
func Load(inventory Inventory) (*Estate, error) {
	b := reach.NewBuilder()
	for _, c := range inventory.Coverage() {
		b.Lost(c)
		if err := inventory.Each(c.Scope, b.Add); err != nil {
			return nil, err
		}
	}
	e := &Estate{Network: b.Build()}
	e.endpoints = e.Endpoints()
	return e, nil
}

// Named returns the endpoints that a text stands for: the one with that id, else all
// with that name or with an id that ends so behind a slash or colon.
func (e *Estate) Named(text string) []estate.Ref {
	if i := slices.IndexFunc(e.endpoints, func(r estate.Ref) bool { return r.ID == text }); i >= 0 {
		return e.endpoints[i : i+1]
	}
	var list []estate.Ref
	for _, r := range e.endpoints {
		if r.Name == text || endsIn(r.ID, text) {
			list = append(list, r)
		}
	}
	return list
}

// endsIn reports whether a text is the last part of an id.
func endsIn(id, text string) bool {
	at := len(id) - len(text)
	return text != "" && at > 0 && id[at:] == text && (id[at-1] == '/' || id[at-1] == ':')
}
