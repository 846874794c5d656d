package notify

import "context"

// Channel delivers alerts to one place. It is safe for concurrent use, holds no queue and
// retries nothing by itself: whoever calls it decides when to try again (see Later).
type Channel interface {
	// Send delivers the alert or says why not. When it returns nil the receiver has taken
	// the message, or the transport has no way to say so (syslog over UDP and TCP).
	//
	// Errors are estate errors. With the codes throttled and unavailable a later attempt
	// may succeed; with any other it fails again until somebody changes something. No error
	// holds a secret. An attempt that ended in an error may have been delivered all the same.
	Send(ctx context.Context, a *Alert) (Receipt, error)
}

// Receipt is what the receiver said of a message that it took.
type Receipt struct {
	// ID is the receiver's own name for it, such as a ticket; empty when it tells none.
	ID string `json:"id,omitempty"`
	// Link leads to it at the receiver; empty when that is not known.
	Link string `json:"link,omitempty"`
	// Repeated is whether the receiver already had it, so that nothing new was made.
	Repeated bool `json:"repeated,omitempty"`
}
