package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/stance-sec/stance/internal/estate"
)

func newScan(env *Env) *cobra.Command {
	o := &judgeOptions{env: env}
	clouds := []*reading{awsReading(env), azureReading(env), gcpReading(env)}
	c := &cobra.Command{
		Use:   "scan",
		Short: "Read a cloud, or a saved inventory, and judge it",
		Long: `Reads a cloud into a saved run, judges the run, and reports: first what could not be
read, then the issues (ways of an attacker to something of value, each drawn step by
step), the fixes in the order that removes most risk soonest, and campaigns for the rest.
--all lists every finding behind them. Ways are known for AWS; of other clouds, and
where there is no issue, the report lists what fails.

With --from a saved run is judged again, without credentials. With --resume a
reading that was stopped goes on where it ended.`,
		Example: `  stance scan aws
  stance scan aws --org --role StanceAudit --format html --out report.html
  stance scan --from ~/.local/state/stance/runs/20261122-180000.000-aws --compliance cis-aws-7.0
  stance scan --resume`,
		Args: unknownCommand,
		RunE: func(c *cobra.Command, _ []string) error { return o.scanSaved(c.Context(), clouds) },
	}
	o.addTo(c)
	c.Flags().StringVar(&o.from, "from", "", "judge the saved run in `DIR`")
	c.Flags().BoolVar(&o.salvage, "salvage", false, "judge what is intact of a damaged run; the rest shows as not read")
	addResume(c, o)
	for _, r := range clouds {
		if r.unkept != nil {
			r.unkept(c)
		}
		c.AddCommand(r.command())
	}
	return c
}

func addResume(c *cobra.Command, o *judgeOptions) {
	c.Flags().StringVar(&o.resume, "resume", "", "go on with the run in `DIR`, or with the latest that was stopped")
	c.Flags().Lookup("resume").NoOptDefVal = latest
}

// scanSaved judges or resumes a run, of whatever cloud it is.
func (o *judgeOptions) scanSaved(ctx context.Context, clouds []*reading) error {
	switch {
	case o.from != "" && o.resume != "":
		return invalid("read the command line", "--from and --resume exclude each other")
	case o.from != "":
		judged, err := o.prepare()
		if err != nil {
			return err
		}
		return judged.report(ctx, o.from)
	case o.resume != "":
		r, err := readingOf(o.env, o.resume, clouds)
		if err != nil {
			return err
		}
		resume := r.judgeOptions.resume
		r.judgeOptions = *o
		if resume != "" {
			r.resume = resume
		}
		return r.run(ctx)
	default:
		return estate.Errorf(estate.CodeInvalid, "scan", "nothing is named to scan").
			WithHint("name a cloud, as in `stance scan aws`, or a saved run with --from DIR")
	}
}
