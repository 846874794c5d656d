package html

import (
	"strings"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/group"
	"github.com/stance-sec/stance/internal/estate"
)

// compliance shows every framework with its requirements, what fails first.
func (p *page) compliance() {
	if len(p.summary.Compliance) == 0 {
		return
	}
	p.Text(`<section id="compliance"><h2 class="section">Compliance</h2>`, "\n")
	for i := range p.summary.Compliance {
		f := &p.summary.Compliance[i]
		p.Text(`<details class="framework"><summary><span class="title">`, text(strings.TrimSpace(f.Title+" "+f.Version)), `</span><span class="meter">`, frameworkBar(f), frameworkFacts(f), `</span></summary>
<div class="scroll"><table><thead><tr><th>Number</th><th>Requirement</th><th>Level</th><th>State</th><th class="num">Fail</th><th class="num">Unknown</th><th class="num">Pass</th></tr></thead><tbody>`)
		for _, status := range []output.RequirementStatus{output.RequirementFail, output.RequirementNoData, output.RequirementPass, output.RequirementManual} {
			p.requirements(f, status)
		}
		p.Text(`</tbody></table></div></details>`, "\n")
	}
	p.Text("</section>\n")
}

func (p *page) requirements(f *output.Compliance, status output.RequirementStatus) {
	for i := range f.Requirements {
		r := &f.Requirements[i]
		if r.Status != status {
			continue
		}
		p.Text(`<tr><td class="mono">`, text(r.ID), `</td><td>`, p.linked(r), `</td><td>`, text(r.Level), `</td><td>`, statePill(status), `</td>`)
		for _, n := range []int{r.Counts.Fail, r.Counts.Unknown, r.Counts.Pass} {
			p.Text(`<td class="num">`, dash(n), `</td>`)
		}
		p.Text(`</tr>`)
	}
}

// linked is the title of a requirement, as a link to the first of its checks that the
// page shows.
func (p *page) linked(r *output.RequirementResult) string {
	for _, check := range r.Checks {
		if p.shown[check] {
			return `<a href="#check-` + text(check) + `">` + text(r.Title) + `</a>`
		}
	}
	return text(r.Title)
}

func statePill(s output.RequirementStatus) string {
	switch s {
	case output.RequirementPass:
		return `<span class="state st-pass">pass</span>`
	case output.RequirementFail:
		return `<span class="state st-fail">fail</span>`
	case output.RequirementManual:
		return `<span class="state st-info">manual</span>`
	default:
		return `<span class="state st-unknown">no data</span>`
	}
}

func dash(n int) string {
	if n == 0 {
		return `<span class="none">–</span>`
	}
	return number(n)
}

// coverage shows what was not read, why, and what would change it.
func (p *page) coverage() {
	c := p.set.Scopes
	p.Text(`<section id="coverage"><h2 class="section">Coverage</h2><div class="card wide"><p>A scope is one resource type in one region of one account. `,
		number(c.OK), ` of `, count(c.Total(), "scope"), ` were read whole, `, number(c.Partial), ` in part, `, number(c.Failed), ` not at all; `, number(c.Skipped), ` were skipped on purpose.</p>`)
	if gaps := p.set.Gaps(); len(gaps) > 0 {
		p.Text(`<div class="scroll"><table class="gaps"><thead><tr><th>What is missing, and what to do</th><th>Where</th><th class="num">Unknown verdicts</th><th class="num">Scopes not listed</th></tr></thead><tbody>`)
		for i := range gaps[:min(len(gaps), 100)] {
			p.gap(&gaps[i])
		}
		p.Text(`</tbody></table></div>`)
	}
	p.scopeTable()
	p.Text("</div></section>\n")
}

func (p *page) gap(g *group.Gap) {
	why := output.Explain(g.Reason)
	name := `<b>` + text(capital(why.What)) + `</b>`
	if g.Permission != "" {
		name = `<b>Grant</b> <code>` + text(g.Permission) + `</code>`
	}
	if g.Permission == "" || g.Reason != estate.Denied {
		if g.Permission != "" {
			name += ` <span class="none">` + text(why.What) + `</span>`
		}
		name += `<span class="d">` + text(capital(why.Next)) + `.</span>`
	}
	if g.Detail != "" {
		name += `<span class="d mono">` + text(g.Detail) + `</span>`
	}
	p.Text(`<tr><td>`, name, `</td><td>`, text(p.set.Where(g)), `<span class="d">`, few(g.Types), `</span></td><td class="num">`, dash(g.Verdicts), `</td><td class="num">`, dash(g.Failed), `</td></tr>`)
}

func capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// few names the first of the list and counts the others.
func few(list []string) string {
	const named = 3
	shown := text(strings.Join(list[:min(len(list), named)], ", "))
	if len(list) > named {
		shown += ` <span class="none">and ` + number(len(list)-named) + ` more</span>`
	}
	return shown
}

func (p *page) scopeTable() {
	if len(p.scopes) == 0 {
		return
	}
	p.Text(`<details class="scopes"><summary>`, count(p.set.Scopes.Failed+p.set.Scopes.Partial, "scope"), ` not read whole</summary><div class="scroll"><table><thead><tr><th>Account</th><th>Region</th><th>Type</th><th>State</th><th>Why</th><th>Detail</th></tr></thead><tbody>`)
	for i := range p.scopes {
		c := &p.scopes[i]
		state := `<span class="state st-unknown">in part</span>`
		if c.Status == estate.CoverageFailed {
			state = `<span class="state st-fail">not read</span>`
		}
		p.Text(`<tr><td>`, text(p.set.Names.Label(c.Cloud, c.Account)), `</td><td class="mono">`, text(c.Region), `</td><td class="mono">`, text(c.Type), `</td><td>`, state, `</td><td>`, text(capital(output.Explain(c.Reason).What)), `</td><td>`, text(c.Detail), `</td></tr>`)
	}
	p.Text(`</tbody></table></div>`)
	if more := p.set.Scopes.Failed + p.set.Scopes.Partial - len(p.scopes); more > 0 {
		p.Text(`<p class="cut">and `, number(more), ` more in the JSON report.</p>`)
	}
	p.Text(`</details>`)
}
