package run_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store/run"
)

const (
	crashDir    = "STANCE_TEST_CRASH_DIR"
	crashScopes = 60
)

// TestKilledWriter is the process that TestKill kills; alone it does nothing.
func TestKilledWriter(t *testing.T) {
	dir := os.Getenv(crashDir)
	if dir == "" {
		t.SkipNow()
	}
	w, err := run.Resume(dir)
	if err != nil {
		t.Fatal(err)
	}
	for n := range crashScopes {
		if w.Done(scopeOf(n)) {
			continue
		}
		s := begin(t, w, scopeOf(n))
		for i := range 300 {
			id := fmt.Sprintf("%03d-%03d", n, (i*7)%300)
			if err := s.Add(id, line(t, id, strings.Repeat("z", 5000))); err != nil {
				t.Fatal(err)
			}
		}
		commit(t, s, ok(scopeOf(n), 300))
	}
	finish(t, w)
}

func TestKill(t *testing.T) {
	t.Parallel()
	w, dir := create(t)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(3, 4))
	for range 6 {
		command := exec.Command(os.Args[0], "-test.run=^TestKilledWriter$")
		command.Env = append(os.Environ(), crashDir+"="+dir)
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(15+random.IntN(60)) * time.Millisecond)
		_ = command.Process.Kill() // it may have ended
		_ = command.Wait()         // killed
		checkWhole(t, dir)
	}
	command := exec.Command(os.Args[0], "-test.run=^TestKilledWriter$")
	command.Env = append(os.Environ(), crashDir+"="+dir)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if got := checkWhole(t, dir); got != crashScopes {
		t.Errorf("%d scopes", got)
	}
	if got := len(bareIDs(t, dir)); got != crashScopes*300 {
		t.Errorf("the bare file has %d resources", got)
	}
}

// checkWhole expects every scope of the ledger whole and returns their number.
func checkWhole(t *testing.T, dir string) int {
	t.Helper()
	r := open(t, dir)
	for _, scope := range r.Scopes() {
		if got := len(ids(t, r, scope)); got != 300 {
			t.Errorf("%s has %d resources", scope, got)
		}
	}
	return len(r.Scopes())
}

func TestFullDisk(t *testing.T) {
	t.Parallel()
	disk := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Skipf("no tmpfs: %s", out)
	}
	t.Cleanup(func() { _ = exec.Command("umount", disk).Run() })
	dir := filepath.Join(disk, "run")
	w, err := run.Create(dir, meta())
	if err != nil {
		t.Fatal(err)
	}
	var full error
	committed := 0
	for n := 0; full == nil && n < 1000; n++ {
		if full = writeRandom(w, n); full == nil {
			committed++
		}
	}
	if estate.CodeOf(full) != estate.CodeIO || !strings.Contains(full.Error(), "no space") || estate.HintOf(full) == "" {
		t.Fatalf("error %v", full)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	r := open(t, dir)
	if err := r.Verify(); err != nil || len(r.Scopes()) != committed || committed == 0 {
		t.Errorf("%d of %d scopes, %v", len(r.Scopes()), committed, err)
	}
	for _, scope := range r.Scopes() {
		if len(ids(t, r, scope)) != 20 {
			t.Errorf("%s is short", scope)
		}
	}
}

// writeRandom commits a scope that does not compress.
func writeRandom(w *run.Writer, n int) error {
	random := rand.NewChaCha8([32]byte{byte(n)})
	s, err := w.Begin(scopeOf(n))
	if err != nil {
		return err
	}
	for i := range 20 {
		noise := make([]byte, 2000)
		_, _ = random.Read(noise) // never fails
		id := fmt.Sprintf("%03d-%02d", n, i)
		if err := s.Add(id, fmt.Appendf(nil, `{"id":%q,"config":{"note":"%x"}}`, id, noise)); err != nil {
			return err
		}
	}
	return s.Commit(ok(scopeOf(n), 20))
}
