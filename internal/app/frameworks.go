package app

import (
	"slices"

	"github.com/stance-sec/stance/frameworks"
	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/analysis/compliance"
	"github.com/stance-sec/stance/internal/analysis/policy"
)

// Frameworks returns the named frameworks, and points each requirement at those of its
// checks that are selected. A check that no library has is an error.
func Frameworks(names []string, all, selected *policy.Library) ([]output.Framework, error) {
	exists := func(id string) bool { _, ok := all.Check(id); return ok }
	loaded, err := compliance.Load(frameworks.FS, names, exists)
	if err != nil {
		return nil, err
	}
	var out []output.Framework
	for _, f := range loaded {
		framework := output.Framework{ID: f.ID, Title: f.Title, Version: f.Version}
		for _, r := range f.Requirements {
			framework.Requirements = append(framework.Requirements, output.Requirement{
				ID: r.ID, Title: r.Title, Level: r.Level, Assessment: output.Assessment(r.Assessment), Checks: among(r.Checks, selected),
			})
		}
		out = append(out, framework)
	}
	return out, nil
}

// FrameworkNames returns the names of the built-in frameworks, sorted.
func FrameworkNames() ([]string, error) { return compliance.Names(frameworks.FS) }

// among returns the checks that are in the library, under their present ids, sorted.
func among(ids []string, library *policy.Library) []string {
	found := []string{}
	for _, id := range ids {
		if c, ok := library.Check(id); ok {
			found = append(found, c.ID)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}
