package escalate

import (
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// Kind is what a node of the Estate is.
type Kind string

// The kinds. Groups are no principals, and a policy is one that the customer manages.
const (
	User   Kind = "user"
	Role   Kind = "role"
	Group  Kind = "group"
	Policy Kind = "policy"
)

// Fact is something that is or is not so of a node.
type Fact string

// The facts that rules may ask about, with what they are about.
const (
	// Password: a user can sign in to the console.
	Password Fact = "password"
	// MFA: a user signs in with a second factor.
	MFA Fact = "mfa"
	// FullKeys: a user has two access keys, so that AWS gives it no third.
	FullKeys Fact = "full-keys"
	// Bounded: a user or role has a permissions boundary.
	Bounded Fact = "bounded"
	// Denied: a policy of the user or role itself denies something.
	Denied Fact = "denied"
	// InstanceProfile: a role is in an instance profile.
	InstanceProfile Fact = "instance-profile"
	// OtherVersions: a policy has versions that are not the default one.
	OtherVersions Fact = "other-versions"
	// Managed: Systems Manager reaches the host.
	Managed Fact = "managed"
	// ExecEnabled: an ECS task or service lets commands be run in it.
	ExecEnabled Fact = "exec-enabled"
)

// Facts are by name; one that is missing is not known.
type Facts map[Fact]estate.Tri

// Node is a principal, a group or a policy.
type Node struct {
	ARN     string
	Kind    Kind
	Account string
	Facts   Facts
	// Holds are the ARNs of the groups that a user is in and of the policies that
	// apply to the user or role, also through its groups.
	Holds []string
	// Trust is the trust policy of a role; nil when it could not be read, as Unknown
	// then says.
	Trust   *policydoc.Document
	Unknown *estate.Unknown
	// ServiceLinked and SSO tell roles that an AWS service or IAM Identity Center keeps
	// and that cannot be edited from the account.
	ServiceLinked, SSO bool
	// Admin tells a principal that may do everything already: its edges are left out.
	Admin bool
}

// Workload is something that exists and runs as a role, or a host.
type Workload struct {
	ARN, Type, Account string
	// Role is the ARN of the role; empty when it has none.
	Role  string
	Facts Facts
}

// Estate is what the rules are held against.
type Estate struct {
	Nodes     []Node
	Workloads []Workload
	// SSOAccounts are the accounts that IAM Identity Center can be administered from:
	// the organisation's management account and its delegated administrators. Nil means
	// that they are not known.
	SSOAccounts []string
}
