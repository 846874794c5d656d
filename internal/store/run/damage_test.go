package run_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store/run"
)

// finished makes a finished run of three scopes with two resources each.
func finished(t *testing.T) string {
	t.Helper()
	w, dir := create(t)
	for n := 1; n <= 3; n++ {
		write(t, w, scopeOf(n), fmt.Sprintf("%d-a", n), fmt.Sprintf("%d-b", n))
	}
	finish(t, w)
	return dir
}

func change(t *testing.T, dir, name string, how func([]byte) []byte) {
	t.Helper()
	path := filepath.Join(dir, name)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, how(data), 0o600); err != nil {
		t.Fatal(err)
	}
}

func cut(n int) func([]byte) []byte { return func(b []byte) []byte { return b[:len(b)-n] } }

func dropLastLine(b []byte) []byte {
	return b[:bytes.LastIndexByte(b[:len(b)-1], '\n')+1]
}

func flipMiddle(b []byte) []byte {
	b[len(b)/2] ^= 0x20
	return b
}

func TestDamageIsNeverSilent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file   string
		how    func([]byte) []byte
		intact int // scopes that Salvage still reads
	}{
		"resources_cut":        {"resources.jsonl.zst", cut(5), 2},
		"resources_empty":      {"resources.jsonl.zst", func([]byte) []byte { return nil }, 0},
		"resources_bit_flip":   {"resources.jsonl.zst", flipMiddle, 2},
		"ledger_cut":           {"ledger.jsonl", cut(7), 2},
		"ledger_line_gone":     {"ledger.jsonl", dropLastLine, 2},
		"ledger_bit_flip":      {"ledger.jsonl", flipMiddle, 2},
		"ledger_empty":         {"ledger.jsonl", func([]byte) []byte { return nil }, 0},
		"ledger_with_rubbish":  {"ledger.jsonl", func(b []byte) []byte { return append(b, "rubbish\n"...) }, 3},
		"ledger_with_zero_end": {"ledger.jsonl", func(b []byte) []byte { return append(b, 0, 0, 0) }, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := finished(t)
			change(t, dir, c.file, c.how)
			err := readAll(dir)
			if estate.CodeOf(err) != estate.CodeInvalid || estate.HintOf(err) == "" {
				t.Fatalf("error %v", err)
			}
			t.Log(err)
			if got := salvaged(t, dir); got != c.intact {
				t.Errorf("salvaged %d scopes, want %d", got, c.intact)
			}
			repair(t, dir)
		})
	}
}

// readAll opens the run and reads every line.
func readAll(dir string) error {
	r, err := run.Open(dir)
	if err != nil {
		return err
	}
	defer r.Close()
	return r.Lines(nil, func(estate.Scope, []byte) error { return nil })
}

// salvaged returns how many scopes Salvage reads whole; the others must be failed.
func salvaged(t *testing.T, dir string) int {
	t.Helper()
	r, damage, err := run.Salvage(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if len(damage) == 0 {
		t.Error("no damage reported")
	}
	intact := 0
	for _, c := range r.Coverage() {
		got := ids(t, r, c.Scope)
		switch {
		case c.Status == estate.CoverageOK && len(got) == 2:
			intact++
		case c.Status != estate.CoverageFailed || len(got) != 0 || c.Detail == "":
			t.Errorf("%+v has %v", c, got)
		}
	}
	return intact
}

// repair resumes the run, reads again what is missing, and expects a sound run.
func repair(t *testing.T, dir string) {
	t.Helper()
	w, err := run.Resume(dir)
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 3; n++ {
		if !w.Done(scopeOf(n)) {
			write(t, w, scopeOf(n), fmt.Sprintf("%d-a", n), fmt.Sprintf("%d-b", n))
		}
	}
	finish(t, w)
	if err := readAll(dir); err != nil {
		t.Fatal(err)
	}
	if got := len(bareIDs(t, dir)); got != 6 {
		t.Errorf("the bare file has %d resources", got)
	}
}

func TestResumeAfterTornWrites(t *testing.T) {
	t.Parallel()
	w, dir := create(t)
	write(t, w, scopeOf(1), "1-a")
	lost := begin(t, w, scopeOf(2))
	add(t, lost, "2-a")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	change(t, dir, "ledger.jsonl", func(b []byte) []byte { return append(b, `{"cloud":"aws","acc`...) })
	change(t, dir, "resources.jsonl.zst", func(b []byte) []byte { return append(b, "torn frame"...) })

	r := open(t, dir)
	if !r.Interrupted() || len(r.Scopes()) != 1 {
		t.Errorf("interrupted %v, scopes %v", r.Interrupted(), r.Scopes())
	}
	w, err := run.Resume(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(w.Dropped()) > 0 || !w.Done(scopeOf(1)) || w.Done(scopeOf(2)) {
		t.Errorf("dropped %v, coverage %v", w.Dropped(), w.Coverage())
	}
	write(t, w, scopeOf(2), "2-a")
	finish(t, w)
	if diff := cmp.Diff([]string{"1-a", "2-a"}, bareIDs(t, dir)); diff != "" {
		t.Error(diff)
	}
}

func TestMetaDamage(t *testing.T) {
	t.Parallel()
	for name, how := range map[string]func([]byte) []byte{
		"cut":          cut(20),
		"other_format": func(b []byte) []byte { return bytes.Replace(b, []byte(`"format": 1`), []byte(`"format": 99`), 1) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := finished(t)
			change(t, dir, "run.json", how)
			if err := readAll(dir); estate.CodeOf(err) != estate.CodeInvalid || estate.HintOf(err) == "" {
				t.Errorf("error %v", err)
			}
		})
	}
}
