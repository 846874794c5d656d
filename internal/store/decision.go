package store

import (
	"context"
	"encoding/json"
	"time"
)

// Exception sets findings or an issue aside, for a reason and until a day.
type Exception struct {
	ID string `json:"id"`
	// Subject is finding, issue, check or resource; Key its key or id. A check may be
	// limited to accounts.
	Subject  string   `json:"subject"`
	Key      string   `json:"key"`
	Accounts []string `json:"accounts,omitempty"`
	Reason   string   `json:"reason"`
	By       string   `json:"by"`
	// Approved is who approved it; empty while it waits and does not count.
	Approved string    `json:"approved,omitempty"`
	Created  time.Time `json:"created"`
	// Expires is when it ends by itself; Ended when somebody ended it before.
	Expires time.Time `json:"expires"`
	Ended   time.Time `json:"ended,omitzero"`
	EndedBy string    `json:"ended_by,omitempty"`
}

// Active reports whether it counts at a moment.
func (e *Exception) Active(at time.Time) bool {
	return e.Approved != "" && at.Before(e.Expires) && e.Ended.IsZero()
}

// Baseline is a state that was declared to be right: drift is what differs from it.
type Baseline struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Moment is the state of that moment.
	Moment time.Time `json:"moment"`
	// Accounts, Types and Resources limit it; empty for everything.
	Accounts  []string  `json:"accounts,omitempty"`
	Types     []string  `json:"types,omitempty"`
	Resources []Key     `json:"resources,omitempty"`
	By        string    `json:"by"`
	Created   time.Time `json:"created"`
	Ended     time.Time `json:"ended,omitzero"`
}

// Decisions keeps what people decided.
type Decisions interface {
	// PutException adds or replaces an exception by id.
	PutException(ctx context.Context, e Exception) error
	// Exceptions lists exceptions, the one that ends first first. State is active (the
	// default), waiting, ended or all.
	Exceptions(ctx context.Context, state string, now time.Time, page PageRequest) (Page[Exception], error)
	Exception(ctx context.Context, id string) (Exception, error)
	PutBaseline(ctx context.Context, b Baseline) error
	Baselines(ctx context.Context) ([]Baseline, error)
}

// Entry is a line of the audit log.
type Entry struct {
	Seq int64     `json:"seq"`
	At  time.Time `json:"at"`
	// Actor is the user, token or part of the server that did it.
	Actor string `json:"actor"`
	// Action such as exception.create; Subject what it was done to.
	Action  string          `json:"action"`
	Subject string          `json:"subject"`
	Detail  json.RawMessage `json:"detail,omitempty"`
	// Request is the id of the request; Address where it came from.
	Request string `json:"request,omitempty"`
	Address string `json:"address,omitempty"`
	// Hash chains the entry to the one before: SHA-256 over that hash and this entry.
	Hash string `json:"hash"`
}

// Audit is the log of everything that changed something. It only grows.
type Audit interface {
	// Append adds an entry; Seq and Hash are filled in.
	Append(ctx context.Context, e Entry) (Entry, error)
	// Entries lists entries, newest first, of an actor or action when they are not empty.
	Entries(ctx context.Context, actor, action string, page PageRequest) (Page[Entry], error)
	// Verify recomputes the chain and returns the first entry that does not fit; nil when
	// all do.
	Verify(ctx context.Context) (*Entry, error)
}

// User may sign in.
type User struct {
	ID string `json:"id"`
	// Name is shown; Email and Subject come from the identity provider.
	Name    string `json:"name"`
	Email   string `json:"email,omitempty"`
	Issuer  string `json:"issuer,omitempty"`
	Subject string `json:"subject,omitempty"`
	// Password is a hash; empty for users of an identity provider.
	Password string `json:"-"`
	// Role is viewer, analyst, approver or admin.
	Role string `json:"role"`
	// Accounts and Owners limit what is seen; nil for everything.
	Accounts []string  `json:"accounts"`
	Owners   []string  `json:"owners"`
	Created  time.Time `json:"created"`
	Seen     time.Time `json:"seen,omitzero"`
	Disabled time.Time `json:"disabled,omitzero"`
}

// Credential is a session or an API token. Only a hash of the secret is kept.
type Credential struct {
	// Hash is the SHA-256 of the secret, in hex.
	Hash string `json:"-"`
	// ID names it in lists.
	ID   string `json:"id"`
	User string `json:"user"`
	// Kind is session or token; Name is what the user calls a token.
	Kind string `json:"kind"`
	Name string `json:"name,omitempty"`
	// Role is at most the user's.
	Role    string          `json:"role,omitempty"`
	Data    json.RawMessage `json:"-"`
	Created time.Time       `json:"created"`
	Seen    time.Time       `json:"seen,omitzero"`
	Expires time.Time       `json:"expires"`
	Revoked time.Time       `json:"revoked,omitzero"`
}

// Users keeps who may use the server.
type Users interface {
	PutUser(ctx context.Context, u User) error
	User(ctx context.Context, id string) (User, error)
	// UserBySubject finds the user of an identity provider.
	UserBySubject(ctx context.Context, issuer, subject string) (User, error)
	ListUsers(ctx context.Context) ([]User, error)
	PutCredential(ctx context.Context, c Credential) error
	// Credential finds one by hash, whether it is still good or not.
	Credential(ctx context.Context, hash string) (Credential, error)
	Credentials(ctx context.Context, user, kind string) ([]Credential, error)
	// Expire removes credentials that ended before a moment.
	Expire(ctx context.Context, before time.Time) error
}
