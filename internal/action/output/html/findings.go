package html

import (
	"strconv"
	"strings"

	"github.com/stance-sec/stance/internal/action/output/group"
	"github.com/stance-sec/stance/internal/estate"
)

// The lists of checks that the page shows, in order; the names are also those of the
// data and of the buttons.
const (
	listFailing = "fail"
	listUnknown = "unknown"
	listPassing = "pass"
	listFolded  = "folded"
)

// list is one list of checks.
type list struct {
	name, title string
	groups      []*group.Group
}

func (p *page) lists() []list {
	all := []list{
		{listFailing, "Failing", p.set.Failing()},
		{listUnknown, "Unknown", p.set.Unanswered()},
		{listPassing, "Passing", p.set.Passing()},
	}
	if folded := p.set.Folded(); len(folded) > 0 {
		all = append(all, list{listFolded, "Folded", folded})
	}
	return all
}

func (p *page) findings() {
	lists := p.lists()
	p.Text(`<section id="findings"><h2 class="section">Findings</h2><div class="toolbar" role="search">
<label class="search"><svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="11" cy="11" r="6.5"/><path d="m16 16 5 5"/></svg><input id="q" type="search" placeholder="Search checks, resources, accounts" aria-label="Search findings" autocomplete="off" spellcheck="false"><kbd>/</kbd></label>
<div class="tabs" role="group" aria-label="Verdict">`)
	for i, l := range lists {
		pressed := "false"
		if i == 0 {
			pressed = "true"
		}
		p.Text(`<button type="button" data-list="`, l.name, `" aria-pressed="`, pressed, `">`, l.title, ` <b>`, number(len(l.groups)), `</b></button>`)
	}
	p.Text(`</div><div class="chips" role="group" aria-label="Severity">`)
	for _, severity := range severities() {
		p.Text(`<button type="button" data-severity="`, string(severity), `" aria-pressed="false"><i class="b-`, string(severity), `"></i>`, title(string(severity)), `</button>`)
	}
	p.Text(`</div><button type="button" class="quiet" id="clear" hidden>Clear <span></span></button></div>
<p class="result" id="result" role="status" aria-live="polite"></p><noscript><p class="result">The resources of each check need the script of this page, which is switched off.</p></noscript>
`)
	index := 0
	for _, l := range lists {
		index = p.list(l, index)
	}
	p.Text(`<p class="empty" id="nomatch" hidden>Nothing matches. <button type="button" class="link" id="clear2">Clear the filters</button></p></section>`, "\n")
}

// list writes the checks of a list, the rows of which begin at index in the data, and
// returns the index behind them. Failing checks of low severity wait behind a line.
func (p *page) list(l list, index int) int {
	hidden := ""
	if l.name != listFailing {
		hidden = " hidden"
	}
	p.Text(`<div class="groups" data-of="`, l.name, `"`, hidden, `>`)
	if l.name == listFolded {
		p.Text(`<p class="lead">A wider failure of the same resource stands for these. They count in the totals.</p>`)
	}
	minor := 0
	for _, g := range l.groups {
		if l.name == listFailing && !p.all && g.Severity.Rank() >= estate.Low.Rank() {
			minor++
		}
		p.group(g, l.name, index)
		index++
	}
	if minor > 0 {
		p.Text(`<button type="button" class="minor" id="minor" hidden>Show `, number(minor), ` failing `, noun(minor, "check"), ` of low and info severity</button>`)
	}
	if len(l.groups) == 0 {
		p.Text(`<p class="empty">`, emptyText(l.name), `</p>`)
	}
	p.Text("</div>\n")
	return index
}

func noun(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

func emptyText(list string) string {
	switch list {
	case listFailing:
		return "No check fails."
	case listUnknown:
		return "Every check that ran has its answer, or a failure is shown for it."
	default:
		return "No check passes everywhere."
	}
}

// group writes one check. Its resources are in the data of the page under its index.
func (p *page) group(g *group.Group, list string, index int) {
	anchor := "check-"
	if list == listFolded {
		anchor = "folded-"
	} else {
		p.shown[g.Check.ID] = true
	}
	p.Text(`<details class="group" id="`, anchor, text(g.Check.ID), `" data-i="`, strconv.Itoa(index), `" data-severity="`, severityName(g.Severity), `" data-service="`, text(group.Service(g.Check.ID)), `">
<summary>`, severityPill(g), `<span class="what"><span class="title">`, text(g.Check.Title), `</span><span class="id">`, text(g.Check.ID), `</span></span>`, extent(g, list), `</summary>
<div class="body"><div class="advice">`)
	p.paragraph("Why it matters", g.Check.Why)
	p.paragraph("Fix", g.Check.Fix.Text)
	p.code("Command", g.Check.Fix.CLI)
	p.code("Terraform", g.Check.Fix.Terraform)
	p.paragraph("What this check cannot see", g.Check.Limits)
	p.references(g.Check)
	p.Text(`</div>`)
	if shown := len(rowsOf(g, list)); total(g, list) > shown && shown > 0 {
		p.Text(`<p class="cut">This page holds the first `, number(shown), ` of `, number(total(g, list)), `. All of them are in the JSON and CSV reports.</p>`)
	}
	p.Text(`<div class="rows"></div></div></details>`, "\n")
}

// extent says how many resources a check concerns.
func extent(g *group.Group, list string) string {
	c := g.Counts
	switch list {
	case listFailing:
		text := `<span class="n"><b>` + number(g.Resources) + `</b> ` + fail(g.Resources) + `</span>`
		if c.New > 0 {
			text = `<span class="new">` + number(c.New) + ` new</span>` + text
		}
		if c.Unknown > 0 {
			text = `<span class="unk">` + number(c.Unknown) + ` unknown</span>` + text
		}
		return text
	case listUnknown:
		return `<span class="n"><b>` + number(c.Unknown) + `</b> unknown</span>`
	case listFolded:
		return `<span class="n"><b>` + number(g.Folded) + `</b> folded</span>`
	default:
		return `<span class="n"><b>` + number(c.Pass) + `</b> pass</span>`
	}
}

func fail(n int) string {
	if n == 1 {
		return "resource fails"
	}
	return "resources fail"
}

func total(g *group.Group, list string) int {
	switch list {
	case listFailing:
		return g.Standing()
	case listFolded:
		return g.Folded
	default:
		return g.Counts.Unknown
	}
}

func (p *page) paragraph(name, content string) {
	if content != "" {
		p.Text(`<div class="p"><h3>`, name, `</h3><p>`, text(content), `</p></div>`)
	}
}

func (p *page) code(name, content string) {
	if content != "" {
		p.Text(`<div class="p"><h3>`, name, `</h3><div class="code"><pre tabindex="0">`, text(strings.TrimSpace(content)), `</pre><button type="button" class="copy">Copy</button></div></div>`)
	}
}

func (p *page) references(c estate.Check) {
	var links []string
	for _, address := range c.References {
		if strings.HasPrefix(address, "https://") {
			links = append(links, `<a href="`+text(address)+`" rel="noopener noreferrer" target="_blank">`+text(strings.TrimPrefix(address, "https://"))+`</a>`)
		}
	}
	if len(links) > 0 {
		p.Text(`<div class="p"><h3>Read more</h3><p>`, strings.Join(links, `<br>`), `</p></div>`)
	}
}
