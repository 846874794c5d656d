package sourcetest

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
)

// reread proves that each resource, read alone by its id, its name or the last part of
// its id, comes out as it does among all others, by the declared calls, and that what no
// name means is not taken for gone.
func (s *suite[S]) reread(t *testing.T) {
	whole, err := s.collect(s.harness.New(s.archive))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range whole {
		for _, name := range []string{r.ID, r.Name, r.ID[strings.LastIndexAny(r.ID, ":/")+1:]} {
			s.rereadOne(t, whole, r, name)
		}
	}
	s.rereadNone(t)
}

func (s *suite[S]) rereadOne(t *testing.T, whole []*estate.Resource, want *estate.Resource, name string) {
	t.Helper()
	names := source.NewNames(name)
	d := s.harness.New(s.archive)
	got, found, err := s.rereadAll(d, names)
	if err != nil {
		t.Errorf("read %q again: %v", name, err)
		return
	}
	at := slices.IndexFunc(got, func(r *estate.Resource) bool { return r.ID == want.ID })
	if at < 0 {
		// A type may be known by names that its list does not tell, such as the alias of a
		// key: its id always finds it.
		if name == want.ID || found.Gone(want.ID) {
			t.Errorf("%q was not read again by %q: %+v", want.ID, name, found)
		}
		return
	}
	if diff := cmp.Diff(string(indent(t, want)), string(indent(t, got[at]))); diff != "" {
		t.Errorf("%q read alone differs (-among others +alone):\n%s", want.ID, diff)
	}
	for _, r := range got {
		if len(whole) > 1 && !names.Match(r.ID, r.Name) {
			t.Errorf("%q was read again, which %q does not mean", r.ID, name)
		}
	}
	for _, call := range d.Calls() {
		if !slices.ContainsFunc(s.kind.Info().Calls, func(c source.Call) bool { return c.Op == call }) {
			t.Errorf("%q was read again with %s, which is not declared", name, call)
		}
	}
	for _, r := range whole {
		if found.Gone(r.ID) {
			t.Errorf("%q was taken for gone when %q was read again", r.ID, name)
		}
	}
}

func (s *suite[S]) rereadNone(t *testing.T) {
	t.Helper()
	got, found, err := s.rereadAll(s.harness.New(s.archive), source.NewNames("nothing-has-this-name"))
	if err != nil {
		t.Errorf("read what does not exist again: %v", err)
	}
	if len(got) > 1 {
		t.Errorf("a name without a resource read %d of them: %+v", len(got), found)
	}
}

func (s *suite[S]) rereadAll(d Double[S], names source.Names) ([]*estate.Resource, source.Found, error) {
	var mu sync.Mutex
	var got []*estate.Resource
	found, err := s.kind.Reread(context.Background(), d.Session(), names, func(r *estate.Resource) error {
		mu.Lock()
		defer mu.Unlock()
		got = append(got, r)
		return nil
	})
	return got, found, err
}
