package spelling_test

import (
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/estate/spelling"
)

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "ab", 2}, {"ab", "", 2}, {"role", "role", 0}, {"role", "rule", 1},
		{"role", "roles", 1}, {"role", "rle", 1}, {"kitten", "sitting", 3}, {"ab", "ba", 2},
	} {
		if got := spelling.Distance(c.a, c.b); got != c.want {
			t.Errorf("%q to %q: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	known := []string{"bucket", "function", "role", "rule"}
	for word, want := range map[string]string{
		"buckte": "bucket", "rule": "rule", "rwle": "role", "zebra": "", "r": "", "": "", strings.Repeat("role", 30): "",
	} {
		if got := spelling.Nearest(word, known); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}

func TestSuggestion(t *testing.T) {
	t.Parallel()
	known := []string{"severity", "title", "type", "types", "typo"}
	for word, want := range map[string]string{
		"sevrity": "; did you mean severity?", "typ": "; did you mean type, types, typo?", "the title": "; did you mean title?",
		"zebra": "", strings.Repeat("title", 30): "",
	} {
		if got := spelling.Suggestion(word, known); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}
