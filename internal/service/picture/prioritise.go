package picture

import (
	"context"
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
	facts     *facts
}

// Observe takes in one resource as its JSON line. The line may be reused after.
func (p *Priorities) Observe(scope estate.Scope, line []byte) error {
	return p.gather().Observe(scope, line)
}

// Lost takes in a line of the ledger.
func (p *Priorities) Lost(c estate.Coverage) {
	p.gather().Lost(c)
}

func (p *Priorities) gather() *Gatherer {
	if p.gatherer == nil {
		p.gatherer = NewGatherer()
	}
	return p.gatherer
}

// Ready draws the picture, which findings then stand in.
func (p *Priorities) Ready(ctx context.Context, inventory Inventory, overlay *enrich.Overlay) error {
	picture, err := p.gather().Draw(ctx, inventory, Options{Table: p.Table, Rules: p.Rules, Overlay: overlay, Now: p.Now})
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
	p.facts = &facts{Picture: picture}
	p.collector = issue.NewCollector(p.Table, picture.Model.View(), of, p.facts, issue.Options{Name: picture.name, Describe: describe})
	return nil
}

// Finding takes a finding, those of one resource one after another.
func (p *Priorities) Finding(f *estate.Finding) {
	p.facts.context = f.Context
	p.collector.Add(f)
}

// Result returns the list.
func (p *Priorities) Result() estate.Priorities {
	return p.collector.Result()
}

// LeftOut returns how many identities that an attacker may become were not followed,
// because there were too many. Call it after Ready.
func (p *Priorities) LeftOut() int {
	if p.picture == nil {
		return 0
	}
	return p.picture.left
}

// name is what people call a resource; empty for one that no step leads through.
func (p *Picture) name(id string) string {
	ref, ok := p.refs[id]
	if !ok {
		return ""
	}
	return nameOf(ref)
}

// describe says what to do for a change that no check names.
func describe(key estate.FixKey) (title string, fix estate.Fix) {
	c, ok := changes()[key.Action()]
	if !ok {
		return "", estate.Fix{}
	}
	return c.title, estate.Fix{Text: c.text, Action: c.action, ControlPoint: c.points}
}
