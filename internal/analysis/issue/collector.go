package issue

import (
	"cmp"
	"maps"
	"slices"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/estate"
)

// Options bound and steer the list. The zero value takes the defaults.
type Options struct {
	// MaxIssues is how many issues there are before alike ones are told together; 25.
	MaxIssues int
	// MaxFixes is how many fixes are ranked; 50.
	MaxFixes int
	// MaxListed is how many keys and ids any list holds; 50.
	MaxListed int
	// MaxAlternatives is how many other ways an issue shows; 2.
	MaxAlternatives int
	// NonProduction are the environments in which findings off every way are set aside
	// unless they are high or worse; development, sandbox and their other names.
	NonProduction []string
	// Name returns what people call a resource; nil, or an empty name, takes the last part
	// of the id.
	Name func(id string) string
	// Describe returns a title and what to do for a change that steps name and no check
	// does; nil, or an empty title, leaves the key's own words.
	Describe func(estate.FixKey) (title string, fix estate.Fix)
}

const (
	defaultIssues       = 25
	defaultFixes        = 50
	defaultListed       = 50
	defaultAlternatives = 2
)

func (o Options) withDefaults() Options {
	o.MaxIssues = cmp.Or(o.MaxIssues, defaultIssues)
	o.MaxFixes = cmp.Or(o.MaxFixes, defaultFixes)
	o.MaxListed = cmp.Or(o.MaxListed, defaultListed)
	o.MaxAlternatives = cmp.Or(o.MaxAlternatives, defaultAlternatives)
	if o.NonProduction == nil {
		o.NonProduction = []string{"development", "dev", "test", "testing", "sandbox", "lab", "playground"}
	}
	return o
}

// Collector takes findings one by one. It belongs to one goroutine.
type Collector struct {
	table   *risk.Table
	view    *attack.View
	checks  func(id string) (estate.Check, bool)
	source  Source
	options Options

	issues     []*draft
	plans      map[estate.FixKey]*plan // of changes on ways
	onPath     map[string][]*draft     // of resources on ways
	campaigns  map[campaignKey]*campaign
	suppressed map[estate.SuppressedReason]*estate.Suppressed

	current string
	seen    map[string]bool
	result  estate.Priorities
}

// NewCollector returns a collector for the ways that a view found. Checks returns what
// is known of a check; findings of checks it does not know are grouped by check and
// resource.
func NewCollector(table *risk.Table, view *attack.View, checks func(id string) (estate.Check, bool), source Source, options Options) *Collector {
	c := &Collector{
		table: table, view: view, checks: checks, source: source, options: options.withDefaults(),
		plans: map[estate.FixKey]*plan{}, onPath: map[string][]*draft{}, campaigns: map[campaignKey]*campaign{},
		suppressed: map[estate.SuppressedReason]*estate.Suppressed{}, seen: map[string]bool{},
	}
	c.draftIssues()
	return c
}

// Add takes a finding. Only failing ones count. The findings of one resource must come
// one after another.
func (c *Collector) Add(f *estate.Finding) {
	if f.Status != estate.Fail {
		return
	}
	c.result.Findings++
	check, ok := c.checks(f.Check)
	if !ok {
		check = estate.Check{ID: f.Check, Title: f.Title, Severity: f.Severity}
	}
	facts := c.source.Facts(f.Resource)
	point := PointOf(check, f.Resource, facts)
	key := estate.NewFixKey(Action(check), point)
	drafts := c.concerns(key, f, check)
	if reason := c.aside(f, facts, check, len(drafts) > 0); reason != "" {
		c.result.SetAside++
		c.count(reason, f)
		return
	}
	if len(drafts) == 0 {
		c.result.InCampaigns++
		c.campaign(check, point, facts, f)
		return
	}
	c.result.OnPaths++
	for _, d := range drafts {
		d.issue.FindingCount++
		d.issue.Findings = c.keep(d.issue.Findings, f.Key)
	}
	if p := c.plans[key]; p != nil {
		p.add(c, f, check)
	}
}

// maxAfter bounds the changes for which an issue says what would be left.
const maxAfter = 10

// active are the categories of checks whose failing lets an attacker do something. The
// others, such as logging, only make it harder to notice or to undo.
var active = []string{"identity", "network", "public-access", "secrets", "patching", "data-protection"}

// concerns returns the issues a finding is part of: those whose way its fix cuts, or
// else those on whose way its resource lies when the check is about what attackers use.
func (c *Collector) concerns(key estate.FixKey, f *estate.Finding, check estate.Check) []*draft {
	if p := c.plans[key]; p != nil {
		return p.drafts
	}
	for _, category := range check.Categories {
		if slices.Contains(active, category) {
			return c.onPath[f.Resource.ID]
		}
	}
	return nil
}

// wholes returns each issue once that the drafts became part of.
func wholes(drafts []*draft) []*draft {
	var all []*draft
	for _, d := range drafts {
		if w := d.whole(); !slices.Contains(all, w) {
			all = append(all, w)
		}
	}
	return all
}

// Result returns the list. The collector must not be used after.
func (c *Collector) Result() estate.Priorities {
	r := c.result
	r.Table, r.Risk = c.table.Version(), c.view.Risk()
	r.Fixes = c.rankFixes()
	rank := map[estate.FixKey]int{}
	for i, f := range r.Fixes {
		rank[f.Key] = i - len(r.Fixes) // those that are not ranked come last
	}
	r.Issues = []estate.Issue{}
	what := c.view.WhatIf()
	for _, d := range c.issues {
		slices.SortStableFunc(d.issue.Fixes, func(a, b estate.FixKey) int { return cmp.Compare(rank[a], rank[b]) })
		d.issue.Fixes = d.issue.Fixes[:min(len(d.issue.Fixes), c.options.MaxListed)]
		d.issue.AfterFix = []estate.AfterFix{}
		for _, fix := range d.issue.Fixes[:min(len(d.issue.Fixes), maxAfter)] {
			value := what.Value(d.target, fix)
			d.issue.AfterFix = append(d.issue.AfterFix, estate.AfterFix{Fix: fix, Value: value, Band: c.table.Band(value)})
		}
		r.Issues = append(r.Issues, d.issue)
	}
	r.Campaigns = c.sortedCampaigns()
	r.Suppressed = []estate.Suppressed{}
	for _, reason := range slices.Sorted(maps.Keys(c.suppressed)) {
		r.Suppressed = append(r.Suppressed, *c.suppressed[reason])
	}
	return r
}
