package access

import (
	"encoding/json"
	"time"

	"github.com/stance-sec/stance/internal/analysis/enrich"
	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/unused"
	"github.com/stance-sec/stance/internal/estate"
)

// Census is the identities of an inventory with what tells of their use and owners.
type Census struct {
	Directory *access.Directory
	Facts     *unused.Facts
	// Read is when the last of the inventory was read: nothing later is known.
	Read time.Time
	// Providers are the sign-in services that roles may trust, by ARN.
	Providers []Provider
	// Meaning is what users, roles and providers mean to their owners, by ARN.
	Meaning map[string]estate.Business
}

// Count reads the identities of an inventory. The mapping may be nil.
func Count(inventory Inventory, mapping *enrich.Mapping) (*Census, error) {
	c := &Census{Facts: unused.NewFacts(), Meaning: map[string]estate.Business{}}
	b, observer := access.NewBuilder(), enrich.NewObserver()
	for _, scope := range inventory.Coverage() {
		b.Lost(scope)
		c.Facts.Lost(scope)
		if scope.Read.After(c.Read) {
			c.Read = scope.Read
		}
		err := inventory.Each(scope.Scope, func(line []byte) error {
			if err := observer.Observe(line); err != nil {
				return err
			}
			if err := c.Facts.Add(scope.Type, line); err != nil {
				return err
			}
			if err := c.provider(scope.Type, line); err != nil {
				return err
			}
			return b.Add(scope.Type, line)
		})
		if err != nil {
			return nil, err
		}
	}
	c.Directory = b.Directory()
	c.settle(inventory.Coverage())
	if err := c.mean(inventory, observer.Overlay(mapping, c.Read).NewReader()); err != nil {
		return nil, err
	}
	return c, nil
}

// mean reads the identities again, now that accounts have names.
func (c *Census) mean(inventory Inventory, reader *enrich.Reader) error {
	for _, scope := range inventory.Coverage() {
		if scope.Type != "aws_iam_user" && scope.Type != "aws_iam_role" && providerKinds[scope.Type] == "" {
			continue
		}
		err := inventory.Each(scope.Scope, func(line []byte) error {
			var r struct {
				ID string `json:"id"`
			}
			if err := json.Unmarshal(line, &r); err != nil {
				return estate.Errorf(estate.CodeInvalid, "read a resource", "%w", err)
			}
			meaning, err := reader.Business(line)
			c.Meaning[r.ID] = meaning
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
