package html

import (
	"fmt"
	"strings"

	"github.com/stance-sec/stance/internal/action/output/route"
	"github.com/stance-sec/stance/internal/estate"
)

const (
	fixesShown     = 200
	fixesFirst     = 10 // shown before the others
	campaignsShown = 500
	campaignsFirst = 10
	issuesLinked   = 8
)

func fixAnchor(rank int) string { return "fix-" + number(rank) }

// fixes lists the fixes in their order as a chart: how much of the risk is gone after
// each.
func (p *page) fixes(list *estate.Priorities) {
	if len(list.Fixes) == 0 {
		return
	}
	p.Text(`<section id="fixes"><h2 class="section">Fixes</h2><p class="lead">What to make true, in the order that removes most risk soonest. The bar is the risk that is gone by then, its dark end what the fix itself removes.</p>`, "\n")
	at := map[string]int{}
	for n := range list.Issues[:min(len(list.Issues), issuesShown)] {
		at[list.Issues[n].Key] = n + 1
	}
	shown := list.Fixes[:min(len(list.Fixes), fixesShown)]
	for n := range shown {
		if n == fixesFirst {
			p.Text(`<details class="rest"><summary>`, number(len(shown)-n), ` more, that remove less</summary>`, "\n")
		}
		p.fix(&shown[n], n+1, list.Risk, at)
	}
	if len(shown) > fixesFirst {
		p.Text(`</details>`)
	}
	if cut := len(list.Fixes) - len(shown); cut > 0 {
		p.Text(`<p class="cut">and `, number(cut), ` more in the JSON report.</p>`)
	}
	p.Text(`</section>`, "\n")
}

func (p *page) fix(f *estate.FixPlan, rank int, risk float64, at map[string]int) {
	p.Text(`<details class="fix" id="`, fixAnchor(rank), `"><summary><span class="rank">`, number(rank), `</span><span class="what"><span class="title">`, text(f.Title), `</span><span class="about">`, strings.Join(fixFacts(f), sep), `</span></span>`,
		progress(f, risk), `<span class="n"><b>`, points(f.RiskRemoved), `</b> off, `, percent(f.Cumulative), ` gone</span></summary>`, "\n", `<div class="body"><div class="advice">`)
	p.paragraph("What to do", f.Text)
	p.code("Command", f.CLI)
	p.code("Terraform", f.Terraform)
	if links := issueLinks(f, at); links != "" {
		p.Text(`<div class="p"><h3>Cuts</h3><p>`, links, `</p></div>`)
	}
	p.Text(`<div class="p"><h3>Where</h3><p class="mono">`, text(f.ControlPoint.ID), `</p></div></div></div></details>`, "\n")
}

func fixFacts(f *estate.FixPlan) []string {
	var facts []string
	if place := route.Place(f); place != "" {
		facts = append(facts, text(place))
	}
	if f.PathsCut > 0 {
		facts = append(facts, "cuts "+count(f.PathsCut, "way"))
	}
	if f.Findings > 0 {
		facts = append(facts, "clears "+count(f.Findings, "finding"))
	}
	if f.Effort != "" {
		facts = append(facts, text(route.Effort(f.Effort)))
	}
	return facts
}

// progress draws how much risk is gone after a fix, its own part at the end.
func progress(f *estate.FixPlan, risk float64) string {
	gone, own := percentage(100*f.Cumulative), 0.0
	if risk > 0 {
		own = min(percentage(100*f.RiskRemoved/risk), gone)
	}
	return fmt.Sprintf(`<svg class="progress" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="%d percent of the risk is gone"><rect class="track" x="0" y="0" width="100" height="10"/><rect class="gone" x="0" y="0" width="%.1f" height="10"/><rect class="own" x="%.1f" y="0" width="%.1f" height="10"/></svg>`,
		route.Percent(f.Cumulative), gone, gone-own, own)
}

func issueLinks(f *estate.FixPlan, at map[string]int) string {
	var links []string
	for _, key := range f.Issues {
		if place := at[key]; place > 0 && len(links) < issuesLinked {
			links = append(links, `<a href="#`+issueAnchor(place)+`">issue `+number(place)+`</a>`)
		}
	}
	return strings.Join(links, ", ") + more(len(f.Issues)-len(links))
}

// campaigns lists what lies on no way, one line for each kind of change and owner.
func (p *page) campaigns(list []estate.Campaign) {
	if len(list) == 0 {
		return
	}
	p.Text(`<section id="campaigns"><h2 class="section">Campaigns</h2><p class="lead">What lies on no way of an attacker: to be put in order kind by kind, with time.</p><div class="card wide">`)
	shown := list[:min(len(list), campaignsShown)]
	p.campaignTable(shown[:min(len(shown), campaignsFirst)])
	if rest := shown[min(len(shown), campaignsFirst):]; len(rest) > 0 {
		p.Text(`<details class="scopes"><summary>`, number(len(rest)), ` more</summary>`)
		p.campaignTable(rest)
		p.Text(`</details>`)
	}
	if cut := len(list) - len(shown); cut > 0 {
		p.Text(`<p class="cut">and `, number(cut), ` more in the JSON report.</p>`)
	}
	p.Text(`</div></section>`, "\n")
}

func (p *page) campaignTable(list []estate.Campaign) {
	p.Text(`<div class="scroll"><table class="campaigns"><thead><tr><th>What is to be changed</th><th>Check says</th><th>Owner</th><th class="num">Findings</th><th class="num">Changes</th></tr></thead><tbody>`)
	for n := range list {
		c := &list[n]
		owner := text(c.Owner)
		if owner == "" {
			owner = `<span class="none">–</span>`
		}
		p.Text(`<tr><td><a href="#check-`, text(c.Check), `">`, text(c.Title), `</a><span class="d">`, text(c.Text), `</span></td><td>`, severityWord(c.Severity), `</td><td>`, owner,
			`</td><td class="num">`, number(c.Findings), `</td><td class="num">`, number(c.Changes), `</td></tr>`)
	}
	p.Text(`</tbody></table></div>`)
}

func severityWord(s estate.Severity) string {
	name := severityName(s)
	return `<span class="sev"><i class="b-` + name + `"></i>` + name + `</span>`
}

// aside counts the findings that are set aside, by reason.
func (p *page) aside(list []estate.Suppressed) {
	if len(list) == 0 {
		return
	}
	p.Text(`<section id="aside"><h2 class="section">Set aside</h2><div class="card wide"><ul class="aside">`)
	for _, s := range list {
		p.Text(`<li><b>`, number(s.Count), `</b> `, text(capital(route.Reason(s.Reason))), `</li>`)
	}
	p.Text(`</ul></div></section>`, "\n")
}
