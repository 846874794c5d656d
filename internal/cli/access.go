package cli

import (
	"github.com/spf13/cobra"

	"github.com/stance-sec/stance/internal/analysis/identity/access"
	service "github.com/stance-sec/stance/internal/service/access"
	"github.com/stance-sec/stance/internal/store/run"
)

// accessOptions are the flags of everything that asks about access.
type accessOptions struct {
	env          *Env
	from, format string
	given        []string
}

func newAccess(env *Env) *cobra.Command {
	c := &cobra.Command{
		Use:   "access",
		Short: "Ask who may do what, all policies weighed",
		Long: `Answers from a saved run, with every layer of AWS's policy evaluation: identity, group,
resource, boundary, session, service control and resource control policies. What only a
request can settle is shown as a condition; what was not read makes the answer unknown.`,
		Example: `  stance access who-can s3:GetObject arn:aws:s3:::customers/orders.csv
  stance access what-can arn:aws:iam::111122223333:role/web --service s3
  stance access explain arn:aws:iam::111122223333:role/web s3:GetObject arn:aws:s3:::customers/orders.csv
  stance access unused
  stance access identities --non-human`,
		Args: unknownCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newWhoCan(env), newWhatCan(env), newExplain(env), newUnused(env), newRightSize(env), newIdentities(env))
	return c
}

func (o *accessOptions) addTo(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.from, "from", "", "the saved run in `DIR` (default: the latest)")
	f.StringVar(&o.format, "format", "table", "table or json")
}

func (o *accessOptions) addGiven(c *cobra.Command) {
	c.Flags().StringArrayVar(&o.given, "given", nil, "settle a condition key of the request, as `KEY=VALUE`; KEY= says it is absent; may be repeated")
}

// directory reads who is who from the run.
func (o *accessOptions) directory() (*access.Directory, error) {
	reader, err := o.open()
	if err != nil {
		return nil, err
	}
	defer reader.Close() //nolint:errcheck // only read
	return service.Load(reader)
}

// open opens the run that is asked.
func (o *accessOptions) open() (*run.Reader, error) {
	if o.format != "table" && o.format != "json" {
		return nil, invalid("read the command line", "there is no format %q: table or json", o.format)
	}
	dir := o.from
	if dir == "" {
		var err error
		if dir, err = newestRun(o.env); err != nil {
			return nil, err
		}
	}
	return run.Open(dir)
}

// settled reads the keys that the user settles.
func (o *accessOptions) settled() (map[string][]string, error) {
	given := map[string][]string{}
	for _, g := range o.given {
		key, value, ok := cutGiven(g)
		if !ok {
			return nil, invalid("read the command line", "--given takes KEY=VALUE, not %q", g)
		}
		if value == "" {
			given[key] = []string{}
			continue
		}
		given[key] = append(given[key], value)
	}
	return given, nil
}

// arguments demands that many arguments, and says what they are.
func arguments(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == len(names) {
			return nil
		}
		wanted := ""
		for _, n := range names {
			wanted += " " + n
		}
		return invalid("read the command line", "%s takes%s", c.Name(), wanted)
	}
}
