package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"golang.org/x/tools/txtar"

	"github.com/stance-sec/stance/internal/estate/facet"
)

// facetsOf returns the facets that a type may offer, sorted: those of the resources that
// come out of its archive, or, for the clouds that are doubled otherwise, those that the
// files of its service build.
func facetsOf(t *resourceType) ([]string, error) {
	if !t.Facets {
		return nil, nil
	}
	dir := filepath.Join("internal/source", string(t.cloud), t.Service)
	archive, err := txtar.ParseFile(filepath.Join(dir, "testdata", t.Name+".txtar"))
	if errors.Is(err, fs.ErrNotExist) {
		return facetsBuilt(filepath.Join("internal/source", string(t.cloud)), t.Name)
	}
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	for _, f := range archive.Files {
		if f.Name != "want.json" {
			continue
		}
		var resources []struct {
			Facets map[string]json.RawMessage `json:"facets"`
		}
		if err := json.Unmarshal(f.Data, &resources); err != nil {
			return nil, err
		}
		for _, r := range resources {
			for name := range r.Facets {
				found[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found)), nil
}

var (
	builds = regexp.MustCompile(`facet\.(\w+)\{`)
	// named is how the description of a type says its name.
	named = func(name string) *regexp.Regexp {
		return regexp.MustCompile(`Name:\s+"` + regexp.QuoteMeta(name) + `"`)
	}
)

// facetsBuilt looks for the composite literals of facets in the file that describes the type.
func facetsBuilt(dir, name string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.go"))
	if err != nil {
		return nil, err
	}
	var found []string
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		if !named(name).Match(text) {
			continue
		}
		for _, m := range builds.FindAllSubmatch(text, -1) {
			for facetName, t := range facet.Types() {
				if t.Name() == string(m[1]) {
					found = append(found, facetName)
				}
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}
