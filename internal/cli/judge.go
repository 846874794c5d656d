package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/formats"
	"github.com/stance-sec/stance/internal/action/output/html"
	"github.com/stance-sec/stance/internal/action/output/table"
	"github.com/stance-sec/stance/internal/analysis/enrich"
	"github.com/stance-sec/stance/internal/app"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/picture"
	"github.com/stance-sec/stance/internal/service/scan"
)

// judgeOptions are the flags of everything that judges a run and reports.
type judgeOptions struct {
	env *Env

	format, out      string
	checks           []string
	context, params  string
	compliance       []string
	failOn           string
	suppressions     string
	baseline         string
	failing, salvage bool
	noColor, quiet   bool
	all              bool
	noIssues         bool
	riskTable        string
	from, resume     string
}

func (o *judgeOptions) addTo(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.format, "format", "table", "report as `FORMAT`: "+joinOr(formats.Names()))
	f.StringVar(&o.out, "out", "", "write the report to `FILE` instead of the terminal")
	f.StringArrayVar(&o.checks, "checks", nil, "add the checks in a `DIR` of your own, or run only the checks with this id (* allowed); may be repeated")
	f.StringVar(&o.context, "context", "", "take environment, owner and criticality from the mapping in `FILE`")
	f.StringVar(&o.params, "params", "", "change parameters of checks as `FILE` says")
	f.StringArrayVar(&o.compliance, "compliance", nil, "roll up to the requirements of a `FRAMEWORK`, such as cis-aws-7.0; may be repeated")
	f.StringVar(&o.failOn, "fail-on", "", "exit with 1 when a check of this `SEVERITY` or worse fails, or with unknown when a verdict is unknown")
	f.StringVar(&o.suppressions, "suppressions", "", "set findings aside as `FILE` says")
	f.StringVar(&o.baseline, "baseline", "", "count only what is not in this saved JSON report as new (`FILE`)")
	f.BoolVar(&o.failing, "only-failing", false, "leave verdicts that pass or do not apply out of the report")
	f.BoolVar(&o.all, "all", false, "table and html: list every issue, fix and campaign, and behind them every finding")
	f.BoolVar(&o.noIssues, "no-issues", false, "report findings by check only, without issues, fixes and campaigns")
	f.StringVar(&o.riskTable, "risk-table", "", "score issues with the table of numbers in `FILE` instead of the built-in one")
	f.BoolVar(&o.noColor, "no-color", false, "no colours (also NO_COLOR)")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "no progress")
	_ = c.RegisterFlagCompletionFunc("format", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return formats.Names(), cobra.ShellCompDirectiveNoFileComp
	})
}

func joinOr(names []string) string {
	text := ""
	for i, n := range names {
		switch {
		case i == 0:
		case i == len(names)-1:
			text += " or "
		default:
			text += ", "
		}
		text += n
	}
	return text
}

// prepare reads every file that judging needs, before a cloud is asked anything.
func (o *judgeOptions) prepare() (*judging, error) {
	if !slices.Contains(formats.Names(), o.format) {
		return nil, invalid("read the command line", "there is no format %q", o.format)
	}
	after, err := newAfterwards(o)
	if err != nil {
		return nil, err
	}
	selected := app.ParseChecks(o.checks)
	if selected.Options.Overrides, err = readParams(o.params); err != nil {
		return nil, err
	}
	all, library, err := selected.Library()
	if err != nil {
		return nil, err
	}
	mapping, err := readMapping(o.context)
	if err != nil {
		return nil, err
	}
	frameworks, err := app.Frameworks(o.compliance, all, library)
	if err != nil {
		return nil, err
	}
	priorities, err := o.priorities(library.Checks())
	if err != nil {
		return nil, err
	}
	judge := &scan.Judge{Library: library, Mapping: mapping, SkipPass: o.failing, Amend: after.amend}
	return &judging{options: o, judge: judge, priorities: priorities, frameworks: frameworks, after: after}, nil
}

// priorities returns what makes the short list of issues and fixes; nil when none is
// asked for or the format shows none.
func (o *judgeOptions) priorities(checks []estate.Check) (*picture.Priorities, error) {
	if o.noIssues && o.riskTable != "" {
		return nil, invalid("read the command line", "--no-issues and --risk-table exclude each other")
	}
	table, err := app.RiskTable(o.riskTable)
	if err != nil || o.noIssues || !formats.Prioritised(o.format) {
		return nil, err
	}
	return app.Priorities(checks, table, o.env.Now())
}

func readMapping(file string) (*enrich.Mapping, error) {
	if file == "" {
		return nil, nil
	}
	data, err := readFile("read the mapping", file)
	if err != nil {
		return nil, err
	}
	return enrich.ParseMapping(file, data)
}

func readFile(op, file string) ([]byte, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, estate.Errorf(estate.CodeInvalid, op, "%w", err)
	}
	return data, nil
}

// look says how a report for a terminal looks.
func (o *judgeOptions) look() formats.Options {
	terminal := o.env.Terminal && o.out == ""
	color := terminal && !o.noColor && o.env.Getenv("NO_COLOR") == "" && o.env.Getenv("TERM") != "dumb"
	return formats.Options{
		Table: table.Options{Color: color, Unicode: terminal, Width: o.env.Width, All: o.all},
		HTML:  html.Options{All: o.all},
	}
}

// destination is where the report goes: the terminal, or a file that appears whole or
// not at all.
type destination interface {
	io.Writer
	Close() error
}

func (o *judgeOptions) destination() (destination, error) {
	if o.out == "" {
		return keepOpen{o.env.Stdout}, nil
	}
	f, err := output.CreateFile(o.out)
	if err != nil {
		return nil, err
	}
	return fileDestination{f}, nil
}

type keepOpen struct{ io.Writer }

func (keepOpen) Close() error { return nil }

type fileDestination struct{ *output.File }

func (f fileDestination) Close() error { return f.Commit() }

// discard drops a half-written report.
func discard(out destination, err error) error {
	if f, ok := out.(fileDestination); ok {
		return errors.Join(err, f.Discard())
	}
	return err
}

// say tells where things were put, on the error stream, for people only.
func (o *judgeOptions) say(dir string) {
	if !o.env.ErrTerminal || o.quiet {
		return
	}
	if o.out != "" {
		fmt.Fprintln(o.env.Stderr, "report: "+o.out)
	}
	if o.from == "" {
		fmt.Fprintln(o.env.Stderr, "saved:  "+dir+"  (judge again with `stance scan --from`)")
	}
}
