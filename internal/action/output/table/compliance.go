package table

import (
	"strings"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/escape"
)

// barWidth is the width of the bar of a framework.
const barWidth = 24

// compliance shows for each framework how many of the requirements that checks can
// answer pass, and which do not.
func (p *page) compliance(rollups []output.Compliance) {
	if len(rollups) == 0 {
		return
	}
	p.section("COMPLIANCE")
	for i := range rollups {
		p.framework(&rollups[i])
	}
}

func (p *page) framework(c *output.Compliance) {
	pass, fail := c.Count(output.RequirementPass), c.Count(output.RequirementFail)
	none, manual := c.Count(output.RequirementNoData), c.Count(output.RequirementManual)
	p.out.Text("  ", p.ink.strong.Sprint(escape.Terminal(strings.TrimSpace(c.Title+" "+c.Version))), "\n")
	parts := []string{number(pass) + " of " + number(pass+fail+none) + " pass"}
	for _, part := range []struct {
		n    int
		what string
	}{{fail, "fail"}, {none, "no data"}, {manual, "for a person to look at"}} {
		if part.n > 0 {
			parts = append(parts, number(part.n)+" "+part.what)
		}
	}
	p.flow("  "+p.ink.bar(pass, pass+fail+none, barWidth)+"  ", parts...)
	p.requirements(c, output.RequirementFail)
	p.requirements(c, output.RequirementNoData)
}

// requirementsShown is how many requirements of a state are listed.
const requirementsShown = 40

func (p *page) requirements(c *output.Compliance, status output.RequirementStatus) {
	shown := 0
	for i := range c.Requirements {
		r := &c.Requirements[i]
		if r.Status != status {
			continue
		}
		if shown == requirementsShown {
			p.out.Text("    ", p.ink.faint.Sprint("and "+number(c.Count(status)-shown)+" more"), "\n")
			return
		}
		shown++
		p.requirement(r)
	}
}

func (p *page) requirement(r *output.RequirementResult) {
	mark, note := p.ink.bad.Sprint(pad(p.ink.cross, 2)), count(r.Counts.Fail, "failure")
	if r.Status == output.RequirementNoData {
		mark, note = p.ink.warn.Sprint(pad(p.ink.question, 2)), "no data"
		if r.Counts.Unknown > 0 {
			note = number(r.Counts.Unknown) + " unknown"
		}
	}
	id := pad(escape.Terminal(r.ID), 8)
	p.indented("    "+mark+" "+id+" ", 4+3+columns(id)+1, r.Title+" ("+note+")")
}
