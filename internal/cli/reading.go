package cli

import (
	"context"
	"errors"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/stance-sec/stance/internal/app"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/scan"
	"github.com/stance-sec/stance/internal/source/collect"
	"github.com/stance-sec/stance/internal/store/run"
)

// reading is the command that reads one cloud into a run and judges the run.
type reading struct {
	judgeOptions
	cloud                estate.Cloud
	short, long, example string
	// flags adds the cloud's own flags.
	flags func(*cobra.Command)
	// unkept adds those of the cloud's flags that are not kept with a run, because they
	// may be secret, to the command that resumes any run. It may be nil.
	unkept func(*cobra.Command)
	// plan opens the cloud and says what there is to read.
	plan func(context.Context) (collect.Plan, error)
	// settings are the values of the cloud's flags that are kept with the run, so that
	// it can be resumed. Secrets are not among them.
	settings map[string]setting

	save, dir string
	workers   int
	quick     bool
}

// setting is a flag's value as a list of texts.
type setting struct {
	get func() []string
	set func([]string)
}

func text(s *string) setting {
	return setting{
		get: func() []string {
			if *s == "" {
				return nil
			}
			return []string{*s}
		},
		set: func(v []string) {
			if len(v) == 1 {
				*s = v[0]
			}
		},
	}
}

func texts(s *[]string) setting {
	return setting{get: func() []string { return *s }, set: func(v []string) { *s = v }}
}

func flag(b *bool) setting {
	return setting{
		get: func() []string {
			if *b {
				return []string{"true"}
			}
			return nil
		},
		set: func(v []string) { *b = len(v) == 1 && v[0] == "true" },
	}
}

func (r *reading) command() *cobra.Command {
	c := &cobra.Command{
		Use: string(r.cloud), Short: r.short, Long: r.long, Example: r.example, Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return r.run(c.Context()) },
	}
	r.addTo(c)
	r.flags(c)
	f := c.Flags()
	f.StringVar(&r.save, "save", "", "keep what is read in `DIR` (default: a new folder below the state folder)")
	addResume(c, &r.judgeOptions)
	f.IntVar(&r.workers, "workers", 0, "read `N` scopes at once (default 128)")
	f.BoolVar(&r.quick, "quick", false, "leave out regional types that were empty less than a day ago; each is read again twice a day")
	return c
}

func (r *reading) run(ctx context.Context) error {
	judged, err := r.prepare()
	if err != nil {
		return err
	}
	asked, err := r.recall()
	if err != nil {
		return err
	}
	plan, err := r.plan(ctx)
	if err != nil {
		return err
	}
	usage, file, err := r.usage(&plan, judged)
	if err != nil {
		return err
	}
	writer, err := r.open(asked)
	if err != nil {
		return err
	}
	bar := newProgress(r.env, len(plan.Tasks))
	err = scan.Reading{Workers: r.workers, Now: r.env.Now, Observe: bar.observe}.Into(ctx, plan, writer)
	bar.end()
	usage.Learn(writer.Coverage())
	if err := errors.Join(err, writer.Close()); err != nil {
		return err
	}
	if err := usage.Write(file); err != nil {
		return err
	}
	return judged.report(ctx, r.dir)
}

// usage reads what earlier scans found empty and, when asked, thins the plan by it.
// Types that exist everywhere, and those that checks look for, are always read.
func (r *reading) usage(plan *collect.Plan, judged *judging) (*scan.Usage, string, error) {
	dir, err := runsDir(r.env)
	if err != nil {
		return nil, "", err
	}
	file := filepath.Join(filepath.Dir(dir), "usage.json")
	usage, err := scan.ReadUsage(file)
	if err != nil || !r.quick {
		return usage, file, err
	}
	always := judged.judge.Library.Collections()
	for _, info := range app.AWSInfos() {
		if info.Always {
			always = append(always, info.Name)
		}
	}
	usage.Thin(plan, func(kind string) bool { return slices.Contains(always, kind) }, r.env.Now())
	return usage, file, nil
}

// recall takes from a stopped run what it was asked, and returns nil for a new run.
func (r *reading) recall() (*run.Meta, error) {
	if r.resume == "" {
		return nil, nil
	}
	dir, meta, err := stopped(r.env, r.resume)
	if err != nil {
		return nil, err
	}
	for name, s := range r.settings {
		if kept, ok := meta.Asked[name]; ok {
			s.set(kept)
		}
	}
	r.dir = dir
	return &meta, nil
}

// open creates the run, or opens the one that goes on.
func (r *reading) open(stopped *run.Meta) (*run.Writer, error) {
	if stopped != nil {
		return run.Resume(r.dir)
	}
	dir, err := newRunDir(r.env, r.save, string(r.cloud))
	if err != nil {
		return nil, err
	}
	r.dir = dir
	asked := map[string][]string{"cloud": {string(r.cloud)}}
	for name, s := range r.settings {
		if v := s.get(); v != nil {
			asked[name] = v
		}
	}
	return run.Create(dir, run.Meta{
		Tool: "stance", Version: app.Version, Started: r.env.Now().UTC(), Command: slices.Concat([]string{"stance"}, r.env.Args), Asked: asked,
	})
}

// readingOf returns the reading that a stopped run belongs to.
func readingOf(env *Env, resume string, clouds []*reading) (*reading, error) {
	dir, meta, err := stopped(env, resume)
	if err != nil {
		return nil, err
	}
	for _, r := range clouds {
		if slices.Equal(meta.Asked["cloud"], []string{string(r.cloud)}) {
			r.resume = dir
			return r, nil
		}
	}
	return nil, estate.Errorf(estate.CodeInvalid, "resume "+dir, "the run does not say which cloud it reads")
}
