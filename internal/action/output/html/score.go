package html

import (
	"fmt"
	"math"

	"github.com/stance-sec/stance/internal/action/output/route"
	"github.com/stance-sec/stance/internal/estate"
)

// gauge draws a score on a line from 0 to 100, with the room that the unknowns leave.
func gauge(s *estate.Score) string {
	return fmt.Sprintf(`<svg class="gauge" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="%d of 100, from %d to %d by what is unknown"><rect class="track" x="0" y="4" width="100" height="2"/><rect class="room f-%s" x="%.1f" y="2" width="%.1f" height="6"/><rect class="f-%s" x="%.1f" y="0" width="3" height="10"/></svg>`,
		route.Points(s.Value), route.Points(s.Low), route.Points(s.High), severityName(s.Band), percentage(s.Low), percentage(s.High-s.Low), severityName(s.Band), max(0, percentage(s.Value)-1.5))
}

// percentage holds a number between 0 and 100; what is no number is 0.
func percentage(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return min(max(v, 0), 100)
}

// waterfall shows how the score came down from 100, one line for each factor that takes
// from it.
func (p *page) waterfall(i *estate.Issue) {
	s := &i.Score
	p.Text(`<div class="waterfall"><h3>Why `, points(s.Value), ` <span class="none">likelihood `, fmt.Sprintf("%.2f", s.Likelihood), ` × impact `, fmt.Sprintf("%.2f", s.Impact), `</span></h3><ul>`)
	p.fall("The worst there is", 100, 100, "start")
	for _, f := range route.Waterfall(i) {
		label := capital(f.Label)
		if f.Step > 0 {
			label = capital(f.Says) + ": " + f.Label
		}
		p.fall(label, f.Before, f.After, "")
	}
	p.fall("Score", s.Value, s.Value, "end f-"+severityName(s.Band))
	p.Text(`</ul></div>`)
}

// fall is a line of the waterfall: what is left, and what this factor took.
func (p *page) fall(label string, before, after float64, class string) {
	left, lost := percentage(after), percentage(before)-percentage(after)
	taken := ""
	if lost > 0 {
		taken = fmt.Sprintf(`<rect class="lost" x="%.1f" y="0" width="%.1f" height="10"/>`, left, max(lost, 0.6))
	}
	p.Text(`<li><span class="name">`, text(label), `</span><svg class="fall" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="left `, class, `" x="0" y="0" width="`,
		fmt.Sprintf("%.1f", left), `" height="10"/>`, taken, `</svg><span class="n">`, points(after), `</span></li>`)
}

// points writes a score or a risk in whole points.
func points(v float64) string { return number(route.Points(v)) }

// percent writes a part of a whole.
func percent(share float64) string {
	n := route.Percent(share)
	if n == 0 && share > 0 {
		return "less than 1 %"
	}
	return number(n) + " %"
}
