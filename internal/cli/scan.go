package cli

import (
	"context"
	"runtime"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/formats"
	"github.com/stance-sec/stance/internal/app"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/scan"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/store/run"
)

func newScan(env *Env) *cobra.Command {
	o := &judgeOptions{env: env}
	c := &cobra.Command{
		Use:   "scan",
		Short: "Read a cloud, or a saved inventory, and judge it",
		Long: `Reads a cloud into a saved run, judges the run, and reports.

With --from a saved run is judged again, without credentials. With --resume a
reading that was stopped goes on where it ended.`,
		Example: `  stance scan aws
  stance scan aws --org --role StanceAudit --format html --out report.html
  stance scan --from ~/.local/state/stance/runs/20261122-180000-aws --compliance cis-aws-7.0`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return o.scanSaved(c.Context()) },
	}
	o.addTo(c)
	c.Flags().StringVar(&o.from, "from", "", "judge the saved run in `DIR`")
	c.Flags().StringVar(&o.resume, "resume", "", "go on with the run in `DIR`, or with the latest that was stopped")
	c.Flags().Lookup("resume").NoOptDefVal = latest
	c.AddCommand(newScanAWS(env))
	return c
}

// scanSaved judges or resumes a run, of whatever cloud it is.
func (o *judgeOptions) scanSaved(ctx context.Context) error {
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
		a := &awsOptions{judgeOptions: *o}
		return a.run(ctx)
	default:
		return estate.Errorf(estate.CodeInvalid, "scan", "nothing is named to scan").
			WithHint("name a cloud, as in `stance scan aws`, or a saved run with --from DIR")
	}
}

type awsOptions struct {
	judgeOptions
	selection aws.Selection
	connect   aws.Options
	save, dir string
	workers   int
}

func newScanAWS(env *Env) *cobra.Command {
	o := &awsOptions{judgeOptions: judgeOptions{env: env}}
	c := &cobra.Command{
		Use:   "aws",
		Short: "Read AWS accounts and judge them",
		Long: `Reads one AWS account, several, or a whole organisation, with the credentials that
the AWS command line would use, and judges what it read. It makes only read calls.`,
		Example: `  stance scan aws
  stance scan aws --profile audit --regions eu-west-1,eu-central-1
  stance scan aws --org --role StanceAudit --external-id "$EXTERNAL_ID" --format html --out report.html
  stance scan aws --checks ./our-checks --context context.yaml --fail-on high`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return o.run(c.Context()) },
	}
	o.addTo(c)
	f := c.Flags()
	f.BoolVar(&o.selection.Org, "org", false, "read every account of the organisation")
	f.StringSliceVar(&o.selection.Accounts, "accounts", nil, "read these account `IDS`")
	f.StringSliceVar(&o.selection.Regions, "regions", nil, "read only these `REGIONS`")
	f.StringSliceVar(&o.selection.Services, "services", nil, "read only these `SERVICES`, such as s3,iam")
	addConnect(c, &o.connect)
	f.StringVar(&o.save, "save", "", "keep what is read in `DIR` (default: a new folder below the state folder)")
	f.StringVar(&o.resume, "resume", "", "go on with the run in `DIR`, or with the latest that was stopped")
	f.Lookup("resume").NoOptDefVal = latest
	f.IntVar(&o.workers, "workers", 0, "read `N` scopes at once (default 64)")
	return c
}

// addConnect adds the flags that say how AWS is reached.
func addConnect(c *cobra.Command, o *aws.Options) {
	f := c.Flags()
	f.StringVar(&o.Role, "role", "StanceAudit", "the `NAME` of the role to take in other accounts")
	f.StringVar(&o.ExternalID, "external-id", "", "the external `ID` that the role's trust asks for")
	f.StringVar(&o.Profile, "profile", "", "a `PROFILE` of the AWS configuration")
	f.StringVar(&o.Endpoint, "endpoint", "", "speak to this `URL` instead of AWS")
	f.StringVar(&o.CABundle, "ca-bundle", "", "trust the authorities in this PEM `FILE`")
	f.Float64Var(&o.Share, "share", 1, "use this `PART` of the default request budgets")
}

func (o *awsOptions) run(ctx context.Context) error {
	judged, err := o.prepare()
	if err != nil {
		return err
	}
	writer, err := o.open()
	if err != nil {
		return err
	}
	dir := o.dir
	if err := o.read(ctx, writer); err != nil {
		return closeAfter(err, writer)
	}
	if err := writer.Close(); err != nil {
		return err
	}
	return judged.report(ctx, dir)
}

func (o *awsOptions) read(ctx context.Context, writer *run.Writer) error {
	connector, err := aws.Open(ctx, o.connect)
	if err != nil {
		return err
	}
	plan, err := connector.Plan(ctx, app.AWSKinds(), o.selection)
	if err != nil {
		return err
	}
	bar := newProgress(o.env, len(plan.Tasks))
	defer bar.end()
	return scan.Reading{Workers: o.workers, Now: o.env.Now, Observe: bar.observe}.Into(ctx, plan, writer)
}

// open creates a run, or opens the one to resume and takes over what it was asked.
func (o *awsOptions) open() (*run.Writer, error) {
	if o.resume != "" {
		dir, err := resumeDir(o.env, o.resume)
		if err != nil {
			return nil, err
		}
		o.dir = dir
		w, err := run.Resume(dir)
		if err != nil {
			return nil, err
		}
		o.recall(w.Meta().Asked)
		return w, nil
	}
	dir, err := newRunDir(o.env, o.save, "aws")
	if err != nil {
		return nil, err
	}
	o.dir = dir
	return run.Create(dir, run.Meta{
		Tool: "stance", Version: app.Version, Started: o.env.Now().UTC(), Command: slices.Concat([]string{"stance"}, o.env.Args), Asked: o.asked(),
	})
}

// asked returns the selection for the run's own record.
func (o *awsOptions) asked() map[string][]string {
	m := map[string][]string{
		"cloud": {"aws"}, "accounts": o.selection.Accounts, "regions": o.selection.Regions, "services": o.selection.Services,
		"role": {o.connect.Role}, "profile": {o.connect.Profile}, "endpoint": {o.connect.Endpoint},
	}
	if o.selection.Org {
		m["org"] = []string{"true"}
	}
	return m
}

// recall takes from a stopped run what it was asked. What may be secret was not kept
// and is taken from the flags.
func (o *awsOptions) recall(asked map[string][]string) {
	o.selection = aws.Selection{Org: len(asked["org"]) > 0, Accounts: asked["accounts"], Regions: asked["regions"], Services: asked["services"]}
	for name, into := range map[string]*string{"role": &o.connect.Role, "profile": &o.connect.Profile, "endpoint": &o.connect.Endpoint} {
		if v := asked[name]; len(v) == 1 && v[0] != "" {
			*into = v[0]
		}
	}
}

// closeAfter closes the writer of a reading that failed and tells how to go on.
func closeAfter(err error, writer *run.Writer) error {
	if closeErr := writer.Close(); closeErr != nil {
		return closeErr
	}
	return err
}

// judging is everything that is checked before anything is read, so that a broken
// file costs no minutes.
type judging struct {
	options    *judgeOptions
	judge      *scan.Judge
	frameworks []output.Framework
	after      afterwards
}

// report judges the run in dir and writes the report.
func (j *judging) report(ctx context.Context, dir string) error {
	reader, err := run.Open(dir)
	if err != nil {
		return err
	}
	defer reader.Close() //nolint:errcheck // only read
	meta := reader.Meta()
	about := output.Run{
		Tool: meta.Tool, Version: meta.Version, Started: meta.Started, Finished: finished(meta, j.options.env.Now()),
		Asked: asked(meta, j.options.from), Baseline: j.options.baseline, Checks: j.judge.Library.Checks(), Frameworks: j.frameworks,
	}
	j.judge.Now, j.judge.Workers = j.options.env.Now(), runtime.GOMAXPROCS(0)
	out, err := j.options.destination()
	if err != nil {
		return err
	}
	handler, err := formats.New(j.options.format, out, j.options.look())
	if err != nil {
		return err
	}
	summary, err := j.judge.Run(ctx, reader, about, handler)
	if err != nil {
		return discard(out, err)
	}
	if err := out.Close(); err != nil {
		return err
	}
	j.options.say(dir)
	return j.after.verdict(summary)
}

func finished(meta run.Meta, now time.Time) time.Time {
	if meta.Finished != nil {
		return *meta.Finished
	}
	return now.UTC()
}

func asked(meta run.Meta, from string) output.Asked {
	return output.Asked{
		Clouds: []estate.Cloud{estate.AWS}, Accounts: meta.Asked["accounts"], Regions: meta.Asked["regions"], Services: meta.Asked["services"], From: from,
	}
}
