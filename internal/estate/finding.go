package estate

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Status is the verdict of one check on one resource.
type Status string

// The verdicts. Unknown is one of them: it never counts as pass or as fail.
const (
	Pass          Status = "pass"
	Fail          Status = "fail"
	UnknownStatus Status = "unknown"
	NotApplicable Status = "not_applicable"
)

// Finding is what one check says of one resource, or of one element of it.
type Finding struct {
	// Key names the same finding in every run: a hash of check, resource and element.
	Key string `json:"key"`
	// Check is the id of the check, such as aws-s3-bucket-logging.
	Check string `json:"check"`
	// Title is the check's, in the words of the good state.
	Title    string   `json:"title"`
	Status   Status   `json:"status"`
	Severity Severity `json:"severity"`
	// Message says what is so on this very resource; empty when it passes.
	Message  string `json:"message,omitempty"`
	Resource Ref    `json:"resource"`
	// Element is the path of the failing element, such as ingress[2]; empty when
	// the finding is about the whole resource.
	Element string `json:"element,omitempty"`
	// Evidence lists the attributes that decided, sorted by path.
	Evidence []Evidence `json:"evidence"`
	// Unknown lists what could not be read and mattered.
	Unknown []Unknown `json:"unknown"`
	// Context is what the user's mapping says of the resource; nil without a mapping.
	Context *Context `json:"context,omitempty"`
	// Suppressed says who set the finding aside, why and until when; nil when it stands.
	Suppressed *Suppression `json:"suppressed,omitempty"`
	// New is false when a baseline already holds the finding.
	New bool `json:"new,omitempty"`
}

// Evidence is an attribute that decided a verdict, with its value as it was read.
type Evidence struct {
	Path  string          `json:"path"`
	Value json.RawMessage `json:"value"`
}

// Suppression sets findings aside for a reason and for a time.
type Suppression struct {
	Reason string `json:"reason"`
	// Until is the last day it holds, as YYYY-MM-DD.
	Until string `json:"until"`
	By    string `json:"by,omitempty"`
}

// FindingKey returns the key of a finding: stable over runs as long as the check id,
// the resource and the element's own content stay. The account counts, because what a
// provider shares between accounts, such as a managed policy, has one id in all.
func FindingKey(check string, resource Ref, element string) string {
	sum := sha256.Sum256([]byte(check + "\x00" + resource.Account + "\x00" + resource.ID + "\x00" + element))
	return hex.EncodeToString(sum[:12])
}
