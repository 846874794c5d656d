package event

import (
	"time"

	"github.com/stance-sec/stance/internal/estate"
)

// Event is one call or change that an audit trail tells of.
type Event struct {
	// ID is the trail's own; the same event delivered twice has the same.
	ID string
	// Cloud, Account and Region are where it happened. Region is empty where the trail
	// names none.
	Cloud   estate.Cloud
	Account string
	Region  string
	// Source is the service that was called, such as s3.amazonaws.com; Name the call, such
	// as PutBucketPolicy.
	Source, Name string
	// Time is when it happened, in UTC.
	Time time.Time
	// Actor is who did it.
	Actor Actor
	// SourceIP is the address it came from, or the name of a service.
	SourceIP string
	// ErrorCode is why the call failed; empty when it did not.
	ErrorCode string
	// ReadOnly is whether the call changes nothing.
	ReadOnly bool
	// Names may be identifiers of what was touched, each once, at most 64, ARNs first.
	Names []string
}

// Actor is who made a call.
type Actor struct {
	// Type is the trail's word, such as IAMUser, AssumedRole, Root or AWSService.
	Type string
	// ARN is the caller; of a role, its session.
	ARN string
	// Role is the ARN of the role that the session is of; empty otherwise.
	Role string
	// Account is whose identity it is.
	Account string
	// InvokedBy is the service that made the call in the actor's name.
	InvokedBy string
}

// Verdict says what becomes of a message.
type Verdict string

// The verdicts.
const (
	// Taken is an event that changed something.
	Taken Verdict = "taken"
	// Failed is a call that was refused or failed, and so changed nothing.
	Failed Verdict = "failed"
	// ReadOnly is a call that only reads.
	ReadOnly Verdict = "read-only"
	// Other is a well-formed message that is no event of an audit trail.
	Other Verdict = "other"
)
