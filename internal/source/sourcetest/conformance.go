// Package sourcetest is the suite that every resource type of every cloud passes.
//
// It needs one text archive per type, testdata/<type>.txtar, with the cloud's
// answers and, as want.json, the resources that must come out. Run a test with
// -update to write want.json anew, and read the difference.
package sourcetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/schema"
	"github.com/stance-sec/stance/internal/source"
)

var update = flag.Bool("update", false, "write the golden part of the archives anew")

// Double stands in for one cloud during one test.
type Double[S source.Session] interface {
	// Session returns a session that the double answers.
	Session() S
	// Refuse makes an operation fail with a code of the provider.
	Refuse(op, code string)
	// Calls returns the operations asked for, sorted, each once.
	Calls() []string
}

// Harness says how a cloud is doubled.
type Harness[S source.Session] struct {
	// New returns a double that answers from the archive.
	New func(*txtar.Archive) Double[S]
	// Denied and Throttled are the provider's codes for a refusal.
	Denied, Throttled string
	// Reads reports whether an operation only reads.
	Reads func(op string) bool
}

// Run puts every kind through the suite.
func Run[S source.Session](t *testing.T, kinds []source.Kind[S], h Harness[S]) {
	for _, kind := range kinds {
		t.Run(kind.Info().Name, func(t *testing.T) {
			t.Parallel()
			suite := newSuite(t, kind, h)
			t.Run("golden", suite.golden)
			t.Run("calls", suite.calls)
			t.Run("shape", suite.shape)
			t.Run("cancelled", suite.cancelled)
			t.Run("reread", suite.reread)
			for _, call := range kind.Info().Calls {
				t.Run("denied-"+call.Op, func(t *testing.T) { suite.refused(t, call, h.Denied, estate.Denied) })
				t.Run("throttled-"+call.Op, func(t *testing.T) { suite.refused(t, call, h.Throttled, estate.Throttled) })
			}
		})
	}
}

type suite[S source.Session] struct {
	kind    source.Kind[S]
	harness Harness[S]
	file    string
	archive *txtar.Archive
	config  *schema.ObjectType
}

func newSuite[S source.Session](t *testing.T, kind source.Kind[S], h Harness[S]) *suite[S] {
	t.Helper()
	file := filepath.Join("testdata", kind.Info().Name+".txtar")
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatalf("every type has an archive of answers: %v", err)
	}
	set := schema.NewSet()
	if err := kind.AddTo(set); err != nil {
		t.Fatal(err)
	}
	return &suite[S]{kind: kind, harness: h, file: file, archive: archive, config: set.Configs[kind.Info().Name]}
}

// collect reads everything through a fresh double.
func (s *suite[S]) collect(d Double[S]) ([]*estate.Resource, error) {
	return s.collectIn(context.Background(), d)
}

func (s *suite[S]) collectIn(ctx context.Context, d Double[S]) ([]*estate.Resource, error) {
	var mu sync.Mutex
	var got []*estate.Resource
	err := s.kind.Collect(ctx, d.Session(), func(r *estate.Resource) error {
		mu.Lock()
		defer mu.Unlock()
		got = append(got, r)
		return nil
	})
	slices.SortFunc(got, func(a, b *estate.Resource) int { return strings.Compare(a.ID, b.ID) })
	return got, err
}

func (s *suite[S]) golden(t *testing.T) {
	got, err := s.collect(s.harness.New(s.archive))
	if err != nil {
		t.Fatal(err)
	}
	raw := indent(t, got)
	if *update {
		s.write(t, raw)
		return
	}
	if diff := cmp.Diff(string(s.want()), string(raw)); diff != "" {
		t.Errorf("resources differ (-want +got):\n%s", diff)
	}
}

func (s *suite[S]) want() []byte {
	for _, f := range s.archive.Files {
		if f.Name == "want.json" {
			return f.Data
		}
	}
	return nil
}

func (s *suite[S]) write(t *testing.T, raw []byte) {
	t.Helper()
	fresh := &txtar.Archive{Comment: s.archive.Comment}
	for _, f := range s.archive.Files {
		if f.Name != "want.json" {
			fresh.Files = append(fresh.Files, f)
		}
	}
	fresh.Files = append(fresh.Files, txtar.File{Name: "want.json", Data: raw})
	if err := os.WriteFile(s.file, txtar.Format(fresh), 0o644); err != nil {
		t.Fatal(err)
	}
}

// calls proves that what a type says it calls is what it calls, and that it only reads.
func (s *suite[S]) calls(t *testing.T) {
	d := s.harness.New(s.archive)
	if _, err := s.collect(d); err != nil {
		t.Fatal(err)
	}
	var declared []string
	for _, c := range s.kind.Info().Calls {
		declared = append(declared, c.Op)
		if !s.harness.Reads(c.Op) {
			t.Errorf("%s does not look like a read", c.Op)
		}
		if !strings.Contains(c.Permission, ":") && !strings.Contains(c.Permission, ".") && !strings.Contains(c.Permission, "/") {
			t.Errorf("%s names no permission", c.Op)
		}
	}
	slices.Sort(declared)
	if diff := cmp.Diff(slices.Compact(declared), d.Calls()); diff != "" {
		t.Errorf("calls declared (-) and made (+) differ:\n%s", diff)
	}
}

// shape proves that ids are full and unique, that relations name something, and that
// declared paths exist.
func (s *suite[S]) shape(t *testing.T) {
	got, err := s.collect(s.harness.New(s.archive))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) == 0 {
		t.Error("the archive yields no resource")
	}
	seen := map[string]bool{}
	for _, r := range got {
		if seen[r.ID] {
			t.Errorf("id %q comes twice", r.ID)
		}
		seen[r.ID] = true
		if !strings.ContainsAny(r.ID, ":/") || r.Region == "" || r.Account == "" || r.Type != s.kind.Info().Name {
			t.Errorf("resource %q is not whole: region %q, account %q, type %q", r.ID, r.Region, r.Account, r.Type)
		}
		for _, rel := range r.Relations {
			if rel.Target == "" || rel.Kind == "" {
				t.Errorf("%q has a relation to nothing", r.ID)
			}
		}
		for name := range r.Facets {
			if facet.Types()[name] == nil {
				t.Errorf("%q offers the facet %q, which does not exist", r.ID, name)
			}
		}
	}
	for _, c := range s.kind.Info().Calls {
		for _, path := range c.Fills {
			if !s.pathExists(path) {
				t.Errorf("%s fills %q, which is no field of the config", c.Op, path)
			}
		}
	}
}

func (s *suite[S]) pathExists(path string) bool {
	return path == "tags" || path == "created" || path == "name" || s.config.Lookup(path) != nil
}

func (s *suite[S]) cancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	d := s.harness.New(s.archive)
	if got, err := s.collectIn(ctx, d); err == nil && len(got) > 0 {
		t.Errorf("a cancelled reading ended well with %d resources", len(got))
	} else if err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled reading ended with %v", err)
	}
}

func indent(t *testing.T, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
