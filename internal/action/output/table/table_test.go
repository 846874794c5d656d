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
	"github.com/stance-sec/stance/internal/estate"
)

func TestFormat(t *testing.T) {
	for extension, options := range map[string]table.Options{"txt": {}, "all.txt": {All: true}} {
		t.Run(extension, func(t *testing.T) {
			plain := func(w io.Writer) output.Handler { return table.New(w, options) }
			outputtest.Run(t, outputtest.Format{New: plain, Extension: extension, Check: harmless})
		})
	}
}

func harmless(t *testing.T, data []byte) {
	t.Helper()
	for _, r := range string(data) {
		if r != '\n' && (unicode.IsControl(r) || escape.Invisible(r)) {
			t.Errorf("a terminal would obey %U", r)
		}
	}
}

func TestColorAndWidth(t *testing.T) {
	t.Parallel()
	for n, width := range []int{60, 80, 100, 160, 60, 120} {
		report := outputtest.OneOfEach()
		if n > 3 {
			report = outputtest.WithHostile()
		}
		var out bytes.Buffer
		if err := report.Play(table.New(&out, table.Options{Color: true, Unicode: true, Width: width, All: n > 3})); err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(out.Bytes(), []byte("\x1b[")) {
			t.Error("no colour")
		}
		for line := range strings.Lines(out.String()) {
			plain := uncolored(strings.TrimSuffix(line, "\n"))
			if n := len([]rune(plain)); n > width && !strings.Contains(plain, " $ ") { // commands are there to be copied
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

// TestPermissionsAreWhole holds that what is there to be copied is never cut or broken.
func TestPermissionsAreWhole(t *testing.T) {
	t.Parallel()
	permission := "organizations:" + strings.Repeat("DescribeVeryMuch", 6)
	r := outputtest.OneOfEach()
	r.Coverage[1].Permissions = []string{permission}
	var out bytes.Buffer
	if err := r.Play(table.New(&out, table.Options{Unicode: true, Width: 60})); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "\n  grant "+permission+"\n") {
		t.Errorf("%s is not whole in\n%s", permission, out.String())
	}
}

// TestReasonsInWords gives every reason to a scope of its own, twice.
func TestReasonsInWords(t *testing.T) {
	t.Parallel()
	r := outputtest.OneOfEach()
	r.Coverage = nil
	reasons := []estate.Reason{estate.Throttled, estate.Unavailable, estate.Unsupported, estate.Malformed, estate.Uncollected}
	for _, reason := range reasons {
		for _, region := range []string{"eu-west-1", "us-east-1", "us-west-2"} {
			scope := estate.Scope{Cloud: estate.AWS, Account: "111111111111", Region: region, Type: "aws_thing"}
			r.Coverage = append(r.Coverage, estate.Coverage{Scope: scope, Status: estate.CoverageFailed, Reason: reason})
		}
	}
	var out bytes.Buffer
	if err := r.Seal().Play(table.New(&out, table.Options{Width: 200})); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "3 scopes not listed: aws_thing in shop (111111111111) x 3 regions"); n != len(reasons) {
		t.Errorf("%d of %d reasons are one entry each:\n%s", n, len(reasons), out.String())
	}
	if n := strings.Count(out.String(), "next  "); n != len(reasons) {
		t.Errorf("%d of %d reasons have a next step", n, len(reasons))
	}
	for _, reason := range reasons {
		if strings.Contains(out.String(), "\n  "+string(reason)) {
			t.Errorf("%s stands there bare", reason)
		}
	}
}
