package job

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// quieter hands on what is as bad as a level, and what repeats itself once in a while:
// River tells a lot that only River's own makers want to know, and says many times a
// second that a database does not answer.
type quieter struct {
	slog.Handler
	level slog.Level
	said  *said
}

// said is what was said when.
type said struct {
	mu sync.Mutex
	at map[string]time.Time
}

// aWhile is how often the same is said; differentThings bounds what is remembered.
const (
	aWhile          = 10 * time.Second
	differentThings = 1000
)

func (h *quieter) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= h.level && h.Handler.Enabled(ctx, level)
}

// Handle implements slog.Handler.
func (h *quieter) Handle(ctx context.Context, r slog.Record) error {
	if h.said.lately(r.Message, r.Time) {
		return nil
	}
	return h.Handler.Handle(ctx, r)
}

func (s *said) lately(message string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at, known := s.at[message]; known && now.Sub(at) < aWhile && !now.Before(at) {
		return true
	}
	if len(s.at) >= differentThings {
		clear(s.at)
	}
	s.at[message] = now
	return false
}

func (h *quieter) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &quieter{h.Handler.WithAttrs(attrs), h.level, h.said}
}

func (h *quieter) WithGroup(name string) slog.Handler {
	return &quieter{h.Handler.WithGroup(name), h.level, h.said}
}
