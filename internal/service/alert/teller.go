package alert

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/action/notify/config"
	"github.com/stance-sec/stance/internal/action/notify/schedule"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// Store is what a Teller reads and writes.
type Store interface {
	store.Outbox
	Finding(ctx context.Context, see store.Visible, key string) (store.Finding, error)
	Findings(ctx context.Context, q store.FindingQuery) (store.Page[store.Finding], error)
	Issue(ctx context.Context, see store.Visible, key string) (store.Issue, error)
	Issues(ctx context.Context, q store.IssueQuery) (store.Page[store.Issue], error)
}

// Teller routes and delivers. It may be used concurrently, by many processes.
type Teller struct {
	Store  Store
	Config *config.Config
	// Channels are the open channels by name: all that the configuration names.
	Channels map[string]notify.Channel
	// Check returns what people read of a check.
	Check func(id string) (estate.Check, bool)
	// Frameworks are the ids of those that ask for a check, by check.
	Frameworks map[string][]string
	// AccountName returns what the organisation calls an account; empty when unknown.
	AccountName func(id string) string
	// Link returns the address of the page of a finding or an issue; empty for none.
	Link   func(subject, key string) string
	Now    func() time.Time
	Logger *slog.Logger
}

// memory is what routing remembers from one time to the next.
type memory struct {
	Waiting []schedule.Pending `json:"waiting"`
	Buckets schedule.Buckets   `json:"buckets"`
	// Escalated are the deliveries of escalations of what is still open.
	Escalated map[string]bool `json:"escalated,omitempty"`
	// Happened is when what a waiting delivery tells of was done, by its key.
	Happened map[string]time.Time `json:"happened,omitempty"`
}

func (t *Teller) recall(ctx context.Context) (store.RouterState, *memory, error) {
	state, err := t.Store.RouterState(ctx)
	if err != nil {
		return state, nil, err
	}
	m := &memory{}
	if len(state.Body) > 0 {
		if err := json.Unmarshal(state.Body, m); err != nil {
			return state, nil, estate.Errorf(estate.CodeInternal, "read the memory of alerts", "%w", err)
		}
	}
	if m.Happened == nil {
		m.Happened = map[string]time.Time{}
	}
	return state, m, nil
}
