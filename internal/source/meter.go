package source

import (
	"context"
	"sync/atomic"
)

// Meter counts what a scope costs. It may be used concurrently.
type Meter struct{ calls atomic.Int64 }

// Calls returns how many requests were sent, retries included.
func (m *Meter) Calls() int { return int(m.calls.Load()) }

// Count adds one request.
func (m *Meter) Count() {
	if m != nil {
		m.calls.Add(1)
	}
}

type meterKey struct{}

// WithMeter returns a context under which requests are counted by m.
func WithMeter(ctx context.Context, m *Meter) context.Context {
	return context.WithValue(ctx, meterKey{}, m)
}

// MeterOf returns the context's meter; nil when it has none, which is usable.
func MeterOf(ctx context.Context) *Meter {
	m, ok := ctx.Value(meterKey{}).(*Meter)
	if !ok {
		return nil
	}
	return m
}
