package formats_test

import (
	"bytes"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/action/output/formats"
	"github.com/stance-sec/stance/internal/action/output/outputtest"
	"github.com/stance-sec/stance/internal/estate"
)

func TestEveryFormatWrites(t *testing.T) {
	t.Parallel()
	for _, format := range formats.All() {
		var out bytes.Buffer
		h, err := formats.New(format.Name, &out, formats.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := outputtest.OneOfEach().Play(h); err != nil {
			t.Fatal(err)
		}
		if out.Len() == 0 || format.About == "" || format.Extension == "" {
			t.Errorf("%s is empty", format.Name)
		}
	}
	if names := formats.Names()[1:]; !slices.IsSorted(names) {
		t.Errorf("%v are not sorted", names)
	}
	if _, err := formats.New("pdf", nil, formats.Options{}); estate.CodeOf(err) != estate.CodeInvalid || estate.HintOf(err) == "" {
		t.Errorf("error %v", err)
	}
}

// TestNoTemplates holds the linker trap of docs: a template package reachable from a
// format would make the linker keep every method of every cloud SDK.
func TestNoTemplates(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Skip("no go command")
	}
	for _, name := range strings.Fields(string(out)) {
		if name == "text/template" || name == "html/template" {
			t.Errorf("a format reaches %s", name)
		}
	}
}
