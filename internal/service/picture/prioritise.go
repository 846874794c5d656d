package picture

import (
	"context"
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/analysis/enrich"
	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
	"github.com/stance-sec/stance/internal/analysis/issue"
	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/estate"
)

// Priorities turns the findings of a scan into issues, fixes and campaigns. It is used
// once: Observe and Lost for the whole inventory, Ready, Finding for every finding, then
// Result. It is not safe for concurrent use.
type Priorities struct {
	Table *risk.Table
	Rules []escalate.Rule
	// Checks are those that run.
	Checks []estate.Check
	Now    time.Time

	gatherer  *Gatherer
	picture   *Picture
	collector *issue.Collector
}

// Observe takes in one resource as its JSON line. The line may be reused after.
func (p *Priorities) Observe(scope estate.Scope, line []byte) error {
	if p.gatherer == nil {
		p.gatherer = NewGatherer()
	}
	return p.gatherer.Observe(scope, line)
}

// Lost takes in a line of the ledger.
func (p *Priorities) Lost(c estate.Coverage) {
	if p.gatherer == nil {
		p.gatherer = NewGatherer()
	}
	p.gatherer.Lost(c)
}

// Ready draws the picture, which findings then stand in.
func (p *Priorities) Ready(ctx context.Context, inventory Inventory, overlay *enrich.Overlay) error {
	if p.gatherer == nil {
		p.gatherer = NewGatherer()
	}
	picture, err := p.gatherer.Draw(ctx, inventory, Options{Table: p.Table, Rules: p.Rules, Overlay: overlay, Now: p.Now})
	if err != nil {
		return err
	}
	p.picture, p.gatherer = picture, nil
	checks := map[string]estate.Check{}
	for _, c := range p.Checks {
		checks[c.ID] = c
	}
	of := func(id string) (estate.Check, bool) {
		c, ok := checks[id]
		return c, ok
	}
	p.collector = issue.NewCollector(p.Table, picture.Model.View(), of, facts{picture}, issue.Options{})
	return nil
}

// Finding takes a finding, those of one resource one after another.
func (p *Priorities) Finding(f *estate.Finding) { p.collector.Add(f) }

// Result returns the list.
func (p *Priorities) Result() estate.Priorities {
	list := p.collector.Result()
	for i := range list.Issues {
		issue := &list.Issues[i]
		clean(issue.Path)
		for _, other := range issue.Alternatives {
			clean(other)
		}
		for j, id := range issue.Resources {
			issue.Resources[j] = idOf(id)
		}
	}
	known := changes()
	for i := range list.Fixes {
		f := &list.Fixes[i]
		if c, ok := known[f.Action]; ok && f.Text == "" {
			f.Title, f.Text = c.title, c.text
		}
	}
	return list
}

// clean takes the marks off the nodes of a path.
func clean(path []estate.PathStep) {
	for i := range path {
		path[i].From, path[i].To = idOf(path[i].From), idOf(path[i].To)
	}
}

// facts answers what is known of a resource for grouping.
type facts struct{ *Picture }

// Facts implements issue.Source.
func (f facts) Facts(ref estate.Ref) issue.Facts {
	known := f.index.Facts(ref)
	if known == (issue.Facts{}) {
		known = issue.FactsOf(&estate.Resource{ID: ref.ID}, nil)
	}
	b := f.business[ref.ID]
	if known.Owner == "" {
		known.Owner = b.Owner
	}
	if known.Environment == "" {
		known.Environment = b.Environment
	}
	return known
}

// Entry reports whether a node of a path is where attackers begin.
func Entry(node string) bool { return node == "" || strings.HasPrefix(node, "entry:") }
