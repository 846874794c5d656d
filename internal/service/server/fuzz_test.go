package server_test

import (
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/service/auth"
)

// TestServeForProperties is no test: it is the server that testdata/properties.py puts its
// requests to, until its input ends. It prints the address and a token of an administrator.
func TestServeForProperties(t *testing.T) {
	t.Parallel()
	if os.Getenv("STANCE_SERVE_FOR_PROPERTIES") == "" {
		t.Skip("run by testdata/properties.py")
	}
	b := open(t)
	b.fill()
	b.decided()
	b.user("viewer", auth.Viewer, nil, nil)
	b.user("spare", auth.Viewer, nil, nil)
	admin := b.user("root", auth.Admin, nil, nil)
	caller, _, err := b.auth.Authenticate(t.Context(), requestOf(admin))
	b.must(err)
	_, secret, err := b.auth.CreateToken(t.Context(), caller, "properties", auth.Admin, day0.AddDate(0, 0, 300))
	b.must(err)
	done := make(chan struct{})
	go func() { // time passes, so that no limit of rate stands in the way
		for {
			select {
			case <-done:
				return
			case <-time.After(10 * time.Millisecond):
				b.clock.pass(time.Second)
			}
		}
	}()
	_, err = fmt.Fprintf(os.Stdout, "\nserving %s %s\n", b.http.URL, secret)
	b.must(err)
	_, _ = io.Copy(io.Discard, os.Stdin)
	close(done)
}
