package api

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

func transitionType() reflect.Type { return reflect.TypeFor[store.Transition]() }

// mostStreams is how many streams a user may have open: one per tab of a browser.
const mostStreams = 20

// streams counts open streams by user.
type streams struct {
	mu   sync.Mutex
	open map[string]int
}

func (s *streams) enter(user string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		s.open = map[string]int{}
	}
	if s.open[user] >= mostStreams {
		return false
	}
	s.open[user]++
	return true
}

func (s *streams) leave(user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[user]--; s.open[user] <= 0 {
		delete(s.open, user)
	}
}

// follow writes transitions as they come, until the client goes, the credential ends, or
// the server does.
func (a *API) follow(ctx context.Context, caller auth.Caller, in *streamIn) (func(huma.Context), error) {
	after := max(in.Last, in.After)
	if after == 0 {
		var err error
		if after, err = a.latest(ctx, caller.See); err != nil {
			return nil, err
		}
	}
	if !a.open.enter(caller.User) {
		return nil, estate.Errorf(estate.CodeThrottled, "follow what happens", "you have %d streams open", mostStreams)
	}
	return func(hc huma.Context) {
		defer a.open.leave(caller.User)
		_, w := humago.Unwrap(hc)
		_ = http.NewResponseController(w).SetWriteDeadline(time.Time{}) // not every writer has one
		hc.SetHeader("Content-Type", "text/event-stream")
		hc.SetHeader("Cache-Control", "no-store")
		hc.SetHeader("X-Accel-Buffering", "no")
		hc.SetStatus(http.StatusOK)
		if err := a.tell(ctx, caller, w, after); err != nil {
			report(ctx, err)
		}
	}, nil
}

// latest returns the number of the last transition that is visible; 0 when there is none.
// Numbers are tried by halves: the store tells only what comes after one.
func (a *API) latest(ctx context.Context, see store.Visible) (int64, error) {
	more := func(after int64) (bool, error) {
		found, err := a.Store.Transitions(ctx, see, after, 1)
		return len(found) > 0, err
	}
	low, high := int64(0), int64(1)
	for {
		beyond, err := more(high)
		if err != nil {
			return 0, err
		}
		if !beyond || high > 1<<60 {
			break
		}
		low, high = high, high*2
	}
	for low < high {
		middle := low + (high-low)/2
		beyond, err := more(middle)
		if err != nil {
			return 0, err
		}
		if beyond {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low, nil
}

const batch = 100

// tell writes events until something ends it.
func (a *API) tell(ctx context.Context, caller auth.Caller, w http.ResponseWriter, after int64) error {
	flush := http.NewResponseController(w).Flush
	poll := time.NewTicker(cmp.Or(a.Poll, time.Second))
	defer poll.Stop()
	beat := time.NewTicker(cmp.Or(a.Heartbeat, 20*time.Second))
	defer beat.Stop()
	if _, err := fmt.Fprintf(w, "retry: 2000\nid: %d\nevent: ready\ndata: {}\n\n", after); err != nil || flush() != nil {
		return nil // the client went
	}
	for {
		found, err := a.Store.Transitions(ctx, caller.See, after, batch)
		if err != nil {
			return err
		}
		for i := range found {
			if err := writeEvent(w, &found[i]); err != nil {
				return nil // the client went
			}
			after = found[i].Seq
		}
		if len(found) > 0 && flush() != nil {
			return nil
		}
		if len(found) == batch {
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-a.Done:
			return nil
		case <-poll.C:
		case <-beat.C:
			if !a.still(ctx, caller) {
				return nil
			}
			if _, err := io.WriteString(w, ": alive\n\n"); err != nil || flush() != nil {
				return nil
			}
		}
	}
}

// still reports whether a caller may go on as they began.
func (a *API) still(ctx context.Context, caller auth.Caller) bool {
	u, err := a.Store.User(ctx, caller.User)
	if err != nil || !u.Disabled.IsZero() {
		return false
	}
	all, err := a.credentials(ctx, caller.User, caller.Kind)
	if err != nil {
		return false
	}
	for i := range all.Items {
		if all.Items[i].ID == caller.Credential {
			return reflect.DeepEqual(caller.See, store.Visible{OnlyAccounts: u.Accounts, OnlyOwners: u.Owners})
		}
	}
	return false
}

func writeEvent(w io.Writer, t *store.Transition) error {
	data, err := json.Marshal(t)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "id: %d\nevent: transition\ndata: %s\n\n", t.Seq, data)
	return err
}
