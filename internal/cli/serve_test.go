package cli_test

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/cli"
)

// said is what a server writes while it runs.
type said struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

var listening = regexp.MustCompile(`listening on (\S+);`)

// serve runs a server on a folder, does something with its address, and stops it.
func serve(t *testing.T, dir string, use func(address string)) (stderr string, code int) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out, ended := &said{}, make(chan int, 1)
	go func() {
		ended <- cli.Run(ctx, cli.Env{
			Args: []string{"serve", "--aws=false", "--data", dir, "--listen", "127.0.0.1:0", "--log-level", "debug"}, Stdout: io.Discard, Stderr: out,
			Getenv: func(string) string { return "" }, Now: time.Now,
		})
	}()
	for range 1200 {
		if m := listening.FindStringSubmatch(out.String()); m != nil {
			use(m[1])
			stop()
			return out.String(), <-ended
		}
		select {
		case code := <-ended:
			t.Fatalf("it ended with %d:\n%s", code, out)
		case <-time.After(50 * time.Millisecond):
		}
	}
	t.Fatalf("it never listened:\n%s", out)
	return "", 0
}

// TestThePasswordIsShownOnce starts a server twice: the first prints a password that
// stands nowhere else, the second none.
func TestThePasswordIsShownOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	answers := func(address string) {
		r, err := http.Get("http://" + address + "/healthz")
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Body.Close(); err != nil || r.StatusCode != http.StatusOK {
			t.Errorf("it answers %s, %v", r.Status, err)
		}
	}
	first, code := serve(t, dir, answers)
	if code != cli.ExitOK {
		t.Errorf("a server that is stopped ends with %d:\n%s", code, first)
	}
	m := regexp.MustCompile(`(?m)^ {4}([a-z0-9-]{20,})$`).FindStringSubmatch(first)
	if m == nil {
		t.Fatalf("no password is shown:\n%s", first)
	}
	if strings.Count(first, m[1]) != 1 {
		t.Errorf("the password is shown more than once:\n%s", first)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) < 2 {
		t.Fatalf("the folder holds %v, %v", files, err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), m[1]) {
			t.Errorf("%s holds the password", name)
		}
	}
	if again, _ := serve(t, dir, answers); strings.Contains(again, "administrator") {
		t.Errorf("started again, it shows a password:\n%s", again)
	}
}
