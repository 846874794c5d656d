package html

import (
	"fmt"
	"strings"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/group"
	"github.com/stance-sec/stance/internal/estate"
)

// banner says first what could not be read; nothing when everything was.
func (p *page) banner() {
	c, unknown := p.set.Scopes, p.summary.Counts.Unknown
	if c.Failed == 0 && c.Partial == 0 && unknown == 0 {
		return
	}
	var parts []string
	if c.Failed > 0 {
		parts = append(parts, fmt.Sprintf("<b>%s of %s</b> could not be listed", number(c.Failed), count(c.Total(), "scope")))
	}
	if c.Partial > 0 {
		parts = append(parts, fmt.Sprintf("<b>%s</b> were read in part", number(c.Partial)))
	}
	if unknown > 0 {
		parts = append(parts, fmt.Sprintf("<b>%s</b> %s no answer", count(unknown, "verdict"), has(unknown)))
	}
	p.Text(`<aside class="banner" role="note"><div><h2>Not everything was read</h2><p>`, strings.Join(parts, ", "), `.</p></div>`)
	if grants := p.grants(4); grants != "" {
		p.Text(`<div class="grants"><span>To answer them, grant</span>`, grants, `</div>`)
	}
	p.Text(`<a class="more" href="#coverage">Coverage</a></aside>`, "\n")
}

func has(n int) string {
	if n == 1 {
		return "has"
	}
	return "have"
}

// grants lists the first missing permissions.
func (p *page) grants(limit int) string {
	var b strings.Builder
	shown := 0
	for _, gap := range p.set.Gaps() {
		if gap.Permission == "" || shown == limit {
			continue
		}
		b.WriteString(`<code>` + text(gap.Permission) + `</code>`)
		shown++
	}
	return b.String()
}

func (p *page) overview() {
	p.Text(`<div class="grid">`, "\n", `<section class="card severity"><h2>Failures by severity</h2><div class="ring">`, donut(p.summary.Failing), `<ul class="legend">`)
	for _, severity := range severities() {
		p.Text(`<li><button type="button" data-severity="`, string(severity), `"><i class="b-`, string(severity), `"></i>`, title(string(severity)), `<b>`, number(p.summary.Failing.Of(severity)), `</b></button></li>`)
	}
	p.Text(`</ul></div>`)
	if n := p.folded(); n > 0 {
		p.Text(`<p class="none">`, number(n), ` of them `, stand(n), ` under a wider failure of the same resource.</p>`)
	}
	p.Text(`</section>`, "\n")
	p.bars("Failures by service", "service", p.set.Services(), group.ServiceName)
	p.bars("Failures by account", "account", p.set.Accounts(), p.set.Names.LabelOf)
	p.verdicts()
	p.Text("</div>\n")
}

// folded is how many failures stand under a wider one.
func (p *page) folded() int {
	n := 0
	for _, g := range p.set.Folded() {
		n += g.Folded
	}
	return n
}

func stand(n int) string {
	if n == 1 {
		return "stands"
	}
	return "stand"
}

func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// verdicts shows how much was judged and how much was read.
func (p *page) verdicts() {
	c, s := p.summary.Counts, p.set.Scopes
	p.Text(`<section class="card"><h2>Verdicts and coverage</h2><dl class="meters">`)
	p.meter("Verdicts", []part{{c.Pass, "f-pass", "pass"}, {c.Fail, "f-fail", "fail"}, {c.Unknown, "f-unknown", "unknown"}, {c.Suppressed, "f-info", "set aside"}})
	p.meter("Scopes", []part{{s.OK, "f-pass", "read"}, {s.Partial, "f-unknown", "in part"}, {s.Failed, "f-fail", "not read"}, {s.Skipped, "f-info", "skipped"}})
	p.Text(`</dl>`)
	for i := range p.summary.Compliance {
		if i == 3 {
			break
		}
		f := &p.summary.Compliance[i]
		p.Text(`<dl class="meters"><div><dt><a href="#compliance">`, text(strings.TrimSpace(f.Title+" "+f.Version)), `</a></dt><dd>`, frameworkBar(f), frameworkFacts(f), `</dd></div></dl>`)
	}
	p.Text(`</section>`, "\n")
}

func (p *page) meter(name string, parts []part) {
	whole := 0
	var facts []string
	for _, part := range parts {
		whole += part.n
		if part.n > 0 {
			facts = append(facts, `<span><i class="`+strings.Replace(part.class, "f-", "b-", 1)+`"></i>`+number(part.n)+" "+part.name+`</span>`)
		}
	}
	p.Text(`<div><dt>`, name, `</dt><dd>`, bar(parts, whole), `<p class="key">`, strings.Join(facts, ""), `</p></dd></div>`)
}

func frameworkBar(f *output.Compliance) string {
	pass, fail, none := f.Count(output.RequirementPass), f.Count(output.RequirementFail), f.Count(output.RequirementNoData)
	return bar([]part{{pass, "f-pass", "pass"}, {fail, "f-fail", "fail"}, {none, "f-unknown", "no data"}}, pass+fail+none)
}

func frameworkFacts(f *output.Compliance) string {
	pass, fail, none := f.Count(output.RequirementPass), f.Count(output.RequirementFail), f.Count(output.RequirementNoData)
	facts := `<p class="key"><span><i class="b-pass"></i>` + number(pass) + ` pass</span><span><i class="b-fail"></i>` + number(fail) + ` fail</span>`
	if none > 0 {
		facts += `<span><i class="b-unknown"></i>` + number(none) + ` no data</span>`
	}
	if manual := f.Count(output.RequirementManual); manual > 0 {
		facts += `<span><i class="b-info"></i>` + number(manual) + ` manual</span>`
	}
	return facts + `</p>`
}

// severityPill is the severity as a coloured label. A severity that is none of ours
// shows as info.
func severityPill(g *group.Group) string {
	s := severityName(g.Severity)
	return `<span class="pill p-` + s + `">` + s + `</span>`
}

func severityName(s estate.Severity) string {
	if s.Rank() > estate.Info.Rank() {
		s = estate.Info
	}
	return string(s)
}
