package cli

import (
	"github.com/spf13/cobra"

	"github.com/stance-sec/stance/internal/analysis/network/reach"
	"github.com/stance-sec/stance/internal/estate"
	service "github.com/stance-sec/stance/internal/service/reach"
	"github.com/stance-sec/stance/internal/store/run"
)

// theInternet is what the source is called that is no resource.
const theInternet = "internet"

type reachOptions struct {
	env          *Env
	from, format string
}

func newReach(env *Env) *cobra.Command {
	o := &reachOptions{env: env}
	c := &cobra.Command{
		Use:   "reach internet|RESOURCE [RESOURCE]",
		Short: "Ask who can open connections to what, over every layer of the network",
		Long: `Answers from a saved run (AWS) which ports the internet, or one resource, reaches of another:
through routes, gateways, network ACLs in both directions, security groups, load balancers,
peering and transit gateways. Each answer is yes, with the path that proves it; no, with the
first layer that blocks it; or unknown, with what was not read. Without a second resource it
tells of everything that could be reached. A resource is named by its id or its name.`,
		Example: `  stance reach internet
  stance reach internet web-1
  stance reach i-0a1b2c3d4e5f60718 orders-db --format json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 && args[0] == theInternet || len(args) == 2 {
				return nil
			}
			return invalid("read the command line", "reach takes internet, or internet or a RESOURCE and the RESOURCE to reach")
		},
		RunE: func(_ *cobra.Command, args []string) error { return o.run(args) },
	}
	f := c.Flags()
	f.StringVar(&o.from, "from", "", "the saved run in `DIR` (default: the latest)")
	f.StringVar(&o.format, "format", "table", "table or json")
	return c
}

func (o *reachOptions) run(args []string) error {
	e, err := o.load()
	if err != nil {
		return err
	}
	if len(args) == 1 {
		return o.showAll(e)
	}
	to, err := oneEndpoint(e, args[1])
	if err != nil {
		return err
	}
	if args[0] == theInternet {
		return o.showExposures(e.Exposure(to.ID))
	}
	from, err := oneEndpoint(e, args[0])
	if err != nil {
		return err
	}
	answer := e.Between(from.ID, to.ID)
	return o.showAnswer(to, &answer)
}

func (o *reachOptions) load() (*service.Estate, error) {
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
	reader, err := run.Open(dir)
	if err != nil {
		return nil, err
	}
	defer reader.Close() //nolint:errcheck // only read
	return service.Load(reader)
}

// oneEndpoint finds the resource that a text stands for.
func oneEndpoint(e *service.Estate, text string) (estate.Ref, error) {
	switch named := e.Named(text); len(named) {
	case 0:
		return estate.Ref{}, invalid("find the resource", "the inventory has nothing in a network, and nothing that answers on the internet, called %q", text)
	case 1:
		return named[0], nil
	default:
		return estate.Ref{}, invalid("find the resource", "%d resources are called %q: give the id, such as %s", len(named), text, named[0].ID)
	}
}

func (o *reachOptions) showAll(e *service.Estate) error {
	list := []reach.Exposure{}
	e.FromInternet(func(one reach.Exposure) bool {
		list = append(list, one)
		return true
	})
	if o.format == "json" {
		return writeJSON(o.env.Stdout, list)
	}
	for i := range list {
		o.line(&list[i])
	}
	return nil
}
