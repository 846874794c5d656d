package policytest

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/schema"
)

// DefaultNow is when cases take place that do not say: the start of 2026, in UTC.
func DefaultNow() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }

// Report is what became of all cases.
type Report struct {
	// Checks and Cases count what was run.
	Checks, Cases int
	// Failures are cases that came out differently, or that are written wrongly;
	// sorted by place.
	Failures []Failure
	// Gaps are checks that no case covers well enough; sorted by place.
	Gaps []Failure
}

// OK reports whether nothing failed and nothing is missing.
func (r *Report) OK() bool { return len(r.Failures) == 0 && len(r.Gaps) == 0 }

// Failure is one thing that is wrong, with its place.
type Failure struct {
	Path string
	Line int
	// Check is the id of the check, or of its file.
	Check string
	// Case is the name of the case; empty for a gap.
	Case string
	Text string
}

// String returns path:line: check: case: text.
func (f Failure) String() string {
	parts := []string{fmt.Sprintf("%s:%d", f.Path, f.Line), f.Check}
	if f.Case != "" {
		parts = append(parts, f.Case)
	}
	return strings.Join(append(parts, f.Text), ": ")
}

// Run loads and compiles the checks below root and runs their cases. The error is
// that of policy.Load or policy.Compile, or of a file that cannot be read; what is
// wrong with cases is in the report.
func Run(fsys fs.FS, root string, set *schema.Set) (Report, error) {
	r, sources, err := newRunner(fsys, root, set)
	if err != nil {
		return Report{}, err
	}
	for i := range sources {
		if err := r.source(&sources[i]); err != nil {
			return Report{}, err
		}
	}
	if err := r.strays(root); err != nil {
		return Report{}, err
	}
	slices.SortStableFunc(r.report.Failures, byPlace)
	slices.SortStableFunc(r.report.Gaps, byPlace)
	return r.report, nil
}

func byPlace(a, b Failure) int {
	return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line))
}

type runner struct {
	fsys    fs.FS
	set     *schema.Set
	context *schema.ObjectType
	lib     *policy.Library
	report  Report
	tests   map[string]bool // test files that belong to a check
}

func newRunner(fsys fs.FS, root string, set *schema.Set) (*runner, []policy.Source, error) {
	sources, err := policy.Load(fsys, root)
	if err != nil {
		return nil, nil, err
	}
	lib, err := policy.Compile(set, sources, policy.Options{Partial: true})
	if err != nil {
		return nil, nil, err
	}
	context, err := contextShape()
	return &runner{fsys: fsys, set: set, context: context, lib: lib, tests: map[string]bool{}}, sources, err
}

// source runs the cases of one check file.
func (r *runner) source(s *policy.Source) error {
	path := casesOf(s)
	r.tests[path] = true
	if s.Deprecated() {
		return nil // it judges nothing any more
	}
	r.report.Checks += len(s.CheckIDs())
	data, err := fs.ReadFile(r.fsys, path)
	if errors.Is(err, fs.ErrNotExist) {
		r.gap(s, 1, "has no cases: write "+path)
		return nil
	}
	if err != nil {
		return estate.Errorf(estate.CodeIO, "read cases "+path, "%w", err)
	}
	f := r.file(s)
	for _, c := range f.decode(data) {
		f.run(c)
	}
	f.coverage()
	return nil
}

// casesOf returns where the cases of a check stand.
func casesOf(s *policy.Source) string { return strings.TrimSuffix(s.Path, ".yaml") + ".test.yaml" }

func (r *runner) file(s *policy.Source) *file {
	return &file{
		single: map[string]*policy.Library{}, runner: r, source: s, path: casesOf(s),
		failing: map[int]bool{}, statuses: map[estate.Status]bool{},
	}
}

func (r *runner) gap(s *policy.Source, line int, text string) {
	r.report.Gaps = append(r.report.Gaps, Failure{Path: s.Path, Line: line, Check: s.ID, Text: text})
}

// strays finds cases of checks that do not exist.
func (r *runner) strays(root string) error {
	return fs.WalkDir(r.fsys, root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return estate.Errorf(estate.CodeIO, "read checks", "%w", err)
		}
		if !d.IsDir() && strings.HasSuffix(name, ".test.yaml") && !r.tests[name] {
			r.report.Failures = append(r.report.Failures, Failure{Path: name, Line: 1, Text: "there is no check beside these cases"})
		}
		return nil
	})
}
