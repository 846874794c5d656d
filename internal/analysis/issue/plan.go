package issue

import (
	"cmp"
	"maps"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
)

// plan is a change on a way while findings come in.
type plan struct {
	fix    estate.FixPlan
	drafts []*draft
	last   string // the resource counted last
}

// add counts a finding that the change clears.
func (p *plan) add(c *Collector, f *estate.Finding, check estate.Check) {
	p.fix.Findings++
	if f.Resource.ID != p.last {
		p.last = f.Resource.ID
		p.fix.Resources++
	}
	p.fix.FindingKeys = c.keep(p.fix.FindingKeys, f.Key)
	if !slices.Contains(p.fix.Checks, check.ID) {
		p.fix.Checks = c.keep(p.fix.Checks, check.ID)
		slices.Sort(p.fix.Checks)
	}
	if p.fix.Title == "" {
		p.fix.Title, p.fix.Text, p.fix.CLI, p.fix.Terraform = check.Title, check.Fix.Text, check.Fix.CLI, check.Fix.Terraform
	}
	p.fix.Effort = EffortOf(check, p.fix.ControlPoint.Level)
}

// rankFixes returns the changes on ways: those that remove most first, then the others
// that cut the way of some issue.
func (c *Collector) rankFixes() []estate.FixPlan {
	ranked := []estate.FixPlan{}
	for _, point := range c.view.Chokepoints(c.options.MaxFixes) {
		p := c.plans[point.Fix]
		if p == nil {
			p = &plan{fix: estate.FixPlan{Key: point.Fix, Action: point.Fix.Action(), ControlPoint: point.Fix.Point()}}
		}
		delete(c.plans, point.Fix)
		p.fix.RiskRemoved, p.fix.RiskAlone, p.fix.Cumulative, p.fix.PathsCut = point.Removed, point.Alone, point.Cumulative, point.Paths
		ranked = append(ranked, p.words(c))
	}
	rest := slices.Sorted(maps.Keys(c.plans))
	rest = rest[:min(len(rest), max(0, c.options.MaxFixes*2-len(ranked)))]
	what := c.view.WhatIf()
	for _, key := range rest {
		p := c.plans[key]
		p.fix.RiskAlone = what.Removes(key)
		if len(ranked) > 0 {
			p.fix.Cumulative = ranked[len(ranked)-1].Cumulative
		}
		ranked = append(ranked, p.words(c))
	}
	slices.SortStableFunc(ranked, func(a, b estate.FixPlan) int {
		return cmp.Or(cmp.Compare(a.Cumulative, b.Cumulative), cmp.Compare(b.RiskRemoved, a.RiskRemoved), cmp.Compare(b.RiskAlone, a.RiskAlone))
	})
	return ranked
}

// words fills in what no finding told.
func (p *plan) words(c *Collector) estate.FixPlan {
	if c.options.Describe != nil && p.fix.Title == "" {
		title, fix := c.options.Describe(p.fix.Key)
		p.fix.Title, p.fix.Text, p.fix.CLI, p.fix.Terraform = title, fix.Text, fix.CLI, fix.Terraform
	}
	p.fix.Title = cmp.Or(p.fix.Title, p.fix.Action+" on "+Name(p.fix.ControlPoint.ID))
	if p.fix.Effort == "" {
		p.fix.Effort = EffortOf(estate.Check{}, p.fix.ControlPoint.Level)
	}
	return p.fix
}
