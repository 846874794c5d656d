//go:build unix

package server_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stance-sec/stance/internal/store/postgres/pgtest"
)

const root = "../../.."

// TestMain runs all tests at once: they wait most of the time.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "8"); err != nil {
		panic(err)
	}
	pgtest.Main(m)
}

// long reports whether the tests run at full size.
func long() bool { return os.Getenv("STANCE_LONG") != "" }

// size is how many of something there are, in a short run and in a long one.
func size(short, full int) int {
	if long() {
		return full
	}
	return short
}

// program builds the program once.
var program = sync.OnceValues(func() (string, error) {
	path, err := filepath.Abs(root + "/.cache/e2e/stance")
	if err != nil {
		return "", err
	}
	cmd := exec.Command("go", "build", "-o", path, "./cmd/stance")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w: %s", err, out)
	}
	return path, nil
})

// needs skips a short test, and builds the program for the others.
func needs(t *testing.T) string {
	t.Helper()
	if testing.Short() && os.Getenv("CI") != "true" {
		t.Skip("needs the local AWS API; run without -short")
	}
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return path
}
