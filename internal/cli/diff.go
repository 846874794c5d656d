package cli

import (
	"context"
	"os"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/app"
	"github.com/stance-sec/stance/internal/service/report"
	"github.com/stance-sec/stance/internal/service/scan"
	"github.com/stance-sec/stance/internal/store/run"
)

func newDiff(env *Env) *cobra.Command {
	var format string
	var chosen []string
	c := &cobra.Command{
		Use:   "diff A B",
		Short: "Compare two runs: what is new, fixed, gone, or no longer known",
		Long: `Compares two saved runs, or two JSON reports. What B could not read is never called
fixed. Saved runs are both judged with the checks of this version, so that only the
estate differs.`,
		Example: `  stance diff runs/monday runs/tuesday
  stance diff monday.json tuesday.json --format json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return invalid("read the command line", "diff takes two runs or reports, not %d", len(args))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			var sources [2]report.Source
			for i, arg := range args {
				s, err := sourceOf(c.Context(), arg, chosen)
				if err != nil {
					return err
				}
				sources[i] = s
			}
			var err error
			switch format {
			case "text":
				_, err = report.WriteDiff(env.Stdout, sources[0], sources[1])
			case "json":
				_, err = report.WriteDiffJSON(env.Stdout, sources[0], sources[1], false)
			default:
				err = invalid("read the command line", "there is no format %q: text or json", format)
			}
			return err
		},
	}
	c.Flags().StringVar(&format, "format", "text", "text or json")
	c.Flags().StringArrayVar(&chosen, "checks", nil, "judge saved runs with a `DIR` of your own checks, too, or only the checks with this id")
	return c
}

// sourceOf replays a JSON report, or judges a saved run.
func sourceOf(ctx context.Context, arg string, chosen []string) (report.Source, error) {
	info, err := os.Stat(arg)
	if err != nil {
		return nil, invalid("compare "+arg, "%w", err)
	}
	if !info.IsDir() {
		return report.Saved(arg), nil
	}
	_, library, err := app.ParseChecks(chosen).Library()
	if err != nil {
		return nil, err
	}
	return func(handler output.Handler) error {
		reader, err := run.Open(arg)
		if err != nil {
			return err
		}
		defer reader.Close() //nolint:errcheck // only read
		meta := reader.Meta()
		judge := &scan.Judge{Library: library, Now: meta.Started, Workers: runtime.GOMAXPROCS(0)}
		about := output.Run{Tool: meta.Tool, Version: meta.Version, Started: meta.Started, Finished: meta.Started, Checks: library.Checks()}
		if about.Accounts, err = accountNames(reader); err != nil {
			return err
		}
		_, err = judge.Run(ctx, reader, about, handler)
		return err
	}, nil
}
