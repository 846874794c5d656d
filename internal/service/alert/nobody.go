package alert

import (
	"context"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// Nobody marks transitions as routed where nobody is to be told: a server without a
// configuration of alerts.
type Nobody struct{ Store store.Outbox }

// Route marks what waits.
func (n Nobody) Route(ctx context.Context) (time.Time, error) {
	for {
		transitions, err := n.Store.Pending(ctx, transitionsAtOnce)
		if err != nil || len(transitions) == 0 {
			return time.Time{}, err
		}
		state, err := n.Store.RouterState(ctx)
		if err != nil {
			return time.Time{}, err
		}
		seqs := make([]int64, 0, len(transitions))
		for i := range transitions {
			seqs = append(seqs, transitions[i].Seq)
		}
		if err := n.Store.Route(ctx, seqs, nil, state); err != nil && estate.CodeOf(err) != estate.CodeGone { // another process was first
			return time.Time{}, err
		}
	}
}

// Deliver does nothing.
func (Nobody) Deliver(context.Context) (time.Time, error) { return time.Time{}, nil }

// Escalate does nothing.
func (Nobody) Escalate(context.Context) error { return nil }
