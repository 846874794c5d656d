//go:build unix

package server_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// secret signs what the webhook receives.
const secret = "a signing key of the tests, long enough"

// hook is a webhook that honours keys: what comes again under a key counts once.
type hook struct {
	server *httptest.Server
	// down has it answer 503.
	down atomic.Bool

	mu     sync.Mutex
	got    map[string]arrival // by key
	again  int                // how many came again under their key
	broken []string
}

// arrival is one message.
type arrival struct {
	at    time.Time
	alert heard
}

// heard is what a webhook is told.
type heard struct {
	Key      string    `json:"key"`
	Thread   string    `json:"thread"`
	Kind     string    `json:"kind"`
	Check    string    `json:"check"`
	Account  string    `json:"account"`
	At       time.Time `json:"at"`
	Resource struct {
		ID string `json:"id"`
	} `json:"resource"`
	Items []heard `json:"items"`
}

func startHook(t *testing.T) *hook {
	t.Helper()
	h := &hook{got: map[string]arrival{}}
	h.server = httptest.NewServer(h)
	t.Cleanup(h.server.Close)
	return h
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now := time.Now()
	if h.down.Load() {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	var body struct {
		Alert heard `json:"alert"`
	}
	key := r.Header.Get("Idempotency-Key")
	err := json.NewDecoder(r.Body).Decode(&body)
	h.mu.Lock()
	defer h.mu.Unlock()
	if err != nil || key == "" {
		h.broken = append(h.broken, key)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if _, known := h.got[key]; known {
		h.again++
		return
	}
	h.got[key] = arrival{now, body.Alert}
}

// all returns every alert that was heard, those of groups one by one.
func (h *hook) all() []arrival {
	h.mu.Lock()
	defer h.mu.Unlock()
	var list []arrival
	for _, a := range h.got {
		if len(a.alert.Items) == 0 {
			list = append(list, a)
		}
		for _, item := range a.alert.Items {
			list = append(list, arrival{a.at, item})
		}
	}
	return list
}

// of returns the alerts of one kind on a change.
func (h *hook) of(c *change, kind string) []arrival {
	var list []arrival
	for _, a := range h.all() {
		if a.alert.Kind == kind && a.alert.Check == c.check && a.alert.Account == c.account && strings.HasSuffix(a.alert.Resource.ID, c.resource) {
			list = append(list, a)
		}
	}
	return list
}
