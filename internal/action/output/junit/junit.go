// Package junit writes findings as JUnit XML, which build servers show as test results.
//
// A test suite is a check and a test case a resource. A failure is a failure; a verdict
// that could not be reached is skipped with what was missing, and so is a finding that
// was set aside. The suite "coverage" has an error for every scope that could not be
// listed, so that a build that saw nothing does not look green.
package junit

import (
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/action/output/spool"
	"github.com/stance-sec/stance/internal/estate"
)

// coverageSuite holds the scopes that were not read whole.
const coverageSuite = "coverage"

// New returns a handler that writes the document to w when the report ends. Test cases
// wait in a temporary file until then, since a suite begins with its numbers.
func New(w io.Writer) output.Handler {
	return &handler{out: output.NewWriter(w), suites: map[string]*suite{}}
}

type handler struct {
	out    *output.Writer
	run    output.Run
	titles map[string]string
	suites map[string]*suite
	cases  spool.Spool
}

// suite counts the cases of one suite.
type suite struct{ tests, failures, errors, skipped int }

func (h *handler) Begin(run output.Run) error {
	h.run = run
	h.titles = make(map[string]string, len(run.Checks))
	for _, check := range run.Checks {
		h.titles[check.ID] = check.Title
	}
	return nil
}

func (h *handler) Coverage(c estate.Coverage) error {
	s := h.suite(coverageSuite)
	head := testcase(coverageSuite, c.Scope.String())
	what := orElse(c.Detail, string(c.Reason))
	if len(c.Permissions) > 0 {
		what += "; grant " + strings.Join(c.Permissions, ", ")
	}
	switch c.Status {
	case estate.CoverageOK:
		return nil
	case estate.CoverageFailed:
		s.tests, s.errors = s.tests+1, s.errors+1
		return h.add(coverageSuite, head+`><error type="`+escape.XML(string(c.Reason))+`" message="`+escape.XML("not read: "+what)+`"/></testcase>`)
	default:
		s.tests, s.skipped = s.tests+1, s.skipped+1
		return h.add(coverageSuite, head+`><skipped message="`+escape.XML(string(c.Status)+": "+what)+`"/></testcase>`)
	}
}

func (h *handler) Finding(f *estate.Finding) error {
	if f.Status == estate.NotApplicable {
		return nil
	}
	s := h.suite(f.Check)
	s.tests++
	name := f.Resource.ID
	if f.Element != "" {
		name += " " + f.Element
	}
	text := testcase(f.Check, name)
	switch {
	case f.Suppressed != nil:
		s.skipped++
		text += `><skipped message="` + escape.XML("set aside until "+f.Suppressed.Until+": "+f.Suppressed.Reason) + `"/></testcase>`
	case f.Status == estate.Fail:
		s.failures++
		text += `><failure type="` + escape.XML(string(f.Severity)) + `" message="` + escape.XML(orElse(f.Message, f.Title)) + `">` + escape.XML(place(f)) + `</failure></testcase>`
	case f.Status == estate.UnknownStatus:
		s.skipped++
		text += `><skipped message="` + escape.XML(missing(f)) + `"/></testcase>`
	default:
		text += `/>`
	}
	return h.add(f.Check, text)
}

func (h *handler) End(s output.Summary) (err error) {
	defer func() {
		if closing := h.cases.Close(); err == nil {
			err = closing
		}
	}()
	var all suite
	for _, one := range h.suites {
		all.tests += one.tests
		all.failures += one.failures
		all.errors += one.errors
		all.skipped += one.skipped
	}
	h.out.Text(`<?xml version="1.0" encoding="UTF-8"?>`, "\n", `<testsuites name="`, escape.XML(h.run.Tool+" "+h.run.Version), `"`, all.attributes(),
		` time="`, strconv.FormatFloat(s.Duration.Seconds(), 'f', 3, 64), `">`, "\n")
	for _, key := range h.cases.Keys() {
		if err := h.write(key); err != nil {
			return err
		}
	}
	h.out.Text("</testsuites>\n")
	return h.out.Flush()
}

func (h *handler) write(key string) error {
	h.out.Text(`<testsuite name="`, escape.XML(key), `"`, h.suites[key].attributes(), ` timestamp="`, h.run.Started.UTC().Format(time.RFC3339), `">`, "\n")
	if title := h.titles[key]; title != "" {
		h.out.Text(`<properties><property name="title" value="`, escape.XML(title), `"/></properties>`, "\n")
	}
	if err := h.cases.WriteTo(h.out, key); err != nil {
		return err
	}
	h.out.Text("</testsuite>\n")
	return h.out.Err()
}

func (s *suite) attributes() string {
	return ` tests="` + strconv.Itoa(s.tests) + `" failures="` + strconv.Itoa(s.failures) + `" errors="` + strconv.Itoa(s.errors) + `" skipped="` + strconv.Itoa(s.skipped) + `"`
}

func (h *handler) suite(key string) *suite {
	s := h.suites[key]
	if s == nil {
		s = &suite{}
		h.suites[key] = s
	}
	return s
}

func (h *handler) add(key, text string) error { return h.cases.Add(key, text+"\n") }

func testcase(class, name string) string {
	return `<testcase classname="` + escape.XML(class) + `" name="` + escape.XML(name) + `"`
}

func place(f *estate.Finding) string {
	return strings.Join([]string{string(f.Resource.Cloud), f.Resource.Account, f.Resource.Region, f.Resource.Type, f.Resource.ID}, " ")
}

// missing says what could not be read and what would answer it.
func missing(f *estate.Finding) string {
	parts := []string{"unknown"}
	for _, u := range f.Unknown {
		part := u.Path + " (" + string(u.Reason) + ")"
		if u.Permission != "" {
			part += ", grant " + u.Permission
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ": ")
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
