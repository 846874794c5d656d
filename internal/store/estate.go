package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/stance-sec/stance/internal/estate"
)

// Cause says what led to a change: a reading by schedule or an event.
type Cause struct {
	// Run names the reading; empty for one by event.
	Run string `json:"run,omitempty"`
	// Event is the provider's id of the event; empty for a reading by schedule.
	Event string `json:"event,omitempty"`
	// Actor is who made the change, as the audit trail has it; empty when nothing tells.
	Actor string `json:"actor,omitempty"`
	// Call is the API call of the change, such as s3:PutBucketAcl; empty like Actor.
	Call string `json:"call,omitempty"`
	// Happened is when the change was made, by the audit trail; zero like Actor.
	Happened time.Time `json:"happened,omitzero"`
}

// Key names a resource: ids of what a provider shares between accounts, such as a
// managed policy, are the same in all of them.
type Key struct {
	Account string `json:"account"`
	ID      string `json:"id"`
}

// Delta is what a reading changed.
type Delta struct {
	Scope estate.Scope
	// Added, Changed and Gone are sorted. Unchanged is a count.
	Added, Changed, Gone []Key
	Unchanged            int
	// Coverage is whether the scope's status or reason changed.
	Coverage bool
}

// Empty reports whether nothing changed that a verdict could hang on.
func (d *Delta) Empty() bool {
	return len(d.Added)+len(d.Changed)+len(d.Gone) == 0 && !d.Coverage
}

// Keys returns all that was added, changed or is gone.
func (d *Delta) Keys() []Key {
	keys := make([]Key, 0, len(d.Added)+len(d.Changed)+len(d.Gone))
	return append(append(append(keys, d.Added...), d.Changed...), d.Gone...)
}

// Writer is a scope being read. Add may be called by several goroutines; a resource that
// is added twice counts once, the later one. One of Commit and Abort ends it.
type Writer interface {
	// Add keeps one resource as its JSON line, which is not kept after the call.
	Add(id string, line []byte) error
	// Commit replaces the scope by what was added when the coverage is complete, and
	// else notes the coverage alone. It returns what changed.
	Commit(ctx context.Context, coverage estate.Coverage) (Delta, error)
	// Abort drops what was added.
	Abort() error
}

// Patch is a reading of single resources.
type Patch struct {
	// Put are JSON lines of resources as they are now.
	Put [][]byte
	// Gone are the ids that are proven to be no more.
	Gone []string
	// Read is when it was read. A resource that was read later is left as it is.
	Read time.Time
	// Causes tells by id what led to the change; the empty id stands for all others.
	Causes map[string]Cause
}

// Snapshot is the estate at one moment. It shows one state however long it is used, and
// must be closed.
type Snapshot interface {
	// Coverage returns the ledger, sorted by scope.
	Coverage() []estate.Coverage
	// Each yields the resources of a scope as JSON lines, by id. A line is valid until
	// yield returns.
	Each(scope estate.Scope, yield func([]byte) error) error
	// Lines yields the resources of the given keys that exist, by account and id.
	Lines(keys []Key, yield func(estate.Scope, []byte) error) error
	Close() error
}

// Resource is a resource as lists show it.
type Resource struct {
	estate.Ref
	Owner       string          `json:"owner,omitempty"`
	Environment string          `json:"environment,omitempty"`
	Criticality string          `json:"criticality,omitempty"`
	DataClass   string          `json:"data_class,omitempty"`
	Public      bool            `json:"public"`
	Since       time.Time       `json:"since"`         // when it was first seen
	Changed     time.Time       `json:"changed"`       // when it last changed
	Gone        time.Time       `json:"gone,omitzero"` // when it was found to be gone
	Failing     map[string]int  `json:"failing"`       // open findings by severity
	Body        json.RawMessage `json:"-"`             // the whole resource; only from Resource
}

// Version is a resource as it was for a while.
type Version struct {
	From time.Time `json:"from"`
	// Until is zero for the version that holds.
	Until time.Time `json:"until,omitzero"`
	Cause Cause     `json:"cause"`
	// Body is the resource as JSON; nil when it was gone.
	Body json.RawMessage `json:"body"`
}

// ResourceQuery asks for resources. Empty fields ask for all.
type ResourceQuery struct {
	Visible
	Clouds, Accounts, Regions, Types, Owners, Environments []string
	// Text is part of a name or id, in any case.
	Text string
	// Failing is the least severity of an open finding on it; empty for any.
	Failing estate.Severity
	// Public asks for what anyone on the internet may use.
	Public bool
	// At asks for another moment than now.
	At time.Time
	PageRequest
}

// Meaning is what judging found a resource to mean, for lists.
type Meaning struct {
	Key
	Owner, Environment, Criticality, DataClass string
	Public                                     bool
}

// Estate keeps resources and what became of reading them.
type Estate interface {
	// Begin opens a scope for reading.
	Begin(ctx context.Context, scope estate.Scope, cause Cause) (Writer, error)
	// Patch puts single resources of a scope. The coverage stays as it is.
	Patch(ctx context.Context, scope estate.Scope, patch Patch) (Delta, error)
	// Ledger returns the coverage of the scopes that match every field of like that is not
	// empty, sorted by scope.
	Ledger(ctx context.Context, see Visible, like estate.Scope) ([]Ledger, error)
	// IDs returns the ids of the resources that a scope has now, sorted.
	IDs(ctx context.Context, scope estate.Scope) ([]string, error)
	// Retire closes scopes of accounts that are no longer read, with their resources.
	Retire(ctx context.Context, scopes []estate.Scope, at time.Time) error
	// Snapshot returns the estate at a moment; the zero time is now.
	Snapshot(ctx context.Context, at time.Time) (Snapshot, error)
	// Mean notes what resources mean. Equal meanings write nothing.
	Mean(ctx context.Context, meanings []Meaning) error
	// Resources lists resources. Sorts: name, type, account, changed, failing.
	Resources(ctx context.Context, q ResourceQuery) (Page[Resource], error)
	// Resource returns one, with its body, at a moment; CodeNotFound when it did not exist
	// or may not be seen.
	Resource(ctx context.Context, see Visible, key Key, at time.Time) (Resource, error)
	// Versions returns the history of a resource, newest first.
	Versions(ctx context.Context, see Visible, key Key, page PageRequest) (Page[Version], error)
	// Relations returns the edges that start or end at a resource, both ways.
	Relations(ctx context.Context, see Visible, key Key, page PageRequest) (Page[Edge], error)
	// Changed lists what changed between two moments, newest first. The zero until is now.
	Changed(ctx context.Context, see Visible, from, until time.Time, page PageRequest) (Page[Change], error)
	// Tally counts resources by cloud, account, type or region, from counters.
	Tally(ctx context.Context, see Visible, by string) ([]Count, error)
}

// Ledger is the coverage of a scope as it is kept.
type Ledger struct {
	estate.Coverage
	// Whole is when the scope was last read completely; zero when it never was. What is
	// known of it is as old as that.
	Whole time.Time `json:"whole,omitzero"`
}

// Edge is a relation between two resources.
type Edge struct {
	From Key `json:"from"`
	// Kind is the relation's.
	Kind estate.RelationKind `json:"kind"`
	// To is the id of the other end, which may not have been read.
	To string `json:"to"`
}

// Change is one change of one resource.
type Change struct {
	Resource estate.Ref `json:"resource"`
	// Kind is added, changed or gone.
	Kind  string    `json:"kind"`
	At    time.Time `json:"at"`
	Cause Cause     `json:"cause"`
}

// Count is a number of things of one name.
type Count struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}
