package decide

import (
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// Layer is one of the places policies come from.
type Layer uint8

// The layers. NoLayer stands for a rule of AWS that no policy holds.
const (
	NoLayer Layer = iota
	Identity
	Boundary
	SessionPolicy
	ResourcePolicy
	Endpoint
	SCP
	RCP
)

var layerNames = [...]string{"rule", "identity", "boundary", "session", "resource", "endpoint", "scp", "rcp"}

// String returns the layer in lower case.
func (l Layer) String() string {
	if int(l) >= len(layerNames) {
		return "unknown"
	}
	return layerNames[l]
}

// Source is one policy and where it hangs.
type Source struct {
	// Name tells the policy from others of its layer: an ARN, the name of an inline
	// policy.
	Name string
	// Through is the group that the identity policy came through; empty when it is
	// attached directly.
	Through string
	// Doc is nil when the policy could not be read.
	Doc *policydoc.Document
	// Unknown says why Doc is nil. One Source without Doc also stands for a list of
	// policies that could not be read.
	Unknown *estate.Unknown
}

// Layers are the policies around a request, but for the resource's own.
type Layers struct {
	// Identity are the policies of the user or role and of the groups of the user.
	Identity []Source
	// Boundary is the permissions boundary; nil when there is none.
	Boundary *Source
	// Session are the session policies; nil when the session was made without. For a
	// centrally managed root session they hold the task policy.
	Session []Source
	// SCPs are the service control policies of the principal's account by level, from
	// the organisation's root to the account, those AWS attaches by itself included.
	// Nil when the account is in no organisation or SCPs are off.
	SCPs [][]Source
	// RCPs are the resource control policies of the resource's account by level.
	// RCPFullAWSAccess is always attached and may be left out.
	RCPs [][]Source
	// Endpoint is the policy of the VPC endpoint that the call came through; nil when
	// it came through none.
	Endpoint *Source
}

// Reference is what service reference data says of actions and keys. A nil Reference
// goes by patterns: every action takes resources, global keys have the form that the
// IAM User Guide gives them, and RCPs reach the services they began with.
type Reference interface {
	// SupportsResourceLevel reports whether the action can be limited to resources.
	// It is true for actions that are not known.
	SupportsResourceLevel(action string) bool
	// ConditionKeyMultiValued reports whether a request may carry several values.
	ConditionKeyMultiValued(key string) bool
	// RCPSupported reports whether RCPs reach the service of an action's prefix.
	RCPSupported(service string) bool
}

// Request is what is asked.
type Request struct {
	Principal Principal
	// Action is one action, without wildcards, such as s3:GetObject.
	Action   string
	Resource Resource
	Context  Context
	// Reference may be nil.
	Reference Reference
}
