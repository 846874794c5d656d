package html

import (
	"fmt"
	"math"
	"strings"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/group"
	"github.com/stance-sec/stance/internal/estate"
)

func severities() []estate.Severity {
	return []estate.Severity{estate.Critical, estate.High, estate.Medium, estate.Low, estate.Info}
}

// donut draws the failures by severity as a ring with their number inside.
func donut(s output.Severities) string {
	const radius = 54.0
	around := 2 * math.Pi * radius
	var b strings.Builder
	b.WriteString(`<svg class="donut" viewBox="0 0 140 140" role="img" aria-label="Failures by severity"><circle class="track" cx="70" cy="70" r="54"/>`)
	total, done := s.Total(), 0.0
	for _, severity := range severities() {
		n := s.Of(severity)
		if n == 0 {
			continue
		}
		part := around * float64(n) / float64(total)
		gap := min(2, part/2)
		if n == total {
			gap = 0
		}
		fmt.Fprintf(&b, `<circle class="s-%s" cx="70" cy="70" r="54" stroke-dasharray="%.2f %.2f" stroke-dashoffset="%.2f"><title>%s %s</title></circle>`,
			severity, part-gap, around-part+gap, -done, number(n), severity)
		done += part
	}
	fmt.Fprintf(&b, `<text class="big" x="70" y="74">%s</text><text class="small" x="70" y="92">failing</text></svg>`, number(total))
	return b.String()
}

// part is one piece of a bar: how much, how it is painted, what it is called.
type part struct {
	n           int
	class, name string
}

// bar draws parts of a whole side by side on the full width.
func bar(parts []part, whole int) string {
	var b strings.Builder
	var said []string
	b.WriteString(`<svg class="bar" role="img" preserveAspectRatio="none" viewBox="0 0 1000 10" aria-label="`)
	for _, p := range parts {
		if p.n > 0 {
			said = append(said, number(p.n)+" "+p.name)
		}
	}
	b.WriteString(text(strings.Join(said, ", ")) + `">`)
	at := 0.0
	for _, p := range parts {
		if p.n == 0 || whole == 0 {
			continue
		}
		width := max(1000*float64(p.n)/float64(whole), 6)
		fmt.Fprintf(&b, `<rect class="%s" x="%.1f" y="0" width="%.1f" height="10"><title>%s %s</title></rect>`, p.class, at, width, number(p.n), text(p.name))
		at += width
	}
	b.WriteString(`</svg>`)
	return b.String()
}

func severityParts(s output.Severities) []part {
	var parts []part
	for _, severity := range severities() {
		parts = append(parts, part{s.Of(severity), "f-" + string(severity), string(severity)})
	}
	return parts
}

// barsShown is how many lines a bar chart has.
const barsShown = 6

// bars draws one line for each, all to the scale of the longest. The filter attribute
// makes a line a button that narrows the findings.
func (p *page) bars(title, filter string, list []group.Bar, name func(string) string) {
	p.Text(`<section class="card"><h2>`, title, `</h2>`)
	if len(list) == 0 {
		p.Text(`<p class="none">No failures.</p></section>`)
		return
	}
	most := list[0].Failing.Total()
	p.Text(`<ul class="bars">`)
	for _, b := range list[:min(len(list), barsShown)] {
		p.Text(`<li><button type="button" data-`, filter, `="`, text(b.Name), `"><span class="name">`, text(name(b.Name)), `</span>`,
			bar(severityParts(b.Failing), most), `<span class="n">`, number(b.Failing.Total()), `</span></button></li>`)
	}
	p.Text(`</ul>`)
	if more := len(list) - barsShown; more > 0 {
		p.Text(`<p class="none">and `, number(more), ` more</p>`)
	}
	p.Text(`</section>`)
}
