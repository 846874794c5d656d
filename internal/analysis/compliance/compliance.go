// Package compliance reads frameworks: catalogues of requirements that point at the
// checks which answer them.
package compliance

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/strictyaml"
)

// Framework is one version of a catalogue.
type Framework struct {
	ID           string        `yaml:"id"`
	Title        string        `yaml:"title"`
	Version      string        `yaml:"version"`
	Requirements []Requirement `yaml:"requirements"`
}

// Requirement is one demand of a framework.
type Requirement struct {
	ID    string `yaml:"id"`
	Title string `yaml:"title"`
	// Level is the framework's own grade; empty when it has none.
	Level string `yaml:"level"`
	// Assessment is automated or manual.
	Assessment string `yaml:"assessment"`
	// Checks are the ids of the checks that answer it; empty for what a person must
	// look at.
	Checks []string `yaml:"checks"`
}

// Load reads the named frameworks from fsys, each from NAME.yaml, in the order of the
// names. A check that exists does not know is an error: a framework never points at
// nothing.
func Load(fsys fs.FS, names []string, exists func(check string) bool) ([]Framework, error) {
	var all []Framework
	for _, name := range names {
		f, err := load(fsys, name, exists)
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, nil
}

// Names returns the frameworks in fsys, sorted.
func Names(fsys fs.FS) ([]string, error) {
	files, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, err
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(f, ".yaml")
	}
	slices.Sort(files)
	return files, nil
}

func load(fsys fs.FS, name string, exists func(string) bool) (Framework, error) {
	op := "read framework " + name
	var f Framework
	data, err := fs.ReadFile(fsys, path.Clean(name)+".yaml")
	if err != nil {
		known, namesErr := Names(fsys)
		if namesErr != nil {
			return f, namesErr
		}
		return f, estate.Errorf(estate.CodeNotFound, op, "there is no such framework").WithHint("there are: " + strings.Join(known, ", "))
	}
	if err := strictyaml.Into(data, &f); err != nil {
		return f, estate.Errorf(estate.CodeInvalid, op, "%w", err)
	}
	if err := f.check(name, exists); err != nil {
		return f, estate.Errorf(estate.CodeInvalid, op, "%w", err)
	}
	return f, nil
}

func (f Framework) check(name string, exists func(string) bool) error {
	var errs []error
	if f.ID != name {
		errs = append(errs, fmt.Errorf("its id is %q", f.ID))
	}
	seen := map[string]bool{}
	for _, r := range f.Requirements {
		if r.ID == "" || r.Title == "" || seen[r.ID] {
			errs = append(errs, fmt.Errorf("requirement %q has no title, or comes twice", r.ID))
		}
		seen[r.ID] = true
		if r.Assessment != "automated" && r.Assessment != "manual" {
			errs = append(errs, fmt.Errorf("requirement %s is assessed %q, neither automated nor manual", r.ID, r.Assessment))
		}
		for _, c := range r.Checks {
			if !exists(c) {
				errs = append(errs, fmt.Errorf("requirement %s names the check %q, which does not exist", r.ID, c))
			}
		}
	}
	return errors.Join(errs...)
}
