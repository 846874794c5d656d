package cli

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/action/output/formats"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/picture"
	"github.com/stance-sec/stance/internal/service/scan"
	"github.com/stance-sec/stance/internal/store/run"
)

// judging is everything that judging a run takes, checked before anything is read, so
// that a broken file costs no minutes.
type judging struct {
	options    *judgeOptions
	judge      *scan.Judge
	priorities *picture.Priorities // nil for none
	frameworks []output.Framework
	after      afterwards
}

// report judges the run in dir and writes the report.
func (j *judging) report(ctx context.Context, dir string) error {
	reader, err := j.options.openRun(dir)
	if err != nil {
		return err
	}
	defer reader.Close() //nolint:errcheck // only read
	now := j.options.env.Now()
	about := j.about(reader.Meta(), now)
	if about.Accounts, err = accountNames(reader); err != nil {
		return err
	}
	if j.options.from != "" {
		j.options.tellGaps(reader, about.Checks)
	}
	j.judge.Now, j.judge.Workers = now, runtime.GOMAXPROCS(0)
	if j.priorities != nil && drawn(about.Asked.Clouds) {
		j.priorities.Now = now
		j.judge.Priorities = j.priorities
	}
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
	if j.priorities != nil {
		if n := j.priorities.LeftOut(); n > 0 {
			fmt.Fprintf(j.options.env.Stderr, "stance: the ways of %d further identities were not followed: there are too many to be reached; findings are complete\n", n)
		}
	}
	j.options.say(dir)
	return j.after.verdict(summary)
}

// drawn reports whether ways of attackers are known in one of the clouds. Of the others
// it would say nothing that there is none.
func drawn(clouds []estate.Cloud) bool { return slices.Contains(clouds, estate.AWS) }

func (j *judging) about(meta run.Meta, now time.Time) output.Run {
	finished := now.UTC()
	if meta.Finished != nil {
		finished = *meta.Finished
	}
	asked := output.Asked{Accounts: meta.Asked["accounts"], Regions: meta.Asked["regions"], Services: meta.Asked["services"], From: j.options.from, OnlyFailing: j.options.failing}
	for _, cloud := range meta.Asked["cloud"] {
		asked.Clouds = append(asked.Clouds, estate.Cloud(cloud))
	}
	return output.Run{
		Tool: meta.Tool, Version: meta.Version, Started: meta.Started, Finished: finished, Asked: asked,
		Baseline: j.options.baseline, Checks: j.judge.Library.Checks(), Frameworks: j.frameworks,
	}
}

// openRun opens a saved run; with --salvage also one that is damaged, of which the
// damaged scopes become failed lines of the ledger.
func (o *judgeOptions) openRun(dir string) (*run.Reader, error) {
	if !o.salvage {
		return run.Open(dir)
	}
	reader, damage, err := run.Salvage(dir)
	for _, d := range damage {
		fmt.Fprintln(o.env.Stderr, "stance: "+escape.Terminal(d.String()))
	}
	return reader, err
}
