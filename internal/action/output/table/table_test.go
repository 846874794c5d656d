package table_test

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/action/output/outputtest"
	"github.com/stance-sec/stance/internal/action/output/table"
)

func TestFormat(t *testing.T) {
	plain := func(w io.Writer) output.Handler { return table.New(w, table.Options{}) }
	outputtest.Run(t, outputtest.Format{New: plain, Extension: "txt", Check: func(t *testing.T, data []byte) {
		t.Helper()
		for _, r := range string(data) {
			if r != '\n' && (unicode.IsControl(r) || escape.Invisible(r)) {
				t.Errorf("a terminal would obey %U", r)
			}
		}
	}})
}

func TestColorAndWidth(t *testing.T) {
	t.Parallel()
	for _, width := range []int{60, 100, 160} {
		var out bytes.Buffer
		if err := outputtest.OneOfEach().Play(table.New(&out, table.Options{Color: true, Unicode: true, Width: width})); err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(out.Bytes(), []byte("\x1b[")) {
			t.Error("no colour")
		}
		for line := range strings.Lines(out.String()) {
			if n := len([]rune(uncolored(strings.TrimSuffix(line, "\n")))); n > width {
				t.Errorf("%d columns in a line for %d: %q", n, width, line)
			}
		}
	}
}

func TestNoColor(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := outputtest.OneOfEach().Play(table.New(&out, table.Options{})); err != nil {
		t.Fatal(err)
	}
	for _, r := range out.String() {
		if r > 0x7e || r == 0x1b {
			t.Errorf("%q in a pipe", r)
		}
	}
	outputtest.Golden(t, filepath.Join("testdata", "one_of_each.golden.txt"), out.Bytes())
}

// uncolored drops colour sequences.
func uncolored(s string) string {
	var b strings.Builder
	for s != "" {
		head, rest, found := strings.Cut(s, "\x1b[")
		b.WriteString(head)
		if !found {
			break
		}
		_, s, _ = strings.Cut(rest, "m")
	}
	return b.String()
}
