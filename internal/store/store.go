package store

import (
	"context"
	"encoding/json"
	"io"
	"time"
)

// Store is all that a server keeps.
type Store interface {
	Estate
	Posture
	Outbox
	Events
	Decisions
	Audit
	Users
	Settings
	// Prune removes what ended before a moment (retention) and returns how many rows.
	Prune(ctx context.Context, before time.Time) (int, error)
	// Backup writes a copy that Restore of the same kind of database reads.
	Backup(ctx context.Context, to io.Writer) error
	// Ping tells whether the database answers.
	Ping(ctx context.Context) error
	Close() error
}

// Settings keeps small values by name, such as when a schedule last ran.
type Settings interface {
	// Setting returns a value; nil when there is none.
	Setting(ctx context.Context, name string) (json.RawMessage, error)
	PutSetting(ctx context.Context, name string, value json.RawMessage) error
}
