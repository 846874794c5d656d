package html

import (
	"fmt"
	"strings"

	"github.com/stance-sec/stance/internal/action/output/route"
	"github.com/stance-sec/stance/internal/estate"
)

const (
	issuesShown  = 100
	issueOpen    = 1 // issues that are open at first
	beyondShown  = 12
	evidenceEach = 6
)

// priorities writes the short list: how findings became issues, the issues with their
// ways, the fixes, the campaigns, and what is set aside.
func (p *page) priorities() {
	list := p.summary.Priorities
	if list == nil {
		return
	}
	p.ranking = route.NewRanking(list.Fixes)
	p.shortList(list)
	p.Text(`<section id="issues"><h2 class="section">Issues</h2>`)
	if len(list.Issues) == 0 {
		p.Text(`<p class="empty">In what was read there is no way of an attacker to anything of value.</p></section>`, "\n")
	} else {
		p.Text(`<p class="lead">Ways of an attacker to something of value, worst first. A <b class="cutword">✕</b> on an arrow is where a fix cuts the way.</p>`, "\n")
		shown := list.Issues[:min(len(list.Issues), issuesShown)]
		for i := range shown {
			p.issue(&shown[i], i+1)
		}
		if more := len(list.Issues) - len(shown); more > 0 {
			p.Text(`<p class="cut">and `, number(more), ` more in the JSON report.</p>`)
		}
		p.Text(`</section>`, "\n")
	}
	p.fixes(list)
	p.campaigns(list.Campaigns)
	p.aside(list.Suppressed)
}

// shortList shows what became of all findings, and how much the first fixes remove.
func (p *page) shortList(list *estate.Priorities) {
	n, share := route.Enough(list.Fixes)
	p.Text(`<div class="short"><div class="flow"><div><b>`, number(list.Findings), `</b><span>`, noun(list.Findings, "finding"), `</span></div><i aria-hidden="true">→</i><div class="is"><b>`,
		number(len(list.Issues)), `</b><span>`, noun(len(list.Issues), "issue"), `</span></div><i aria-hidden="true">→</i><div class="do"><b>`, number(n), `</b><span>`, fixNoun(n), ` remove `, percent(share), ` of the risk</span></div></div>`)
	p.Text(`<div class="where">`, bar([]part{{list.OnPaths, "f-high", "on ways of attackers"}, {list.InCampaigns, "f-low", "in campaigns"}, {list.SetAside, "f-info", "set aside"}}, list.Findings),
		`<p class="key"><span><i class="b-high"></i>`, number(list.OnPaths), ` on ways of attackers</span><span><i class="b-low"></i>`, number(list.InCampaigns),
		` in campaigns</span><span><i class="b-info"></i>`, number(list.SetAside), ` set aside</span></p></div></div>`, "\n")
}

func fixNoun(n int) string {
	if n == 1 {
		return "fix"
	}
	return "fixes"
}

// issue writes one issue: closed, its band, score and way in names; open, the picture
// and the reasons.
func (p *page) issue(i *estate.Issue, place int) {
	open := ""
	if place <= issueOpen {
		open = " open"
	}
	way := p.ranking.Worst(i)
	p.Text(`<details class="issue" id="`, issueAnchor(place), `"`, open, `><summary>`, bandPill(i.Score.Band),
		`<span class="score"><b>`, points(i.Score.Value), `</b>`, gauge(&i.Score), `</span><span class="what"><span class="title">`, wayTitle(way), more(i.Targets-1), `</span><span class="about">`,
		strings.Join(p.about(i), sep), `</span></span></summary>`, "\n", `<div class="body">`, lane(way), stack(way))
	p.Text(`<div class="reasons">`)
	p.waterfall(i)
	p.facts2(i)
	p.Text(`</div>`)
	p.steps(way)
	p.alternatives(i)
	p.Text(`</div></details>`, "\n")
}

func issueAnchor(place int) string { return "issue-" + number(place) }

// wayTitle is the way in names, the target strong.
func wayTitle(w route.Way) string {
	var parts []string
	things := w.Things()
	for n, t := range things {
		name := text(t.Name)
		if n == len(things)-1 {
			name = `<b>` + name + `</b>`
		}
		parts = append(parts, strings.TrimSpace(text(t.Word)+" "+name))
	}
	return strings.Join(parts, ` <span class="to">→</span> `)
}

func more(n int) string {
	if n <= 0 {
		return ""
	}
	return ` <span class="none">and ` + number(n) + ` more</span>`
}

// about are the facts of an issue in a few words, as HTML.
func (p *page) about(i *estate.Issue) []string {
	facts := []string{text(capital(route.Class(i.Class)))}
	if i.Environment != "" {
		facts = append(facts, text(i.Environment))
	}
	if i.Owner != "" {
		facts = append(facts, "owner "+text(i.Owner))
	}
	if i.FindingCount > 0 {
		facts = append(facts, count(i.FindingCount, "finding"))
	}
	return facts
}

func bandPill(s estate.Severity) string {
	name := severityName(s)
	return `<span class="pill p-` + name + `">` + name + `</span>`
}

// facts2 writes what to ask, what a fix leaves, what all ways pass, what else is reached.
func (p *page) facts2(i *estate.Issue) {
	p.Text(`<dl class="facts2">`)
	if i.FirstQuestion != "" {
		p.fact("Find out first", text(capital(i.FirstQuestion))+` <span class="none">It decides between `+points(i.Score.Low)+` and `+points(i.Score.High)+`.</span>`)
	}
	var after []string
	for _, a := range p.ranking.After(i) {
		after = append(after, `<a href="#`+fixAnchor(a.Rank)+`">Fix `+number(a.Rank)+`</a> alone `+left(i, a))
	}
	if len(after) > 0 {
		p.fact("After a fix", strings.Join(after, "<br>"))
	}
	if gates := route.Gates(i); len(gates) > 0 {
		p.fact("Every way passes", things(gates, len(gates)))
	}
	if beyond := route.Beyond(i); len(beyond) > 0 {
		p.fact("Reached the same way", things(beyond, i.Targets-1))
	}
	if i.Score.Adjusted != "" {
		p.fact("Adjusted", text(capital(i.Score.Adjusted)))
	}
	p.Text(`</dl>`)
}

// left says what a fix leaves of a score.
func left(i *estate.Issue, a route.After) string {
	if a.Closes() {
		return "closes it"
	}
	return `takes it from <b>` + points(i.Score.Value) + `</b> to <b>` + points(a.Value) + `</b> ` + bandPill(a.Band)
}

// fact writes a fact; its content is HTML.
func (p *page) fact(name, content string) {
	p.Text(`<div><dt>`, name, `</dt><dd>`, content, `</dd></div>`)
}

func things(list []route.Thing, total int) string {
	var names []string
	for _, t := range list[:min(len(list), beyondShown)] {
		names = append(names, text(t.String()))
	}
	return strings.Join(names, ", ") + more(max(total, len(list))-len(names))
}

// steps lists the way in words, with what proves each step.
func (p *page) steps(w route.Way) {
	p.Text(`<details class="proof"><summary>Steps and evidence</summary><ol>`)
	for n := range w.Hops {
		h := &w.Hops[n]
		p.Text(`<li><p>`, text(capital(h.Label)), ` <span class="none">`, probable(h), `</span></p>`)
		for _, e := range h.Evidence[:min(len(h.Evidence), evidenceEach)] {
			p.Text(`<p class="d mono">`, text(strings.TrimSpace(e.Resource+" "+e.Path)), `</p>`)
			if e.Text != "" {
				p.Text(`<p class="d">`, text(e.Text), `</p>`)
			}
		}
		if cuts := cutLinks(h.Cuts); cuts != "" {
			p.Text(`<p class="cuts">Cut by `, cuts, `</p>`)
		}
		p.Text(`</li>`)
	}
	p.Text(`</ol></details>`)
}

func probable(h *route.Hop) string {
	if h.Low < h.High {
		return fmt.Sprintf("%.0f %% probable, %.0f to %.0f", 100*h.Probability, 100*h.Low, 100*h.High)
	}
	return fmt.Sprintf("%.0f %% probable", 100*h.Probability)
}

func cutLinks(cuts []route.Cut) string {
	var links []string
	for _, c := range cuts {
		if c.Rank == 0 {
			links = append(links, text(c.Title))
			continue
		}
		links = append(links, `<a href="#`+fixAnchor(c.Rank)+`">fix `+number(c.Rank)+`</a>: `+text(c.Title))
	}
	return strings.Join(links, " or ")
}

// alternatives folds the other ways to the same target.
func (p *page) alternatives(i *estate.Issue) {
	if len(i.Alternatives) == 0 {
		return
	}
	p.Text(`<details class="proof"><summary>`, count(len(i.Alternatives), "other way"), ` to the same target</summary>`)
	for n := range i.Alternatives {
		w := p.ranking.Alternative(i, n)
		if len(w.Hops) == 0 {
			continue
		}
		p.Text(`<div class="other">`, lane(w), stack(w), `</div>`)
		p.steps(w)
	}
	p.Text(`</details>`)
}
