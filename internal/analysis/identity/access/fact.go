package access

import (
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// The structs of this file are what is taken of a resource's config; their JSON names
// are those of the collectors' structs.

// inline is a policy that stands in one identity.
type inline struct {
	Name     string              `json:"name"`
	Document *policydoc.Document `json:"document"`
}

// grants are the policies that users, roles and groups hold alike.
type grants struct {
	Attached []string `json:"attached_policies"`
	Inline   []inline `json:"inline_policies"`
}

type userConfig struct {
	grants
	Groups   []string `json:"groups"`
	Boundary string   `json:"permissions_boundary"`
	MFA      bool     `json:"mfa"`
	Password struct {
		Enabled  bool       `json:"enabled"`
		LastUsed *time.Time `json:"last_used"`
	} `json:"password"`
	Keys []struct {
		Active   bool       `json:"active"`
		Rotated  *time.Time `json:"rotated"`
		LastUsed *time.Time `json:"last_used"`
	} `json:"access_keys"`
}

type roleConfig struct {
	grants
	ServiceLinked bool                `json:"service_linked"`
	Trust         *policydoc.Document `json:"trust"`
	Boundary      string              `json:"permissions_boundary"`
	LastUsed      *time.Time          `json:"last_used"`
}

type policyConfig struct {
	ManagedByAWS bool                `json:"managed_by_aws"`
	Document     *policydoc.Document `json:"document"`
}

type organizationConfig struct {
	ManagementAccount string   `json:"management_account"`
	PolicyTypes       []string `json:"policy_types"`
}

type accountConfig struct {
	AccountID  string   `json:"account_id"`
	Management bool     `json:"management"`
	UnitPath   []string `json:"unit_path"`
}

// belongsConfig is what an account says of the organisation above it.
type belongsConfig struct {
	Organization *struct {
		ManagementAccount string `json:"management_account"`
	} `json:"organization"`
}

type organizationPolicyConfig struct {
	Kind     string              `json:"kind"`
	Document *policydoc.Document `json:"document"`
	Targets  []struct {
		TargetID string `json:"target_id"`
	} `json:"targets"`
}

// record is a resource's line with its config as T.
type record[T any] struct {
	ID      string            `json:"id"`
	Type    string            `json:"type"`
	Account string            `json:"account"`
	Region  string            `json:"region"`
	Name    string            `json:"name"`
	Tags    map[string]string `json:"tags"`
	Created *time.Time        `json:"created"`
	Config  T                 `json:"config"`
	Unknown []estate.Unknown  `json:"unknown"`
}

// unknownAt returns the mark on an attribute or on what holds it; nil when it was read.
func (r *record[T]) unknownAt(path string) *estate.Unknown {
	for i := range r.Unknown {
		p := r.Unknown[i].Path
		if p == path || len(path) > len(p) && path[:len(p)] == p && (path[len(p)] == '.' || path[len(p)] == '[') {
			return &r.Unknown[i]
		}
	}
	return nil
}
