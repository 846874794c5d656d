// Package outputtest holds the suite that every report format passes, and the sample
// reports it uses.
package outputtest

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/json"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Format is what the suite has to know of a format.
type Format struct {
	// New returns a handler that writes to w.
	New func(w io.Writer) output.Handler
	// Extension is what its golden file ends in.
	Extension string
	// Check fails the test when data is not a sound file of the format: it parses, and
	// nothing hostile in it takes effect. It sees every file the suite makes.
	Check func(t *testing.T, data []byte)
	// Budget is how many bytes may be in use after 10,000 findings more than after
	// 1,000; 0 means 1 MiB. What goes to the writer does not count.
	Budget uint64
}

// Run is the suite.
func Run(t *testing.T, f Format) {
	t.Run("empty", func(t *testing.T) { f.Check(t, f.write(t, Empty())) })
	t.Run("harmless", func(t *testing.T) { f.Check(t, f.write(t, Harmless())) })
	t.Run("one_of_each", func(t *testing.T) { f.oneOfEach(t) })
	t.Run("hostile", func(t *testing.T) { f.Check(t, f.write(t, WithHostile())) })
	t.Run("deterministic", func(t *testing.T) { f.deterministic(t) })
	t.Run("write_error", func(t *testing.T) { f.writeError(t) })
	t.Run("round_trip", func(t *testing.T) { f.roundTrip(t) })
	t.Run("bounded_memory", func(t *testing.T) { f.boundedMemory(t) })
}

func (f Format) write(t *testing.T, r *Report) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := r.Play(f.New(&out)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func (f Format) oneOfEach(t *testing.T) {
	data := f.write(t, OneOfEach())
	f.Check(t, data)
	Golden(t, filepath.Join("testdata", "one_of_each.golden."+f.Extension), data)
}

// Golden compares data with the file, which go test -update writes anew.
func Golden(t *testing.T, path string, data []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; write it with go test -update", err)
	}
	if diff := cmp.Diff(string(want), string(data)); diff != "" {
		t.Errorf("differs from %s (-want +got):\n%s", path, diff)
	}
}

func (f Format) deterministic(t *testing.T) {
	first := f.write(t, WithHostile())
	for range 3 {
		if !bytes.Equal(first, f.write(t, WithHostile())) {
			t.Fatal("two reports of the same findings differ")
		}
	}
}

// writeError lets the writer fail after n bytes, for n from none to all but one.
func (f Format) writeError(t *testing.T) {
	whole := f.write(t, OneOfEach())
	broken := errors.New("the disk is full")
	for n := 0; n < len(whole); n += 1 + len(whole)/50 {
		w := &failingWriter{left: n, err: broken}
		if err := OneOfEach().Play(f.New(w)); !errors.Is(err, broken) {
			t.Fatalf("after %d of %d bytes: error %v", n, len(whole), err)
		}
	}
	w := &failingWriter{left: 0, err: broken}
	if err := Many(f.New(w), 2000); !errors.Is(err, broken) {
		t.Fatalf("many: error %v", err)
	}
}

type failingWriter struct {
	left int
	err  error
}

func (w *failingWriter) Write(p []byte) (int, error) {
	if len(p) > w.left {
		n := w.left
		w.left = 0
		return n, w.err
	}
	w.left -= len(p)
	return len(p), nil
}

// roundTrip expects the same bytes from a saved JSON report as from the findings.
func (f Format) roundTrip(t *testing.T) {
	for name, r := range map[string]*Report{"empty": Empty(), "harmless": Harmless(), "one of each": OneOfEach(), "hostile": validated(t)} {
		var saved, again bytes.Buffer
		if err := r.Play(json.New(&saved)); err != nil {
			t.Fatal(err)
		}
		if err := json.Read(&saved, f.New(&again)); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(f.write(t, r), again.Bytes()) {
			t.Errorf("%s: a saved report gives other bytes", name)
		}
	}
}

// validated returns the hostile report as JSON can hold it: in valid UTF-8.
func validated(t *testing.T) *Report {
	t.Helper()
	var saved bytes.Buffer
	if err := WithHostile().Play(json.New(&saved)); err != nil {
		t.Fatal(err)
	}
	var r Recorder
	if err := json.Read(&saved, &r); err != nil {
		t.Fatal(err)
	}
	return &r.Report
}

func (f Format) boundedMemory(t *testing.T) {
	budget := f.Budget
	if budget == 0 {
		budget = 1 << 20
	}
	few, many := f.inUse(t, 1000), f.inUse(t, 10_000)
	if many > few+budget {
		t.Errorf("%d bytes in use after 1,000 findings and %d after 10,000", few, many)
	}
}

// inUse returns how many bytes are alive just before the report ends.
func (f Format) inUse(t *testing.T, n int) uint64 {
	t.Helper()
	h := &meter{Handler: f.New(io.Discard)}
	if err := Many(h, n); err != nil {
		t.Fatal(err)
	}
	return h.inUse
}

type meter struct {
	output.Handler
	inUse uint64
}

func (m *meter) End(s output.Summary) error {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&stats)
	m.inUse = stats.HeapAlloc
	return m.Handler.End(s)
}
