package alert

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

const (
	// leaseFor is how long a delivery is hidden from others: longer than any channel takes.
	leaseFor = 2 * time.Minute
	// atOnce is how many messages are on their way at once.
	atOnce = 32
	// mostTries and longestWait bound trying again: about two days in all.
	mostTries   = 60
	longestWait = time.Hour
)

// Deliver sends what is due until nothing is. It returns when something else will be;
// zero when that is not known.
func (t *Teller) Deliver(ctx context.Context) (wake time.Time, err error) {
	for {
		due, err := t.Store.Lease(ctx, t.Now(), leaseFor, atOnce)
		if err != nil || len(due) == 0 {
			return wake, err
		}
		ends, err := t.send(ctx, due)
		if err != nil {
			return time.Time{}, err
		}
		for _, at := range ends {
			if !at.IsZero() && (wake.IsZero() || at.Before(wake)) {
				wake = at
			}
		}
	}
}

// send tries deliveries side by side and notes how each ended.
func (t *Teller) send(ctx context.Context, due []store.Delivery) ([]time.Time, error) {
	again, errs := make([]time.Time, len(due)), make([]error, len(due))
	var group sync.WaitGroup
	for i := range due {
		group.Go(func() {
			d := t.attempt(ctx, due[i])
			if d.State == "waiting" {
				again[i] = d.NotBefore
			}
			errs[i] = t.Store.Finish(ctx, d)
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return again, nil
}

// attempt tries one delivery.
func (t *Teller) attempt(ctx context.Context, d store.Delivery) store.Delivery {
	now := t.Now()
	d.Tries++
	var a notify.Alert
	if err := json.Unmarshal(d.Message, &a); err != nil {
		d.State, d.Done, d.Error = "failed", now, "the message that was kept is broken"
		return d
	}
	channel := t.Channels[d.Channel]
	if channel == nil {
		d.State, d.Done, d.Error = "failed", now, "there is no channel of this name any more"
		return d
	}
	a.Key = d.Key
	_, err := channel.Send(ctx, &a)
	now = t.Now()
	if err == nil {
		d.State, d.Done, d.Error = "sent", now, ""
		return d
	}
	d.Error = err.Error()
	wait, again := notify.Later(err)
	if ctx.Err() != nil {
		again, wait = true, 0
		d.Tries--
	}
	if !again || d.Tries >= mostTries {
		d.State, d.Done = "failed", now
		t.Logger.WarnContext(ctx, "a message was given up", "channel", d.Channel, "key", d.Key, "tries", d.Tries, "code", estate.CodeOf(err))
		return d
	}
	d.State, d.NotBefore = "waiting", now.Add(max(wait, backoff(d.Tries)))
	return d
}

// backoff doubles from a second to an hour.
func backoff(tries int) time.Duration {
	if tries > 12 {
		return longestWait
	}
	return min(time.Second<<max(0, tries-1), longestWait)
}
