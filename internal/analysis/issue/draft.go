package issue

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
)

// draft is an issue while it is made.
type draft struct {
	issue  estate.Issue
	target int    // the worst one
	route  string // the nodes and kinds of the way, to tell parts of ways
	shape  string // entry, kinds and class
	fixes  map[estate.FixKey]struct{}
	// places are the ids of resources on its ways.
	places map[string]struct{}
	into   *draft // the issue it became part of
}

// whole returns the issue that d became part of in the end.
func (d *draft) whole() *draft {
	for d.into != nil {
		d = d.into
	}
	return d
}

// maxWays bounds the ways that are compared; the worst come first.
const maxWays = 200_000

// draftIssues makes the issues of a view: ways that differ only in their last step are
// one issue, and so are ways of which one is a part of the other.
func (c *Collector) draftIssues() {
	at := map[string]*draft{}
	reached := c.view.Reached()
	for _, t := range reached[:min(maxWays, len(reached))] {
		if c.table.Band(c.view.Value(t)) == estate.Info {
			break
		}
		steps, _ := c.view.Way(t)
		if len(steps) == 0 {
			continue // a foothold that is assumed is nothing to fix
		}
		key := c.groupKey(t, steps)
		d := at[key]
		if d == nil {
			if d = c.draft(t, key); d == nil {
				continue
			}
			at[key] = d
			c.issues = append(c.issues, d)
		}
		c.join(d, steps)
	}
	c.absorbParts()
	c.mergeAlike()
	c.finish()
	for id, drafts := range c.onPath {
		c.onPath[id] = wholes(drafts)
	}
	slices.SortStableFunc(c.issues, func(a, b *draft) int {
		return cmp.Or(cmp.Compare(b.issue.Score.Value, a.issue.Score.Value), cmp.Compare(a.issue.Key, b.issue.Key))
	})
}

// groupKey tells ways apart. What is reached in one step is told apart by the change
// that would stop it, what is reached in more by all steps but the last.
func (c *Collector) groupKey(target int, steps []uint32) string {
	var b strings.Builder
	write := func(parts ...string) {
		for _, p := range parts {
			b.WriteString(p)
			b.WriteByte(0)
		}
	}
	m := c.view.Model()
	write(m.Target(target).Class)
	last := m.Step(steps[len(steps)-1])
	for _, s := range steps[:len(steps)-1] {
		step := m.Step(s)
		write(step.From, step.Kind, step.To)
	}
	write(last.From, last.Kind)
	if len(steps) == 1 && len(last.Fixes) > 0 {
		write(string(last.Fixes[0]))
	} else if len(steps) == 1 {
		write(last.To)
	}
	return b.String()
}

// draft begins an issue with its worst target.
func (c *Collector) draft(target int, key string) *draft {
	r, ok := c.view.Route(target)
	if !ok {
		return nil
	}
	t := c.view.Model().Target(target)
	sum := sha256.Sum256([]byte(r.Entry + "\x00" + key))
	d := &draft{target: target, fixes: map[estate.FixKey]struct{}{}, places: map[string]struct{}{}, issue: estate.Issue{
		Key: hex.EncodeToString(sum[:keyBytes]), Class: t.Class, Score: r.Score, Path: c.named(r),
		FirstQuestion: r.Question, Environment: t.Impact.Environment, Findings: []string{},
	}}
	if f := c.source.Facts(estate.Ref{ID: d.issue.Path[len(d.issue.Path)-1].To}); f != (Facts{}) {
		d.issue.Owner = f.Owner
		d.issue.Environment = cmp.Or(f.Environment, d.issue.Environment)
	}
	d.route, d.shape = r.Entry+"\x00", r.Entry+"\x00"+t.Class+"\x00"
	for _, s := range r.Steps {
		d.route += s.Kind + "\x00" + s.From + "\x00" + s.To + "\x00"
		d.shape += s.Kind + "\x00"
	}
	return d
}

const keyBytes = 12

// join adds a target, its way and the changes that cut it.
func (c *Collector) join(d *draft, steps []uint32) {
	d.issue.Targets++
	for _, n := range steps {
		s := c.view.Model().Step(n)
		for _, f := range s.Fixes {
			d.fixes[f] = struct{}{}
		}
		c.place(d, s.From)
		c.place(d, s.To)
		for _, e := range s.Evidence {
			c.place(d, e.Resource)
		}
	}
}

// place notes that a resource lies on an issue's way.
func (c *Collector) place(d *draft, id string) {
	if _, known := d.places[id]; known || id == "" {
		return
	}
	d.places[id] = struct{}{}
	c.onPath[id] = append(c.onPath[id], d)
	d.issue.Resources = c.keep(d.issue.Resources, id)
}

// finish puts the issues in words and notes which changes concern them.
func (c *Collector) finish() {
	if len(c.issues) == 0 {
		return
	}
	what, every := c.view.WhatIf(), c.view.Dominators()
	for _, d := range c.issues {
		d.issue.Title = c.title(d)
		d.issue.EveryWay = every.Of(d.target)
		for _, other := range what.Alternatives(d.target, c.options.MaxAlternatives) {
			d.issue.Alternatives = append(d.issue.Alternatives, c.named(other))
		}
		d.issue.Fixes = slices.AppendSeq([]estate.FixKey{}, maps.Keys(d.fixes))
		slices.Sort(d.issue.Fixes)
		for _, key := range d.issue.Fixes {
			c.planFor(key, d)
		}
	}
}

// planFor notes that a change cuts a way of an issue.
func (c *Collector) planFor(key estate.FixKey, d *draft) {
	p := c.plans[key]
	if p == nil {
		p = &plan{fix: estate.FixPlan{Key: key, Action: key.Action(), ControlPoint: key.Point()}}
		c.plans[key] = p
	}
	p.drafts = append(p.drafts, d)
	p.fix.Issues = c.keep(p.fix.Issues, d.issue.Key)
}
