package reference

import (
	_ "embed"
	"sync"
)

// Level is what an action does, as AWS classes it.
type Level uint8

// The levels, in AWS's words. An action that AWS counts as both Write and one of the
// last two has the last.
const (
	UnknownLevel Level = iota
	List
	Read
	Write
	Tagging
	Permissions
)

// String returns the level in lower case, such as "write".
func (l Level) String() string {
	names := [...]string{"unknown", "list", "read", "write", "tagging", "permissions"}
	if int(l) >= len(names) {
		return names[0]
	}
	return names[l]
}

// NoID is the ID of an action that the table does not hold.
const NoID uint16 = 1<<16 - 1

// Action is an action of a service.
type Action struct {
	// ID is the place of the action in the order of lower-case names, from 0. It holds
	// for one version of the data only: what is kept across versions is the name.
	ID uint16
	// Name is service:Action in AWS's case.
	Name string
	// Service is the prefix of Name, in lower case.
	Service string
	// Level is what the action does.
	Level Level
	// Resources are the resource types it can be limited to; empty when only the
	// resource "*" grants it.
	Resources []ActionResource
	// Keys are the condition keys that the action sends beside AWS's global ones,
	// whatever the resource. The slice is shared.
	Keys []string
	// Dependents are the IDs of the further actions that AWS may ask for in the course
	// of this one, in order. The slice is shared.
	Dependents []uint16
}

// ActionResource is a resource type that an action acts on.
type ActionResource struct {
	Type *ResourceType
	// Required is whether each call must be allowed for a resource of the type.
	Required bool
	// Keys are the condition keys that only come with this type. The slice is shared.
	Keys []string
}

// ResourceType is a kind of resource as a service's authorisation speaks of it.
type ResourceType struct {
	// Service is the prefix of the service's actions; the ARN may name another service.
	Service string
	Name    string
	// ARN is the form of its ARNs; "*" is what differs from one to the other.
	ARN string
	// Keys are the condition keys that tell about the resource, such as its tags. The
	// slice is shared.
	Keys []string
}

// Service is a service by the prefix of its actions.
type Service struct {
	Prefix, Title string
	// ResourceControlled is whether resource control policies act on it.
	ResourceControlled bool
}

// Source is a package that the data was made of.
type Source struct {
	// Checksum is the SHA-256 of the package's archive, in hexadecimal.
	Name, Version, Checksum string
}

// Version is where the data comes from.
type Version struct {
	// Date is the day of the newest source, as YYYY-MM-DD.
	Date    string
	Sources []Source
}

// Table is the reference data. It never changes, so that many may read it at once.
type Table struct {
	version  Version
	services []Service // by prefix
	actions  []Action  // by lower-case name; the index is the ID
	lower    []string  // the lower-case names of actions
	types    []ResourceType
	keys     []key // by lower-case name
	// forms are the keys with a part that is filled in.
	forms []key
	// byARN has the types by the service that their ARNs name.
	byARN map[string][]*ResourceType
}

//go:embed data.zst
var packed []byte

var load = sync.OnceValue(func() *Table {
	t, err := Decode(packed)
	if err != nil {
		panic(err)
	}
	return t
})

// Load returns the data that the binary carries, decoded at the first call. It panics
// when the file is damaged, which a test rules out.
func Load() *Table { return load() }

// Version tells which data this is.
func (t *Table) Version() Version { return t.version }

// Count returns how many actions there are; their IDs are below it.
func (t *Table) Count() int { return len(t.actions) }

// Services returns all services by prefix. The slice is shared.
func (t *Table) Services() []Service { return t.services }
