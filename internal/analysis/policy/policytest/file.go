package policytest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/estate"
)

// file is the cases of one check file while they run.
type file struct {
	*runner
	source    *policy.Source
	path      string
	noUnknown string
	single    map[string]*policy.Library // by check id
	failing   map[int]bool               // asserts that some case makes fail
	statuses  map[estate.Status]bool
}

func (f *file) fail(line int, check, name, format string, args ...any) {
	f.report.Failures = append(f.report.Failures, Failure{f.path, line, check, name, fmt.Sprintf(format, args...)})
}

// run judges the resource of a case and holds the findings against what it wants.
func (f *file) run(c *testCase) {
	f.report.Cases++
	id, ok := f.check(c)
	if !ok {
		return
	}
	lib, err := f.library(c, id)
	if err != nil {
		f.fail(c.line, id, c.name, "%s", err)
		return
	}
	e := lib.NewEvaluator(c.now)
	e.Watch(func(o policy.Outcome) {
		if o.Status == estate.Fail {
			f.failing[o.Assert] = true
		}
		f.statuses[o.Status] = true
	})
	var found []estate.Finding
	_, err = e.Evaluate(c.stored, c.context, c.collections, func(x estate.Finding) error {
		found = append(found, x)
		return nil
	})
	if err != nil {
		f.fail(c.line, id, c.name, "%s", err)
		return
	}
	if text := compare(c, found); text != "" {
		f.fail(c.line, id, c.name, "%s", text)
	}
}

// check resolves the row of a case.
func (f *file) check(c *testCase) (string, bool) {
	ids := f.source.CheckIDs()
	if c.row == "" && len(ids) == 1 {
		return ids[0], true
	}
	for _, id := range ids {
		if c.row != "" && (id == c.row || id == f.source.ID+"-"+c.row) {
			return id, true
		}
	}
	f.fail(c.line, f.source.ID, c.name, "row %q is none of %s", c.row, strings.Join(ids, ", "))
	return "", false
}

// library holds the one check of a case, with the case's parameters.
func (f *file) library(c *testCase, id string) (*policy.Library, error) {
	if len(c.params) == 0 {
		return f.alone(id)
	}
	lib, err := policy.Compile(f.set, []policy.Source{*f.source}, policy.Options{Partial: true,
		Overrides: []policy.Override{{Check: id, Params: c.params, From: fmt.Sprintf("%s:%d", f.path, c.line)}},
	})
	if err != nil {
		return nil, err
	}
	return lib.Select([]string{id})
}

// alone returns the library with one check.
func (f *file) alone(id string) (*policy.Library, error) {
	if lib, ok := f.single[id]; ok {
		return lib, nil
	}
	lib, err := f.lib.Select([]string{id})
	if err == nil {
		f.single[id] = lib
	}
	return lib, err
}

// compare returns what is different from what the case wants; empty when nothing is.
func compare(c *testCase, found []estate.Finding) string {
	got, shown := summary(found)
	if got != c.want {
		return fmt.Sprintf("is %s, want %s%s", got, c.want, shown)
	}
	if c.message != "" && !slices.ContainsFunc(found, func(f estate.Finding) bool {
		return f.Status == c.want && strings.Contains(f.Message, c.message)
	}) {
		return fmt.Sprintf("no message contains %q%s", c.message, shown)
	}
	var elements []string
	for _, f := range found {
		if f.Status == estate.Fail {
			elements = append(elements, f.Element)
		}
	}
	if c.elements != nil && !slices.Equal(c.elements, elements) {
		return fmt.Sprintf("failing elements are %q, want %q", elements, c.elements)
	}
	return ""
}

// summary is the verdict over all findings of a check, and what they say.
func summary(found []estate.Finding) (estate.Status, string) {
	if len(found) == 0 {
		return "not judged", ": the check does not look at this resource (wrong type, or a facet that is not there)"
	}
	worst := found[0].Status
	for _, f := range found {
		if f.Status == estate.Fail {
			worst = estate.Fail
		}
	}
	for _, f := range found {
		if f.Message != "" {
			return worst, ": " + f.Message
		}
	}
	return worst, ""
}

// coverage reports what no case shows.
func (f *file) coverage() {
	for _, s := range []estate.Status{estate.Pass, estate.Fail} {
		if !f.statuses[s] {
			f.gap(f.source, 1, fmt.Sprintf("has no case that is %s", s))
		}
	}
	switch {
	case f.statuses[estate.UnknownStatus] && f.noUnknown != "":
		f.gap(f.source, 1, "has a case that is unknown and says no_unknown")
	case !f.statuses[estate.UnknownStatus] && f.noUnknown == "":
		f.gap(f.source, 1, "has no case that is unknown; mark an attribute unknown, or say no_unknown: reason")
	}
	for i, line := range f.lib.AssertLines(f.source.CheckIDs()[0]) {
		if !f.failing[i] {
			f.gap(f.source, line, fmt.Sprintf("assert %d never fails in any case", i+1))
		}
	}
}
