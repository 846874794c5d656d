package house_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// mostBytes is what the binary may weigh. One import that keeps the linker from dropping
// methods it cannot prove unused (text/template, net/trace) doubles it: look there first.
const mostBytes = 110_000_000

func TestBinaryStaysSmall(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds the binary")
	}
	binary := filepath.Join(t.TempDir(), "stance")
	cmd := exec.Command("go", "build", "-tags", "grpcnotrace", "-ldflags", "-s -w", "-o", binary, "./cmd/stance")
	cmd.Dir = root(t)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	info, err := os.Stat(binary)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes", info.Size())
	if info.Size() > mostBytes {
		t.Errorf("the binary has %d bytes, more than %d", info.Size(), mostBytes)
	}
}

// mostLines is how long a file may be before it is split.
const mostLines = 300

func TestFilesAreShort(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		for _, name := range p.GoFiles {
			if lines, generated := countLines(t, filepath.Join(p.Dir, name)); lines > mostLines && !generated {
				t.Errorf("%s/%s has %d lines, more than %d", strings.TrimPrefix(p.ImportPath, module+"/"), name, lines, mostLines)
			}
		}
	}
}

func countLines(t *testing.T, file string) (lines int, generated bool) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for s := bufio.NewScanner(f); s.Scan(); lines++ {
		generated = generated || strings.HasPrefix(s.Text(), "// Code generated ")
	}
	return lines, generated
}
