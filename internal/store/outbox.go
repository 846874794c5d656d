package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/stance-sec/stance/internal/estate"
)

// Transition is something that opened or closed and that somebody may have to be told.
type Transition struct {
	// Seq orders transitions; it grows with each.
	Seq int64 `json:"seq"`
	// Kind is new, regressed, resolved, or changed for an issue whose band moved.
	Kind string    `json:"kind"`
	At   time.Time `json:"at"`
	// Subject is finding or issue, Key its key.
	Subject string `json:"subject"`
	Key     string `json:"key"`
	// First is whether it came of the first judging of its account: the backlog that
	// was there before Stance looked, which is told as a digest and not one by one.
	First bool  `json:"first"`
	Cause Cause `json:"cause,omitzero"`
	// Resource is that of the finding or the last on the path.
	Resource estate.Ref      `json:"resource"`
	Severity estate.Severity `json:"severity"`
}

// Delivery is a message on its way to a channel.
type Delivery struct {
	// Key is stable: the same message has the same key however often it is tried.
	Key     string          `json:"key"`
	Channel string          `json:"channel"`
	Message json.RawMessage `json:"message"`
	// NotBefore is when it is next tried; Tries how often it was.
	NotBefore time.Time `json:"not_before"`
	Tries     int       `json:"tries"`
	// Happened is when the oldest change it tells of was made; zero when nothing tells.
	Happened time.Time `json:"happened,omitzero"`
	// Created is when it was queued, Done when it was delivered or given up.
	Created time.Time `json:"created"`
	Done    time.Time `json:"done,omitzero"`
	// State is waiting, sent or failed; Error the last error, without secrets.
	State string `json:"state"`
	Error string `json:"error,omitempty"`
}

// Outbox keeps what has to be told until it was.
type Outbox interface {
	// Pending returns up to limit transitions that were not routed, oldest first.
	Pending(ctx context.Context, limit int) ([]Transition, error)
	// Route marks transitions as routed and queues deliveries in one transaction. A
	// delivery whose key is known is left as it is. State is the router's own (groups,
	// rates); it replaces what was there when it is still the version that was read, and
	// else Route answers CodeGone and changes nothing.
	Route(ctx context.Context, seqs []int64, deliveries []Delivery, state RouterState) error
	// RouterState returns what Route kept.
	RouterState(ctx context.Context) (RouterState, error)
	// Lease takes up to limit deliveries that are due, and hides them from others until
	// the lease ends.
	Lease(ctx context.Context, now time.Time, lease time.Duration, limit int) ([]Delivery, error)
	// Finish notes how a delivery ended: sent, waiting again from NotBefore, or failed.
	Finish(ctx context.Context, d Delivery) error
	// Deliveries lists deliveries, newest first.
	Deliveries(ctx context.Context, state string, page PageRequest) (Page[Delivery], error)
	// Transitions lists what happened after a sequence number, oldest first.
	Transitions(ctx context.Context, see Visible, after int64, limit int) ([]Transition, error)
}

// RouterState is the memory of alert routing.
type RouterState struct {
	Version int64
	Body    json.RawMessage
}

// DeadEvent is a message that could not be understood.
type DeadEvent struct {
	ID string    `json:"id"`
	At time.Time `json:"at"`
	// Queue is where it came from; Reason why it was put aside, in one line.
	Queue  string `json:"queue"`
	Reason string `json:"reason"`
	// Size is that of the message; Hash its SHA-256. The message itself may hold secrets
	// and is not kept.
	Size int    `json:"size"`
	Hash string `json:"hash"`
}

// Latency is how long it took from API calls to alerts, in seconds.
type Latency struct {
	Count         int
	P50, P95, P99 float64
}

// Events keeps how events went.
type Events interface {
	PutDeadEvent(ctx context.Context, e DeadEvent) error
	// DeadEvents lists them, newest first.
	DeadEvents(ctx context.Context, page PageRequest) (Page[DeadEvent], error)
	// Latency measures deliveries that were sent since a moment, from what happened to
	// when it was told.
	Latency(ctx context.Context, since time.Time) (Latency, error)
}
