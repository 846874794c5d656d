package cli

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/valyala/fastjson"

	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store/run"
)

// inventoryOptions say which resources are meant and how they are shown.
type inventoryOptions struct {
	env                                           *Env
	from, format, count                           string
	types, accounts, regions, names, tags, clouds []string
	unknown                                       bool
}

func newInventory(env *Env) *cobra.Command {
	o := &inventoryOptions{env: env}
	c := &cobra.Command{
		Use:   "inventory",
		Short: "List, filter and count the resources of a saved run",
		Long:  "Lists the resources of the latest run, or of the one that --from names. Filters take * and ?.",
		Example: `  stance inventory --count type
  stance inventory --type aws_s3_bucket --tag environment=production
  stance inventory --type 'aws_db_*' --format json | jq .config.engine
  stance inventory --unknown`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error { return o.run() },
	}
	f := c.Flags()
	f.StringVar(&o.from, "from", "", "the saved run in `DIR` (default: the latest)")
	f.StringVar(&o.format, "format", "table", "table, or json with one resource on each line")
	f.StringVar(&o.count, "count", "", "count by `FIELD` instead of listing: type, account, region, cloud or tag:KEY")
	f.StringSliceVar(&o.clouds, "cloud", nil, "only these `CLOUDS`")
	f.StringSliceVar(&o.types, "type", nil, "only these `TYPES`")
	f.StringSliceVar(&o.accounts, "account", nil, "only these `ACCOUNTS`")
	f.StringSliceVar(&o.regions, "region", nil, "only these `REGIONS`")
	f.StringSliceVar(&o.names, "name", nil, "only these `NAMES`")
	f.StringSliceVar(&o.tags, "tag", nil, "only with these tags, `KEY=VALUE`; all of them")
	f.BoolVar(&o.unknown, "unknown", false, "only resources of which something could not be read")
	return c
}

func (o *inventoryOptions) run() error {
	if o.format != "table" && o.format != "json" {
		return invalid("read the command line", "there is no format %q: table or json", o.format)
	}
	for _, p := range slices.Concat(o.clouds, o.types, o.accounts, o.regions, o.names, o.tags) {
		if _, err := path.Match(p, ""); err != nil {
			return invalid("read the command line", "%q is no pattern", p)
		}
	}
	dir, err := o.dir()
	if err != nil {
		return err
	}
	reader, err := run.Open(dir)
	if err != nil {
		return err
	}
	defer reader.Close() //nolint:errcheck // only read
	counts := map[string]int{}
	var parser fastjson.Parser
	err = reader.Lines(o.inScope, func(_ estate.Scope, line []byte) error {
		v, err := parser.ParseBytes(line)
		if err != nil {
			return estate.Errorf(estate.CodeInvalid, "read a resource", "%w", err)
		}
		switch {
		case !o.matches(v):
			return nil
		case o.count != "":
			counts[field(v, o.count)]++
			return nil
		case o.format == "json":
			_, err = fmt.Fprintf(o.env.Stdout, "%s\n", line)
		default:
			_, err = fmt.Fprintf(o.env.Stdout, "%-38s %-14s %-14s %s\n", field(v, "type"), field(v, "account"), field(v, "region"), escape.Terminal(field(v, "name")))
		}
		return err
	})
	if err != nil || o.count == "" {
		return err
	}
	return o.showCounts(counts)
}

func (o *inventoryOptions) dir() (string, error) {
	if o.from != "" {
		return o.from, nil
	}
	return newestRun(o.env)
}

// inScope leaves out scopes that cannot match, without reading them.
func (o *inventoryOptions) inScope(s estate.Scope) bool {
	return anyMatch(o.types, s.Type) && anyMatch(o.clouds, string(s.Cloud)) && anyMatch(o.accounts, s.Account)
}

func (o *inventoryOptions) matches(v *fastjson.Value) bool {
	if o.unknown && len(v.GetArray("unknown")) == 0 {
		return false
	}
	if !anyMatch(o.accounts, field(v, "account")) || !anyMatch(o.regions, field(v, "region")) || !anyMatch(o.names, field(v, "name")) {
		return false
	}
	for _, tag := range o.tags {
		key, value, valued := strings.Cut(tag, "=")
		got := v.Get("tags", key)
		if got == nil || valued && !anyMatch([]string{value}, string(got.GetStringBytes())) {
			return false
		}
	}
	return true
}

func anyMatch(patterns []string, value string) bool {
	if len(patterns) == 0 {
		return true
	}
	value = strings.ReplaceAll(value, "/", "\x00")
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, err := path.Match(strings.ReplaceAll(p, "/", "\x00"), value)
		return err == nil && ok
	})
}

// field is a header field, or tag:KEY.
func field(v *fastjson.Value, name string) string {
	if key, ok := strings.CutPrefix(name, "tag:"); ok {
		return string(v.GetStringBytes("tags", key))
	}
	return string(v.GetStringBytes(name))
}

// showCounts prints the largest count first.
func (o *inventoryOptions) showCounts(counts map[string]int) error {
	type row struct {
		Value string `json:"value"`
		Count int    `json:"count"`
	}
	rows := []row{}
	for value, n := range counts {
		rows = append(rows, row{value, n})
	}
	slices.SortFunc(rows, func(a, b row) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		return strings.Compare(a.Value, b.Value)
	})
	if o.format == "json" {
		return json.NewEncoder(o.env.Stdout).Encode(rows)
	}
	for _, r := range rows {
		if r.Value == "" {
			r.Value = "(none)"
		}
		if _, err := fmt.Fprintf(o.env.Stdout, "%8d  %s\n", r.Count, escape.Terminal(r.Value)); err != nil {
			return err
		}
	}
	return nil
}
