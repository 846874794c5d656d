package table

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/action/output/route"
	"github.com/stance-sec/stance/internal/estate"
)

const (
	issuesShown  = 10
	waysShown    = 2 // other ways named with an issue
	afterShown   = 3
	thingsShown  = 6
	issueIndent  = labelWidth + 2
	detailIndent = issueIndent + detailLead
	detailLead   = 7
)

// priorities shows the short list: how findings became issues, the worst issues with
// their ways, the fixes, the campaigns, and what was set aside.
func (p *page) priorities(list *estate.Priorities) {
	if len(list.Issues) == 0 {
		p.noWay()
		return
	}
	ranking := route.NewRanking(list.Fixes)
	p.shortList(list)
	shown := list.Issues[:min(len(list.Issues), p.issues())]
	p.section("ISSUES  " + number(len(shown)) + " of " + number(len(list.Issues)))
	p.indented("  ", 2, "Ways of an attacker to something of value, worst first. "+p.ink.cut+" is where a fix cuts the way.")
	for i := range shown {
		p.issue(ranking, &shown[i], i+1)
	}
	if more := len(list.Issues) - len(shown); more > 0 {
		p.out.Text("\n")
		p.more(count(more, "more issue"))
	}
	p.fixes(list)
	p.campaigns(list.Campaigns)
	p.aside(list)
}

// noWay says that there is no issue, and that this is said of what was read only.
func (p *page) noWay() {
	p.out.Text("\n")
	p.indented(p.ink.good.Sprint(p.ink.ok)+" ", columns(p.ink.ok)+1, "In what was read there is no way of an attacker to anything of value.")
}

// issues is how many issues the report shows with their ways.
func (p *page) issues() int {
	if p.options.All {
		return math.MaxInt
	}
	return issuesShown
}

// more says that there is more and what shows it.
func (p *page) more(what string) {
	p.out.Text("  ", p.ink.faint.Sprint(p.ink.dots+" and "+what+": "), "--all", p.ink.faint.Sprint(" lists them"), "\n")
}

// shortList says in a few lines what became of all findings.
func (p *page) shortList(list *estate.Priorities) {
	p.out.Text("\n")
	p.flow("", p.ink.strong.Sprint(count(list.Findings, "finding")+" "+p.ink.arrow+" "+count(len(list.Issues), "issue")),
		count(len(list.Fixes), "fix"), count(len(list.Campaigns), "campaign"), "risk "+points(list.Risk))
	if n, share := route.Enough(list.Fixes); n > 0 {
		says := theseFixes(n) + " " + percent(share) + " of the risk."
		room := min(riskBar, p.width-columns(says)-4)
		p.out.Text("  ", p.ink.bar(int(share*barScale), barScale, room), "  ", p.ink.strong.Sprint(says), "\n")
	}
	p.indented("  ", 2, fmt.Sprintf("Of %s, %s %s on ways of attackers, %s %s in campaigns and %s %s set aside.", count(list.Findings, "finding"),
		number(list.OnPaths), lieOf(list.OnPaths), number(list.InCampaigns), isAre(list.InCampaigns), number(list.SetAside), isAre(list.SetAside)))
}

const (
	barScale = 1000
	riskBar  = 30
)

func theseFixes(n int) string {
	if n == 1 {
		return "The first fix removes"
	}
	return "The first " + number(n) + " fixes remove"
}

func lieOf(n int) string {
	if n == 1 {
		return "lies"
	}
	return "lie"
}

// issue shows one issue: band, score and way in names, then the picture and its reasons.
func (p *page) issue(ranking *route.Ranking, i *estate.Issue, place int) {
	way := ranking.Worst(i)
	p.out.Text("\n")
	lead := p.ink.label(i.Score.Band) + "  " + p.ink.strong.Sprint(fmt.Sprintf("%3d", route.Points(i.Score.Value))) + "  "
	p.titled(lead, issueIndent+scoreRoom, way.Title(" "+p.ink.arrow+" ")+further(i.Targets-1))
	p.flow(strings.Repeat(" ", issueIndent), p.about(i, place)...)
	p.out.Text("\n")
	p.draw(way)
	p.out.Text("\n")
	p.reasons(i, ranking)
	for n := range i.Alternatives[:min(len(i.Alternatives), waysShown)] {
		p.detail("or", ranking.Alternative(i, n).Title(" "+p.ink.arrow+" "))
	}
	p.things("gates", "every way passes ", route.Gates(i), 0)
	p.things("also", "", route.Beyond(i), i.Targets-1)
}

// scoreRoom is the room a score takes.
const scoreRoom = 5

// titled writes a strong text in lines that fit behind its lead.
func (p *page) titled(lead string, leadWidth int, text string) {
	for n, line := range wrap(escape.Terminal(text), p.width-leadWidth) {
		if n > 0 {
			lead = strings.Repeat(" ", leadWidth)
		}
		p.out.Text(lead, p.ink.strong.Sprint(line), "\n")
	}
}

func further(n int) string {
	if n <= 0 {
		return ""
	}
	return " and " + number(n) + " more"
}

// about are the facts of an issue in a few words.
func (p *page) about(i *estate.Issue, place int) []string {
	facts := []string{"#" + number(place), escape.Terminal(route.Class(i.Class))}
	if i.Score.High-i.Score.Low >= 1 {
		facts = append(facts, p.between(i.Score)+" by what is unknown")
	}
	if i.Environment != "" {
		facts = append(facts, escape.Terminal(i.Environment))
	}
	if i.Owner != "" {
		facts = append(facts, "owner "+escape.Terminal(i.Owner))
	}
	if i.FindingCount > 0 {
		facts = append(facts, count(i.FindingCount, "finding"))
	}
	for n := range facts {
		facts[n] = p.ink.faint.Sprint(clip(facts[n], p.width-issueIndent, p.ink.dots))
	}
	return facts
}

func (p *page) between(s estate.Score) string {
	return fmt.Sprintf("%d%s%d", route.Points(s.Low), p.ink.to, route.Points(s.High))
}

// reasons say how the score came about, what to ask first, and what it would be after a
// fix.
func (p *page) reasons(i *estate.Issue, ranking *route.Ranking) {
	s := &i.Score
	text := fmt.Sprintf("likelihood %.2f %s impact %.2f: 100", s.Likelihood, p.ink.times, s.Impact)
	for _, f := range route.Waterfall(i) {
		text += fmt.Sprintf(" %s %d %s", p.ink.arrow, route.Points(f.After), f.Says)
	}
	if s.Adjusted != "" {
		text += fmt.Sprintf(" %s %d %s", p.ink.arrow, route.Points(s.Value), s.Adjusted)
	}
	p.detail("score", text)
	if i.FirstQuestion != "" {
		p.detail("ask", capitalized(i.FirstQuestion)+" It decides between "+p.between(*s)+".")
	}
	var after []string
	for _, a := range ranking.After(i) {
		if len(after) < afterShown {
			after = append(after, p.afterFix(a))
		}
	}
	p.detail("after", strings.Join(after, ", "))
}

func (p *page) afterFix(a route.After) string {
	if a.Closes() {
		return "fix " + number(a.Rank) + " alone closes it"
	}
	return fmt.Sprintf("fix %s alone leaves %d %s", number(a.Rank), route.Points(a.Value), p.ink.word(a.Band))
}

// things names the first of a list, of which there are total.
func (p *page) things(name, lead string, list []route.Thing, total int) {
	if len(list) == 0 {
		return
	}
	var names []string
	for _, t := range list[:min(len(list), thingsShown)] {
		names = append(names, t.String())
	}
	if more := max(total, len(list)) - len(names); more > 0 {
		names = append(names, number(more)+" more")
	}
	p.detail(name, lead+joinAnd(names))
}

// detail writes a text behind its name, under the picture.
func (p *page) detail(name, text string) {
	if text == "" {
		return
	}
	lead := strings.Repeat(" ", issueIndent) + p.ink.faint.Sprint(pad(name, detailLead))
	p.indented(lead, detailIndent, text)
}

func capitalized(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// points writes risk in whole points.
func points(risk float64) string { return number(route.Points(risk)) }

// percent writes a part of a whole.
func percent(share float64) string {
	n := route.Percent(share)
	if n == 0 && share > 0 {
		return "less than 1 %"
	}
	return strconv.Itoa(n) + " %"
}
