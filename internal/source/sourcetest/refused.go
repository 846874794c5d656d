package sourcetest

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
)

// refused proves that a call that is refused makes exactly its own attributes unknown
// and leaves everything else as it was.
func (s *suite[S]) refused(t *testing.T, call source.Call, code string, reason estate.Reason) {
	d := s.harness.New(s.archive)
	d.Refuse(call.Op, code)
	got, err := s.collect(d)
	if len(call.Fills) == 0 {
		if err == nil {
			t.Errorf("the list was refused and nobody noticed: %d resources", len(got))
		}
		return
	}
	if err != nil {
		t.Fatalf("a secondary read ended the scope: %v", err)
	}
	whole, err := s.collect(s.harness.New(s.archive))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(whole) {
		t.Fatalf("%d resources became %d", len(whole), len(got))
	}
	marked := false
	for i := range got {
		marked = s.compareRefused(t, call, reason, whole[i], got[i]) || marked
	}
	if !marked {
		t.Errorf("%s was refused and no attribute became unknown", call.Op)
	}
}

func (s *suite[S]) compareRefused(t *testing.T, call source.Call, reason estate.Reason, whole, got *estate.Resource) (marked bool) {
	t.Helper()
	for _, u := range got.Unknown {
		if containsPath(whole.Unknown, u.Path) {
			continue
		}
		marked = true
		if u.Reason != reason {
			t.Errorf("%q: %s is unknown for %q, not %q", got.ID, u.Path, u.Reason, reason)
		}
		if reason == estate.Denied && u.Permission != call.Permission {
			t.Errorf("%q: %s asks for %q, not %q", got.ID, u.Path, u.Permission, call.Permission)
		}
		if !strings.HasPrefix(u.Path, "facets.") && !filled(call.Fills, u.Path) {
			t.Errorf("%q: %s became unknown, which %s does not declare to fill", got.ID, u.Path, call.Op)
		}
	}
	if diff := cmp.Diff(s.without(t, whole, call.Fills), s.without(t, got, call.Fills)); diff != "" {
		t.Errorf("%q changed beyond what %s fills:\n%s", got.ID, call.Op, diff)
	}
	return marked
}

// filled reports whether path is one of the fills or lies within one, list indexes
// left out of the comparison.
func filled(fills []string, path string) bool {
	for _, f := range fills {
		if plain(path) == f || strings.HasPrefix(plain(path), f+".") {
			return true
		}
	}
	return false
}

// plain removes list indexes: rules[2].cidrs becomes rules.cidrs.
func plain(path string) string {
	var b strings.Builder
	depth := 0
	for _, r := range path {
		switch {
		case r == '[':
			depth++
		case r == ']':
			depth--
		case depth == 0:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func containsPath(us []estate.Unknown, path string) bool {
	return slices.ContainsFunc(us, func(u estate.Unknown) bool { return u.Path == path })
}

// without returns the config with the filled paths cut out, as a value to compare.
func (s *suite[S]) without(t *testing.T, r *estate.Resource, fills []string) any {
	t.Helper()
	var config any
	if err := json.Unmarshal(r.Config, &config); err != nil {
		t.Fatal(err)
	}
	for _, f := range fills {
		remove(config, strings.Split(f, "."))
	}
	return config
}

func remove(v any, path []string) {
	switch v := v.(type) {
	case map[string]any:
		if len(path) == 1 {
			delete(v, path[0])
			return
		}
		remove(v[path[0]], path[1:])
	case []any:
		for _, e := range v {
			remove(e, path)
		}
	}
}
