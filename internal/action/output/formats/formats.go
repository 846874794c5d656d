// Package formats lists the formats a report can take.
package formats

import (
	"io"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/asff"
	"github.com/stance-sec/stance/internal/action/output/csv"
	"github.com/stance-sec/stance/internal/action/output/html"
	"github.com/stance-sec/stance/internal/action/output/json"
	"github.com/stance-sec/stance/internal/action/output/junit"
	"github.com/stance-sec/stance/internal/action/output/md"
	"github.com/stance-sec/stance/internal/action/output/ocsf"
	"github.com/stance-sec/stance/internal/action/output/sarif"
	"github.com/stance-sec/stance/internal/action/output/table"
	"github.com/stance-sec/stance/internal/estate"
)

// Options are what a caller may choose of a format. A format takes what concerns it.
type Options struct {
	// Table says how the format table looks.
	Table table.Options
	// HTML says how much the format html holds.
	HTML html.Options
}

// Format is one way to write a report.
type Format struct {
	// Name is what a user asks for.
	Name string
	// Extension is what its files end in, without the dot.
	Extension string
	// About is one line for the help text.
	About string
	// Prioritised is whether it shows issues, fixes and campaigns; the others list findings.
	Prioritised bool
	// New returns a handler that writes the format to w.
	New func(w io.Writer, options Options) output.Handler
}

// All returns every format, the one for people first, then by name.
func All() []Format {
	return []Format{
		{"table", "txt", "text for a terminal: what is missing, issues with their ways, fixes, campaigns", true, func(w io.Writer, o Options) output.Handler { return table.New(w, o.Table) }},
		{"asff", "json", "findings for AWS Security Hub", false, plain(asff.New)},
		{"csv", "csv", "one table for a spreadsheet", false, plain(csv.New)},
		{"html", "html", "a page with pictures and charts that opens without a network", true, func(w io.Writer, o Options) output.Handler { return html.New(w, o.HTML) }},
		{"json", "json", "everything, streamed; other commands read it back", true, plain(json.New)},
		{"junit", "xml", "test results for a build server", false, plain(junit.New)},
		{"md", "md", "a summary for a pull request or a wiki", true, plain(md.New)},
		{"ocsf", "jsonl", "OCSF Compliance Finding events, one a line, for a SIEM or data lake", false, plain(ocsf.New)},
		{"sarif", "sarif", "failures for code scanning", false, plain(sarif.New)},
	}
}

// Prioritised reports whether the named format shows issues, fixes and campaigns.
func Prioritised(name string) bool {
	return slices.ContainsFunc(All(), func(f Format) bool { return f.Name == name && f.Prioritised })
}

// Names returns the names of All.
func Names() []string {
	var names []string
	for _, format := range All() {
		names = append(names, format.Name)
	}
	return names
}

// New returns a handler for the named format that writes to w. A name that is none of
// Names gives an error of CodeInvalid.
func New(name string, w io.Writer, options Options) (output.Handler, error) {
	for _, format := range All() {
		if format.Name == name {
			return format.New(w, options), nil
		}
	}
	return nil, estate.Errorf(estate.CodeInvalid, "choose a report format", "there is no format %q", name).
		WithHint("one of: " + strings.Join(Names(), ", "))
}

func plain(make func(io.Writer) output.Handler) func(io.Writer, Options) output.Handler {
	return func(w io.Writer, _ Options) output.Handler { return make(w) }
}
