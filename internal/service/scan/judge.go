package scan

import (
	"cmp"
	"context"
	"crypto/sha256"
	"slices"
	"time"

	"github.com/valyala/fastjson"
	"golang.org/x/sync/errgroup"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/analysis/enrich"
	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/estate"
)

// Inventory is what a saved run offers to be judged.
type Inventory interface {
	// Coverage returns the ledger, sorted by scope.
	Coverage() []estate.Coverage
	// Each yields the resources of a scope as JSON lines, by id. A line is valid until
	// yield returns.
	Each(scope estate.Scope, yield func([]byte) error) error
}

// lines yields every resource, by cloud, account, type, region and id: the order in
// which findings are reported.
func lines(inventory Inventory, yield func(estate.Scope, []byte) error) error {
	coverage := inventory.Coverage()
	scopes := make([]estate.Scope, len(coverage))
	for i := range coverage {
		scopes[i] = coverage[i].Scope
	}
	slices.SortFunc(scopes, func(a, b estate.Scope) int {
		return cmp.Or(cmp.Compare(a.Cloud, b.Cloud), cmp.Compare(a.Account, b.Account), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Region, b.Region))
	})
	for _, scope := range scopes {
		if err := inventory.Each(scope, func(line []byte) error { return yield(scope, line) }); err != nil {
			return err
		}
	}
	return nil
}

// Judge judges an inventory.
type Judge struct {
	Library *policy.Library
	// Mapping is the user's mapping file; nil when there is none.
	Mapping *enrich.Mapping
	// Now is the moment for which the estate is judged.
	Now time.Time
	// Workers is how many goroutines evaluate; 0 means one.
	Workers int
	// SkipPass leaves verdicts that are not fail or unknown out of the stream. They
	// are still counted.
	SkipPass bool
	// Amend may change a finding before it is handed on: suppressions, baselines. It
	// may be nil.
	Amend func(*estate.Finding)
	// Priorities turns the findings into the short list; nil for none.
	Priorities Priorities
	// Stood is told what lies over the estate when Run has found it out, before anything is
	// judged. It may be nil.
	Stood func(*Standing)
	// Part is told of every run of neighbouring resources of one scope, in order. It may
	// be nil.
	Part func(Part) error
}

// Part is some resources of one scope with what was found on them. Its slices are used
// again when it was handed on; what they hold is not.
type Part struct {
	Scope     estate.Scope
	Resources []Meaning
	Findings  []estate.Finding
	// Skipped counts verdicts that come without a finding, by check.
	Skipped map[string]*output.Counts
}

// Meaning is what a resource means, guesses included.
type Meaning struct {
	ID string
	// Body is the SHA-256 of its line.
	Body [sha256.Size]byte
	estate.Business
	// Public is whether anyone on the internet may use it, as far as is known.
	Public bool
}

// Priorities weighs findings against ways of attackers. Observe and Lost see the whole
// inventory first, then Ready is called, then Finding for each finding in order, then
// Result. All calls come from one goroutine at a time.
type Priorities interface {
	Observe(scope estate.Scope, line []byte) error
	Lost(line estate.Coverage)
	Ready(ctx context.Context, inventory Inventory, overlay *enrich.Overlay) error
	Finding(f *estate.Finding)
	Result() estate.Priorities
}

// Run judges every resource and hands findings to the handler in the order of
// output.CompareFindings, the same for the same inventory whatever the number of
// workers. Memory does not follow the size of the inventory.
func (j *Judge) Run(ctx context.Context, inventory Inventory, about output.Run, handler output.Handler) (output.Summary, error) {
	found, err := j.takeSurvey(inventory)
	if err != nil {
		return output.Summary{}, err
	}
	if j.Priorities != nil {
		if err := j.Priorities.Ready(ctx, inventory, found.overlay); err != nil {
			return output.Summary{}, err
		}
	}
	sum := newSummary(about)
	if err := handler.Begin(about); err != nil {
		return output.Summary{}, err
	}
	for _, line := range inventory.Coverage() {
		sum.coverage(line)
		if err := handler.Coverage(line); err != nil {
			return output.Summary{}, err
		}
	}
	if err := j.evaluate(ctx, inventory, found, sum, handler); err != nil {
		return output.Summary{}, err
	}
	s := sum.finish(about)
	if j.Priorities != nil {
		list := j.Priorities.Result()
		s.Priorities = &list
	}
	return s, handler.End(s)
}

// evaluate runs three stages: read batches, judge them side by side, and hand them on
// in the order in which they were read.
func (j *Judge) evaluate(ctx context.Context, inventory Inventory, found *survey, sum *summary, handler output.Handler) error {
	workers := max(1, j.Workers)
	pool := &batches{}
	group, ctx := errgroup.WithContext(ctx)
	work, order := make(chan *batch, workers), make(chan *batch, 2*workers)
	group.Go(func() error {
		defer close(work)
		defer close(order)
		return j.readBatches(ctx, inventory, found, pool, work, order)
	})
	for range workers {
		group.Go(func() error { return j.judgeBatches(ctx, found, work) })
	}
	group.Go(func() error {
		for b := range order {
			select {
			case <-b.done:
			case <-ctx.Done():
				return ctx.Err()
			}
			if err := j.handOn(b, sum, handler); err != nil {
				return err
			}
			pool.give(b)
		}
		return nil
	})
	return group.Wait()
}

func (j *Judge) judgeBatches(ctx context.Context, found *survey, work <-chan *batch) error {
	evaluator := j.Library.NewEvaluator(j.Now)
	evaluator.Trust(found.overlay.Accounts(), found.overlay.AccountsUnread)
	context := found.overlay.NewReader()
	var b *batch
	keep := func(f estate.Finding) error {
		b.findings = append(b.findings, f)
		return nil
	}
	if evaluator.SkipPass = j.SkipPass; j.SkipPass {
		evaluator.Watch(func(o policy.Outcome) { b.skip(o) })
	}
	for b = range work {
		for _, line := range b.lines {
			m := Meaning{}
			about := context.Parsed
			if j.Part != nil {
				m.Body = sha256.Sum256(line)
				about = m.fill(context)
			}
			if _, err := evaluator.EvaluateWith(line, about, b.collections, keep); err != nil {
				return err
			}
			if j.Part == nil {
				continue
			}
			var err error
			if m.Business, err = context.Business(line); err != nil {
				return err
			}
			b.meanings = append(b.meanings, m)
		}
		close(b.done)
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

func (j *Judge) handOn(b *batch, sum *summary, handler output.Handler) error {
	sum.resources(b.scope.Type, len(b.lines))
	sum.skipped(b.skipped)
	for i := range b.findings {
		f := &b.findings[i]
		if j.Amend != nil {
			j.Amend(f)
		}
		sum.finding(f)
		if j.Priorities != nil {
			j.Priorities.Finding(f)
		}
		if err := handler.Finding(f); err != nil {
			return err
		}
	}
	if j.Part != nil {
		return j.Part(Part{Scope: b.scope, Resources: b.meanings, Findings: b.findings, Skipped: b.skipped})
	}
	return nil
}

// fill notes of which resource the evaluator asks, and whether it is public.
func (m *Meaning) fill(reader *enrich.Reader) func(*fastjson.Value) (*estate.Context, error) {
	return func(v *fastjson.Value) (*estate.Context, error) {
		m.ID = string(v.GetStringBytes("id"))
		c, err := reader.Parsed(v)
		if c != nil && c.Public != nil {
			m.Public = c.Public.Read == estate.Yes || c.Public.Write == estate.Yes
		}
		return c, err
	}
}
