package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/analysis/query"
	"github.com/stance-sec/stance/internal/app"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/picture"
	service "github.com/stance-sec/stance/internal/service/query"
	"github.com/stance-sec/stance/internal/store/run"
	"github.com/stance-sec/stance/queries"
)

// queryOptions are the flags of a query.
type queryOptions struct {
	env                *Env
	from, format, out  string
	context, riskTable string
	params             []string
	list               bool
}

var queryFormats = []string{"table", "json", "dot", "svg"}

func newQuery(env *Env) *cobra.Command {
	o := &queryOptions{env: env}
	c := &cobra.Command{
		Use:   "query QUERY|NAME",
		Short: "Ask the graph of resources, relations and ways of attackers",
		Long: `Answers from a saved run which paths lead where: over the relations that resources
declare, and over the steps that an attacker can take. Takes a query, or the name of a
saved one. Paths that hang on what was not read, or on a condition, are marked. The
language is described in docs/reference/query.md.`,
		Example: `  stance query 'internet -> * -> datastore where data.class == restricted'
  stance query 'instance -runs-as-> role r where r.name like "*admin*"' --format json
  stance query --list
  stance query internet-to-restricted-data --context context.yaml --format svg --out paths.svg
  stance query ways-to --param to=customers`,
		Args: o.arguments,
		RunE: func(c *cobra.Command, args []string) error {
			if o.list {
				return o.showList()
			}
			return o.run(c.Context(), args[0])
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return savedNames(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	f := c.Flags()
	f.StringVar(&o.from, "from", "", "the saved run in `DIR` (default: the latest)")
	f.StringVar(&o.format, "format", "table", "answer as `FORMAT`: "+joinOr(queryFormats))
	f.StringVar(&o.out, "out", "", "write the answer to `FILE` instead of the terminal")
	f.StringVar(&o.context, "context", "", "take environment, owner, criticality and data class from the mapping in `FILE`")
	f.StringVar(&o.riskTable, "risk-table", "", "take the steps of attackers from the table of numbers in `FILE` instead of the built-in one")
	f.StringArrayVar(&o.params, "param", nil, "let $NAME in the query stand for a value, as `NAME=VALUE`; may be repeated")
	f.BoolVar(&o.list, "list", false, "list the saved queries")
	_ = c.RegisterFlagCompletionFunc("format", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return queryFormats, cobra.ShellCompDirectiveNoFileComp
	})
	return c
}

// arguments demands one query, or none with --list.
func (o *queryOptions) arguments(_ *cobra.Command, args []string) error {
	if o.list && len(args) == 0 || !o.list && len(args) == 1 {
		return nil
	}
	return estate.Errorf(estate.CodeInvalid, "read the command line", "query takes one QUERY in quotes, or the NAME of a saved one").
		WithHint("see stance query --list")
}

func savedNames() []string {
	all, err := service.Library(queries.FS)
	if err != nil {
		return nil
	}
	var names []string
	for i := range all {
		names = append(names, all[i].Name+"\t"+all[i].Title)
	}
	return names
}

func (o *queryOptions) showList() error {
	all, err := service.Library(queries.FS)
	if err != nil {
		return err
	}
	for i := range all {
		s := &all[i]
		fmt.Fprintf(o.env.Stdout, "%-28s %s\n", s.Name, s.Title)
		for _, p := range s.Params {
			fmt.Fprintf(o.env.Stdout, "%-28s   --param %s=…: %s\n", "", p.Name, p.About)
		}
	}
	return nil
}

// run answers one query. Everything the user wrote is checked before the run is read.
func (o *queryOptions) run(ctx context.Context, asked string) error {
	if !slices.Contains(queryFormats, o.format) {
		return invalid("read the command line", "there is no format %q: %s", o.format, joinOr(queryFormats))
	}
	priorities, err := o.priorities()
	if err != nil {
		return err
	}
	q, err := o.parse(asked, priorities)
	if err != nil {
		return err
	}
	mapping, err := readMapping(o.context)
	if err != nil {
		return err
	}
	dir := o.from
	if dir == "" {
		if dir, err = newestRun(o.env); err != nil {
			return err
		}
	}
	reader, err := run.Open(dir)
	if err != nil {
		return err
	}
	defer reader.Close() //nolint:errcheck // only read
	graph, err := service.Load(ctx, reader, service.Options{
		Picture: picture.Options{Table: priorities.Table, Rules: priorities.Rules}, Mapping: mapping, Now: o.env.Now(),
	})
	if err != nil {
		return err
	}
	answer, err := graph.Ask(ctx, q)
	if err != nil {
		return err
	}
	o.tellMissing(reader)
	return o.show(q, answer)
}

func (o *queryOptions) priorities() (*picture.Priorities, error) {
	table, err := app.RiskTable(o.riskTable)
	if err != nil {
		return nil, err
	}
	return app.Priorities(nil, table, o.env.Now())
}

// parse reads a query, or the saved one of that name.
func (o *queryOptions) parse(asked string, priorities *picture.Priorities) (*query.Query, error) {
	params := map[string]string{}
	for _, p := range o.params {
		name, value, ok := strings.Cut(p, "=")
		if !ok || name == "" {
			return nil, invalid("read the command line", "--param takes NAME=VALUE, not %q", p)
		}
		params[name] = value
	}
	all, err := service.Library(queries.FS)
	if err != nil {
		return nil, err
	}
	text := asked
	if i := slices.IndexFunc(all, func(s service.Saved) bool { return s.Name == asked }); i >= 0 {
		text, params = all[i].Query, all[i].Values(params)
	}
	vocabulary := query.Vocabulary{Types: app.TypeNames(), Kinds: slices.Concat(service.Kinds(), priorities.Table.Steps())}
	q, err := query.Parse(text, vocabulary, params)
	if err != nil {
		return nil, estate.Errorf(estate.CodeInvalid, "ask the graph", "%w", err).WithHint("the language is in docs/reference/query.md, saved queries in stance query --list")
	}
	return q, nil
}

// typeNames are all types that a scan reads.
// tellMissing says on the error stream what was not read: paths through it are not in
// the answer.
func (o *queryOptions) tellMissing(reader *run.Reader) {
	lost := map[string]bool{}
	for _, c := range reader.Coverage() {
		if c.Status == estate.CoverageFailed {
			lost[c.Type] = true
		}
	}
	if len(lost) > 0 {
		names := slices.Sorted(maps.Keys(lost))
		fmt.Fprintln(o.env.Stderr, "stance: "+escape.Terminal("some of "+listed(names)+" could not be read, so paths may be missing"))
	}
	if reader.Interrupted() {
		fmt.Fprintln(o.env.Stderr, "stance: this run was stopped before its end, so paths may be missing")
	}
}
