package table

import (
	"strings"

	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/action/output/route"
)

// draw writes a way as a picture: an arrow for each step, what is reached, what lets the
// attacker reach it, and the fixes that cut it. A step takes one line where all steps
// fit, else the reason stands under the name.
func (p *page) draw(w route.Way) {
	indent := strings.Repeat(" ", issueIndent)
	lead := indent + p.ink.bad.Sprint(p.ink.entry) + " "
	for _, line := range wrap(escape.Terminal(w.Entry.String()), p.width-issueIndent-2) {
		p.out.Text(lead, line, "\n")
		lead = indent + p.ink.bad.Sprint(p.ink.rail) + " "
	}
	hops := make([]hop, len(w.Hops))
	width := 0
	for n := range w.Hops {
		h := &w.Hops[n]
		hops[n] = hop{name: escape.Terminal(nameOf(h.To)), label: escape.Terminal(h.Label), cut: p.cuts(h.Cuts)}
		width = max(width, columns(hops[n].name))
	}
	fit := true
	for _, h := range hops {
		fit = fit && issueIndent+arrowWidth+width+2+columns(h.label)+2+visible(h.cut) <= p.width
	}
	for n, h := range hops {
		arrow, rail := p.ink.fork, p.ink.rail
		if n == len(hops)-1 {
			arrow, rail = p.ink.end, " "
		}
		lead := indent + p.ink.bad.Sprint(arrow) + " "
		if fit {
			p.out.Text(lead, p.ink.strong.Sprint(pad(h.name, width)), "  ", p.ink.faint.Sprint(h.label), h.tail(), "\n")
			continue
		}
		p.titled(lead, issueIndent+arrowWidth, h.name)
		p.under(indent+p.ink.bad.Sprint(rail)+strings.Repeat(" ", arrowWidth-1), h)
	}
}

func nameOf(t route.Thing) string {
	if t.Reached {
		return t.String() + " (reachable)"
	}
	return t.String()
}

// hop is a step, escaped.
type hop struct{ name, label, cut string }

func (h hop) tail() string {
	if h.cut == "" {
		return ""
	}
	return "  " + h.cut
}

// under writes the reason and the cut of a step in lines below its name.
func (p *page) under(lead string, h hop) {
	width := p.width - issueIndent - arrowWidth
	lines := wrap(h.label, width)
	for n, line := range lines {
		p.out.Text(lead, p.ink.faint.Sprint(line))
		if n == len(lines)-1 && columns(line)+visible(h.tail()) <= width {
			p.out.Text(h.tail(), "\n")
			return
		}
		p.out.Text("\n")
	}
	if h.cut != "" {
		p.out.Text(lead, h.cut, "\n")
	}
}

// arrowWidth is the room of an arrow with the space behind it.
const arrowWidth = 4

// cutsShown is how many fixes a step names.
const cutsShown = 4

// cuts names the fixes that cut a step; empty when none does.
func (p *page) cuts(cuts []route.Cut) string {
	var ranks []string
	for _, c := range cuts {
		if c.Rank > 0 && len(ranks) < cutsShown {
			ranks = append(ranks, number(c.Rank))
		}
	}
	switch {
	case len(cuts) == 0:
		return ""
	case len(ranks) == 0:
		return p.ink.good.Sprint(p.ink.cut + " " + escape.Terminal(cuts[0].Title))
	default:
		return p.ink.good.Sprint(p.ink.cut + " fix " + strings.Join(ranks, " or "))
	}
}
