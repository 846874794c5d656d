package table

import (
	"fmt"
	"strings"

	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/action/output/route"
	"github.com/stance-sec/stance/internal/estate"
)

const (
	fixesShown     = 10
	campaignsShown = 10
	fixBar         = 20
	rankRoom       = 5
)

// fixes shows the fixes that remove most risk soonest.
func (p *page) fixes(list *estate.Priorities) {
	if len(list.Fixes) == 0 {
		return
	}
	shown := list.Fixes
	if !p.options.All {
		shown = shown[:min(len(shown), fixesShown)]
		for len(shown) > 1 && shown[len(shown)-1].RiskRemoved <= 0 {
			shown = shown[:len(shown)-1]
		}
	}
	p.section("FIXES  " + number(len(shown)) + " of " + number(len(list.Fixes)))
	p.indented("  ", 2, "What to make true, in the order that removes most risk soonest. The bar is the risk that is gone by then.")
	said := map[string]int{}
	for i := range shown {
		p.out.Text("\n")
		p.fix(&shown[i], i+1, list.Risk)
		p.advice(&shown[i], i+1, said)
	}
	if more := len(list.Fixes) - len(shown); more > 0 {
		p.out.Text("\n")
		p.more(count(more, "more fix"))
	}
}

// fix shows one fix: what it is, how much it removes, what to type.
func (p *page) fix(f *estate.FixPlan, rank int, risk float64) {
	lead := strings.Repeat(" ", max(0, rankRoom-2-len(number(rank)))) + p.ink.strong.Sprint(number(rank)) + "  "
	title := f.Title
	if place := route.Place(f); place != "" {
		title += " " + p.ink.at + " " + place
	}
	p.titled(lead, rankRoom, title)
	share := 0.0
	if risk > 0 {
		share = f.RiskRemoved / risk
	}
	facts := []string{p.stepBar(f.Cumulative, share), "removes " + points(f.RiskRemoved) + " (" + percent(share) + ")", p.ink.strong.Sprint(percent(f.Cumulative)) + " so far"}
	if f.PathsCut > 0 {
		facts = append(facts, "cuts "+count(f.PathsCut, "way"))
	}
	if f.Findings > 0 {
		facts = append(facts, "clears "+count(f.Findings, "finding"))
	}
	if f.Effort != "" {
		facts = append(facts, clip(escape.Terminal(route.Effort(f.Effort)), p.width-rankRoom, p.ink.dots))
	}
	p.flow(strings.Repeat(" ", rankRoom), facts...)
}

// advice says how a fix is made, or at which fix above the same was said.
func (p *page) advice(f *estate.FixPlan, rank int, said map[string]int) {
	if f.Text == "" && f.CLI == "" {
		return
	}
	indent := strings.Repeat(" ", rankRoom)
	how := f.Text + "\x00" + f.CLI
	if before := said[how]; before > 0 {
		p.out.Text(indent, p.ink.faint.Sprint("the same change as fix "+number(before)), "\n")
		return
	}
	said[how] = rank
	if f.Text != "" {
		p.indented(indent, rankRoom, f.Text)
	}
	p.commands(f.CLI)
}

// commands writes what is there to be typed: whole lines, never broken.
func (p *page) commands(text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	for line := range strings.Lines(strings.ReplaceAll(strings.TrimSpace(escape.Text(text)), "\t", "    ")) {
		p.out.Text(strings.Repeat(" ", rankRoom), p.ink.faint.Sprint("$ "), p.ink.code.Sprint(strings.TrimRight(line, "\n")), "\n")
	}
}

// stepBar is a bar of what is removed so far, of which the last part is this fix's own.
func (p *page) stepBar(cumulative, own float64) string {
	whole := min(fixBar, int(cumulative*fixBar+0.5))
	mine := min(whole, max(1, int(own*fixBar+0.5)))
	if cumulative <= 0 || own <= 0 {
		mine = 0
	}
	return p.ink.faint.Sprint(strings.Repeat(p.ink.half, whole-mine)) + p.ink.good.Sprint(strings.Repeat(p.ink.full, mine)) +
		p.ink.faint.Sprint(strings.Repeat(p.ink.empty, fixBar-whole))
}

// campaigns shows the kinds of change to make in many places, one line each.
func (p *page) campaigns(list []estate.Campaign) {
	if len(list) == 0 {
		return
	}
	p.section("CAMPAIGNS")
	p.indented("  ", 2, "What lies on no way of an attacker: to be put in order kind by kind, with time.")
	p.out.Text("\n")
	shown := list
	if !p.options.All {
		shown = shown[:min(len(shown), campaignsShown)]
	}
	owners := len("owner")
	for i := range shown {
		owners = max(owners, min(columns(escape.Terminal(shown[i].Owner)), ownerRoom))
	}
	p.campaignLine(p.ink.faint.Sprint(pad(" severity", labelWidth)), p.ink.faint.Sprint, "what is to be changed", pad("owner", owners), "findings")
	for i := range shown {
		c := &shown[i]
		owner := clip(escape.Terminal(c.Owner), owners, p.ink.dots)
		p.campaignLine(p.ink.faint.Sprint(pad(" "+p.ink.word(c.Severity), labelWidth)), fmt.Sprint, escape.Terminal(c.Title), pad(owner, owners), number(c.Findings))
	}
	if more := len(list) - len(shown); more > 0 {
		p.more(count(more, "more campaign"))
	}
}

const (
	// ownerRoom is how many columns an owner takes at most in a line.
	ownerRoom = 20
	// findingsRoom is how many columns a number of findings takes in a line.
	findingsRoom = 8
)

func (p *page) campaignLine(lead string, paint func(...any) string, title, owner, findings string) {
	tail := owner + "  " + strings.Repeat(" ", max(0, findingsRoom-len(findings))) + findings
	width := p.width - issueIndent - columns(tail) - 2
	lines := wrap(title, width)
	p.out.Text(lead, "  ", paint(pad(lines[0], width)), "  ", p.ink.faint.Sprint(tail), "\n")
	for _, line := range lines[1:] {
		p.out.Text(strings.Repeat(" ", issueIndent), line, "\n")
	}
}

// aside counts what was set aside, by reason.
func (p *page) aside(list *estate.Priorities) {
	if len(list.Suppressed) == 0 {
		return
	}
	p.section("SET ASIDE")
	for _, s := range list.Suppressed {
		n := number(s.Count)
		lead := strings.Repeat(" ", max(0, findingsRoom+2-len(n))) + n + "  "
		p.indented(lead, len(lead), route.Reason(s.Reason))
	}
}
