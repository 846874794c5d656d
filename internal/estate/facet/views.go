package facet

import (
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// AccessPolicy is who a resource itself lets in: its policy, its access lists and
// the blocks set on it.
type AccessPolicy struct {
	// Documents are the resource policies in AWS form; empty when there is none.
	Documents []policydoc.Document `json:"documents"`
	// Grants are entries of access lists and bindings that are no policy document.
	Grants []Grant `json:"grants"`
	// PolicyBlocked is whether the resource itself refuses access that a policy
	// gives to everyone.
	PolicyBlocked estate.Tri `json:"policy_blocked"`
	// ListBlocked is whether the resource itself ignores access-list entries.
	ListBlocked estate.Tri `json:"list_blocked"`
	// Enforced is whether no setting of the resource can let everyone in, such as
	// an account that forbids anonymous access or enforced prevention.
	Enforced estate.Tri `json:"enforced"`
}

// FacetName returns "access_policy".
func (AccessPolicy) FacetName() string { return "access_policy" }

// Grant is one entry of an access list or one binding of a role.
type Grant struct {
	// Principal is who gets it: the provider's own word, such as allUsers.
	Principal string `json:"principal"`
	// Anyone is whether the principal means everyone, or everyone with any account.
	Anyone bool `json:"anyone"`
	// Permission is the provider's own word for what is given.
	Permission string `json:"permission"`
	// Read is whether it lets the principal read or list content.
	Read bool `json:"read"`
	// Write is whether it lets the principal change content or permissions.
	Write bool `json:"write"`
}

// PublicGuard is a block that an account puts over all its resources of a type.
type PublicGuard struct {
	// Protects is the resource type it stands over, such as aws_s3_bucket.
	Protects string `json:"protects"`
	// BlocksPolicies is whether access that a policy gives to everyone is refused.
	BlocksPolicies estate.Tri `json:"blocks_policies"`
	// IgnoresLists is whether access lists that name everyone are ignored.
	IgnoresLists estate.Tri `json:"ignores_lists"`
}

// FacetName returns "public_guard".
func (PublicGuard) FacetName() string { return "public_guard" }

// Backup is how a resource comes back after a loss.
type Backup struct {
	// Automated is whether copies are made without anyone asking.
	Automated estate.Tri `json:"automated"`
	// RetentionDays is how long copies are kept; 0 when none are made.
	RetentionDays int `json:"retention_days"`
	// PointInTime is whether any moment of the retention can be restored.
	PointInTime estate.Tri `json:"point_in_time"`
	// DeletionProtected is whether deleting takes a second step.
	DeletionProtected estate.Tri `json:"deletion_protected"`
}

// FacetName returns "backup".
func (Backup) FacetName() string { return "backup" }

// Compute is something that runs code.
type Compute struct {
	// Running is whether it runs now.
	Running estate.Tri `json:"running"`
	// PublicAddresses are its addresses on the internet; empty when it has none.
	PublicAddresses []string `json:"public_addresses"`
	// Networks are the ids of its subnets or networks.
	Networks []string `json:"networks"`
	// Firewalls are the ids or tags by which firewall rules find it.
	Firewalls []string `json:"firewalls"`
	// RunsAs is the identity its code acts with; empty when it has none.
	RunsAs string `json:"runs_as"`
	// Image is what it was started from.
	Image string `json:"image"`
}

// FacetName returns "compute".
func (Compute) FacetName() string { return "compute" }

// DataStore is something that keeps data.
type DataStore struct {
	// Kind is object, relational, document, key-value, cache, file, block, queue,
	// stream, search, warehouse or secret.
	Kind string `json:"kind"`
	// Engine is the product, lower case, such as postgres; empty when there is one only.
	Engine string `json:"engine"`
	// Version is the engine's version; empty when it has none.
	Version string `json:"version"`
	// Versioned is whether overwritten or deleted content can be had back.
	Versioned estate.Tri `json:"versioned"`
	// PasswordLogin is whether the settings make a database password the way in: Yes
	// when they offer nothing else, or could switch passwords off and do not. No when
	// they are switched off and, where a cloud has no such switch (RDS, Cloud SQL), when
	// its identities may sign in: which users inside the database still have a password
	// no API tells, and a rule could ask for no more than that.
	PasswordLogin estate.Tri `json:"password_login"`
}

// FacetName returns "data_store".
func (DataStore) FacetName() string { return "data_store" }

// Encryption is how content is kept from who gets at the bytes.
type Encryption struct {
	// AtRest is whether stored content is encrypted.
	AtRest estate.Tri `json:"at_rest"`
	// CustomerKey is whether the key is the customer's own to control.
	CustomerKey estate.Tri `json:"customer_key"`
	// KeyID is the key's id; empty when the provider's own key is used.
	KeyID string `json:"key_id"`
	// InTransit is whether plain connections are refused.
	InTransit estate.Tri `json:"in_transit"`
}

// FacetName returns "encryption".
func (Encryption) FacetName() string { return "encryption" }

// Exposure is whether a resource can be spoken to from the internet as far as its
// own settings say; the network around it may still stand in the way.
type Exposure struct {
	// PublicEndpoint is whether it has an address on the internet.
	PublicEndpoint estate.Tri `json:"public_endpoint"`
	// AllowedRanges are the address ranges it lets in itself; empty when it does
	// not filter.
	AllowedRanges []string `json:"allowed_ranges"`
	// Ports are the ports it listens on; empty when that is not known or not asked.
	Ports []int `json:"ports"`
}

// FacetName returns "exposure".
func (Exposure) FacetName() string { return "exposure" }

// Identity is someone or something that acts.
type Identity struct {
	// Kind is user, role, group, service_account, application or federated.
	Kind string `json:"kind"`
	// Human is whether a person signs in with it.
	Human estate.Tri `json:"human"`
	// MFA is whether signing in takes a second factor.
	MFA estate.Tri `json:"mfa"`
	// Enabled is whether it can be used at all.
	Enabled estate.Tri `json:"enabled"`
	// LastUsed is when it last acted; absent when it never did or nothing tells.
	LastUsed *time.Time `json:"last_used,omitempty"`
	// Administrator is whether its own grants let it do everything.
	Administrator estate.Tri `json:"administrator"`
	// Grants are the roles or policies given to it, by the provider's id.
	Grants []string `json:"grants"`
	// Keys are its long-lived credentials.
	Keys []Key `json:"keys"`
}

// FacetName returns "identity".
func (Identity) FacetName() string { return "identity" }

// Key is a long-lived credential; never its secret.
type Key struct {
	// ID is the public part.
	ID string `json:"id"`
	// Enabled is whether it works.
	Enabled bool `json:"enabled"`
	// Created is when it was made; absent when nothing tells.
	Created *time.Time `json:"created,omitempty"`
	// LastUsed is when it last signed a request; absent when never or nothing tells.
	LastUsed *time.Time `json:"last_used,omitempty"`
	// Expires is when it ends by itself; absent when it does not.
	Expires *time.Time `json:"expires,omitempty"`
}

// Logging is whether use leaves a trace.
type Logging struct {
	// Enabled is whether use is written down.
	Enabled estate.Tri `json:"enabled"`
	// Target is where to; empty when it is off or the provider keeps it.
	Target string `json:"target"`
}

// FacetName returns "logging".
func (Logging) FacetName() string { return "logging" }
