package unused

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/estate"
)

// Facts are what tells of use in an estate, gathered resource by resource. Their memory
// follows the identities. Gathering is not safe for concurrent use.
type Facts struct {
	credentials map[string]*Credentials
	uses        map[string]*Use
	lost        map[string]*estate.Unknown // by account
}

// NewFacts returns empty facts.
func NewFacts() *Facts {
	return &Facts{credentials: map[string]*Credentials{}, uses: map[string]*Use{}, lost: map[string]*estate.Unknown{}}
}

// Use is what AWS tells of the use that a user or role makes of its policies.
type Use struct {
	// AsOf is when AWS made the report; nil when that is not told.
	AsOf *time.Time `json:"as_of"`
	// Services are those that its policies give it, by prefix.
	Services []Service `json:"services"`
}

// Service is the use of a service.
type Service struct {
	// Prefix is that of its actions, in lower case.
	Prefix string `json:"service"`
	// LastUsed is when it was last tried; nil when it was not.
	LastUsed *time.Time `json:"last_used"`
	// Actions are those of which AWS tells the use one by one.
	Actions []Action `json:"actions"`
}

// Action is the use of an action.
type Action struct {
	// Name is without the service.
	Name string `json:"action"`
	// LastUsed is when it was last tried; nil when it was not.
	LastUsed *time.Time `json:"last_used"`
}

// lastUsed returns when the identity last used anything; nil when it did not.
func (u *Use) lastUsed() *time.Time {
	var last *time.Time
	for i := range u.Services {
		last = later(last, u.Services[i].LastUsed)
	}
	return last
}

// record is a resource's line with its config as T. The JSON names are those of the
// collectors' structs.
type record[T any] struct {
	ID      string           `json:"id"`
	Config  T                `json:"config"`
	Unknown []estate.Unknown `json:"unknown"`
}

// unread returns the first mark on one of the attributes; nil when all were read.
func (r *record[T]) unread(paths ...string) *estate.Unknown {
	for i := range r.Unknown {
		for _, p := range paths {
			if r.Unknown[i].Path == p {
				return &r.Unknown[i]
			}
		}
	}
	return nil
}

type accessedConfig struct {
	Principal string `json:"principal"`
	Use
}

// Add takes in one resource as its JSON line. Types that tell of no use are ignored. A
// line that is no resource is estate.CodeInvalid.
func (f *Facts) Add(kind string, line []byte) error {
	switch kind {
	case "aws_iam_user":
		return take(line, func(r *record[userConfig]) { f.credentials[r.ID] = credentialsOf(r) })
	case "aws_iam_last_accessed":
		return take(line, func(r *record[accessedConfig]) { f.accessed(r) })
	default:
		return nil
	}
}

func take[T any](line []byte, with func(*record[T])) error {
	var r record[T]
	if err := json.Unmarshal(line, &r); err != nil {
		return estate.Errorf(estate.CodeInvalid, "read a resource", "%w", err)
	}
	with(&r)
	return nil
}

func (f *Facts) accessed(r *record[accessedConfig]) {
	if u := r.unread("services"); u != nil {
		f.lost[r.Config.Principal] = u
		return
	}
	use := r.Config.Use
	for i := range use.Services {
		use.Services[i].Prefix = strings.ToLower(use.Services[i].Prefix)
	}
	f.uses[r.Config.Principal] = &use
}

// Lost takes in a line of the ledger: what a scope that was not read leaves open.
func (f *Facts) Lost(c estate.Coverage) {
	if c.Complete() || c.Type != "aws_iam_last_accessed" && c.Type != "*" {
		return
	}
	u := &estate.Unknown{Path: "aws_iam_last_accessed", Reason: c.Reason, Detail: c.Detail}
	if len(c.Permissions) > 0 {
		u.Permission = c.Permissions[0]
	}
	f.lost[c.Account] = u
}

// UseOf returns what AWS tells of a principal's use, or why that is not known.
func (f *Facts) UseOf(arn, account string) (*Use, *estate.Unknown) {
	if use := f.uses[arn]; use != nil {
		return use, nil
	}
	for _, key := range []string{arn, account} {
		if u := f.lost[key]; u != nil {
			return nil, u
		}
	}
	return nil, &estate.Unknown{Path: "aws_iam_last_accessed", Reason: estate.Uncollected, Detail: "not read: scan with --last-accessed"}
}
