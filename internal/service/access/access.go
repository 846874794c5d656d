// Package access asks a saved inventory who may do what.
package access

import (
	"github.com/stance-sec/stance/internal/analysis/identity/access"
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

// Load reads the identities, policies and resources with policies of an inventory.
func Load(inventory Inventory) (*access.Directory, error) {
	b := access.NewBuilder()
	for _, c := range inventory.Coverage() {
		b.Lost(c)
		err := inventory.Each(c.Scope, func(line []byte) error { return b.Add(c.Type, line) })
		if err != nil {
			return nil, err
		}
	}
	return b.Directory(), nil
}
