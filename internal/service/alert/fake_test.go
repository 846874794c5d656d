package alert_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// errKilled is what a call returns when the process died in it: before it, or after its
// effect was kept.
var errKilled = errors.New("killed")

// outbox keeps what a store keeps, in memory, and dies when it is told.
type outbox struct {
	store.Outbox
	t  *testing.T
	mu sync.Mutex
	// dies says of each call whether the process dies before it or after it; nil for never.
	dies func() (before, after bool)

	// rivals is how often another process routes after the state was read.
	rivals int

	pending    []store.Transition
	state      store.RouterState
	deliveries map[string]*store.Delivery
	leased     map[string]time.Time
	findings   map[string]store.Finding
	issues     []store.Issue
	finished   []store.Delivery
}

func newOutbox(t *testing.T) *outbox {
	t.Helper()
	return &outbox{t: t, deliveries: map[string]*store.Delivery{}, leased: map[string]time.Time{}, findings: map[string]store.Finding{}}
}

// call makes a call whose effect is whole or not at all.
func (o *outbox) call(effect func() error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	before, after := false, false
	if o.dies != nil {
		before, after = o.dies()
	}
	if before {
		return errKilled
	}
	if err := effect(); err != nil {
		return err
	}
	if after {
		return errKilled
	}
	return nil
}

func (o *outbox) Pending(_ context.Context, limit int) (list []store.Transition, err error) {
	err = o.call(func() error {
		list = slices.Clone(o.pending[:min(limit, len(o.pending))])
		return nil
	})
	return list, err
}

func (o *outbox) RouterState(context.Context) (s store.RouterState, err error) {
	err = o.call(func() error {
		if s = o.state; o.rivals > 0 {
			o.rivals--
			o.state.Version++
		}
		return nil
	})
	return s, err
}

func (o *outbox) Route(_ context.Context, seqs []int64, deliveries []store.Delivery, state store.RouterState) error {
	return o.call(func() error {
		if state.Version != o.state.Version {
			return estate.Errorf(estate.CodeGone, "route", "another was first")
		}
		o.state = store.RouterState{Version: state.Version + 1, Body: state.Body}
		for _, d := range deliveries {
			if o.deliveries[d.Key] == nil {
				o.deliveries[d.Key] = &d
			}
		}
		o.pending = slices.DeleteFunc(o.pending, func(tr store.Transition) bool { return slices.Contains(seqs, tr.Seq) })
		return nil
	})
}

func (o *outbox) Lease(_ context.Context, now time.Time, lease time.Duration, limit int) (list []store.Delivery, err error) {
	err = o.call(func() error {
		for _, key := range slices.Sorted(maps.Keys(o.deliveries)) {
			d := o.deliveries[key]
			if d.State == "waiting" && !d.NotBefore.After(now) && !o.leased[key].After(now) && len(list) < limit {
				o.leased[key] = now.Add(lease)
				list = append(list, *d)
			}
		}
		return nil
	})
	return list, err
}

func (o *outbox) Finish(_ context.Context, d store.Delivery) error {
	return o.call(func() error {
		o.finished = append(o.finished, d)
		o.deliveries[d.Key] = &d
		delete(o.leased, d.Key)
		return nil
	})
}

func (o *outbox) Finding(_ context.Context, _ store.Visible, key string) (f store.Finding, err error) {
	err = o.call(func() error {
		var known bool
		if f, known = o.findings[key]; !known {
			return estate.Errorf(estate.CodeNotFound, "read a finding", "there is none")
		}
		return nil
	})
	return f, err
}

func (o *outbox) Findings(context.Context, store.FindingQuery) (page store.Page[store.Finding], err error) {
	err = o.call(func() error {
		for _, key := range slices.Sorted(maps.Keys(o.findings)) {
			page.Items = append(page.Items, o.findings[key])
		}
		return nil
	})
	return page, err
}

func (o *outbox) Issue(_ context.Context, _ store.Visible, key string) (issue store.Issue, err error) {
	err = o.call(func() error {
		for i := range o.issues {
			if o.issues[i].Key == key {
				issue = o.issues[i]
				return nil
			}
		}
		return estate.Errorf(estate.CodeNotFound, "read an issue", "there is none")
	})
	return issue, err
}

func (o *outbox) Issues(context.Context, store.IssueQuery) (page store.Page[store.Issue], err error) {
	err = o.call(func() error { page.Items = slices.Clone(o.issues); return nil })
	return page, err
}

// happen adds a transition of a finding.
func (o *outbox) happen(seq int64, kind string, severity estate.Severity, account string, first bool) {
	key := fmt.Sprint("f", seq)
	ref := estate.Ref{ID: "arn:" + key, Type: "aws_s3_bucket", Cloud: estate.AWS, Account: account, Name: key}
	f := store.Finding{}
	f.Key, f.Check, f.Title, f.Severity, f.Resource, f.Status = key, "open", "Bucket open", severity, ref, estate.Fail
	o.findings[key] = f
	o.pending = append(o.pending, store.Transition{Seq: seq, Kind: kind, At: noon, Subject: "finding", Key: key, First: first, Resource: ref, Severity: severity})
}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// receiver is a channel that honours keys.
type receiver struct {
	mu    sync.Mutex
	tries int
	took  map[string]notify.Alert
	fails func(try int) error
}

func (r *receiver) Send(_ context.Context, a *notify.Alert) (notify.Receipt, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tries++
	if r.took == nil {
		r.took = map[string]notify.Alert{}
	}
	if r.fails != nil {
		if err := r.fails(r.tries); err != nil {
			return notify.Receipt{}, err
		}
	}
	r.took[a.Key] = *a
	return notify.Receipt{}, nil
}

// alerts counts the alerts that came, by what they are about.
func (r *receiver) alerts() map[string]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	counts := map[string]int{}
	for _, a := range r.took {
		if len(a.Items) == 0 {
			counts[a.ThreadKey()]++
		}
		for i := range a.Items {
			counts[a.Items[i].ThreadKey()]++
		}
	}
	return counts
}
