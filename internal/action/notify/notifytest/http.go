package notifytest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"sync"
	"testing"
)

// HTTP stands in for a receiver that speaks HTTP.
type HTTP struct {
	*httptest.Server
	mu     sync.Mutex
	answer Answer
	raw    []string
	came   chan struct{}
	free   chan struct{}
}

// NewHTTP returns a double that hands what it takes to the handler, with the body read.
func NewHTTP(t *testing.T, take func(w http.ResponseWriter, r *http.Request, body []byte)) *HTTP {
	t.Helper()
	d := &HTTP{came: make(chan struct{}, 1000), free: make(chan struct{})}
	d.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		dump, err := httputil.DumpRequest(r, false)
		if err != nil {
			t.Errorf("dump the request: %v", err)
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		d.mu.Lock()
		answer := d.answer
		d.raw = append(d.raw, string(dump)+string(body))
		d.mu.Unlock()
		d.came <- struct{}{}
		d.respond(w, r, answer, body, take)
	}))
	t.Cleanup(func() {
		close(d.free)
		d.Close()
	})
	return d
}

func (d *HTTP) respond(w http.ResponseWriter, r *http.Request, answer Answer, body []byte, take func(http.ResponseWriter, *http.Request, []byte)) {
	echo := func(status int) {
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, "no to %s %v %s", r.URL, r.Header, body) //nolint:gosec // it says back all that it was told, to see whether errors do
	}
	switch answer {
	case Take:
		take(w, r, body)
	case Throttle:
		w.Header().Set("Retry-After", "7")
		echo(http.StatusTooManyRequests)
	case Fail:
		echo(http.StatusServiceUnavailable)
	case Refuse:
		echo(http.StatusBadRequest)
	case Deny:
		echo(http.StatusUnauthorized)
	case Hang:
		select {
		case <-d.free:
		case <-r.Context().Done():
		}
	case Break:
		panic(http.ErrAbortHandler)
	}
}

// Set says what the double does from now on.
func (d *HTTP) Set(a Answer) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.answer = a
}

// Raw returns what came, oldest first.
func (d *HTTP) Raw() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]string(nil), d.raw...)
}

// Came receives one value for every message that came.
func (d *HTTP) Came() <-chan struct{} { return d.came }
