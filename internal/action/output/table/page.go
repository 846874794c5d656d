package table

import (
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/action/output/group"
	"github.com/stance-sec/stance/internal/estate"
)

// page writes the parts of the report in their order.
type page struct {
	out     *output.Writer
	ink     *ink
	width   int
	options Options
	names   output.Names
}

// indented writes text in lines that fit, the first after lead and the others under
// its end. The lead is given with its width, since colour takes no room.
func (p *page) indented(lead string, leadWidth int, text string) {
	indent := strings.Repeat(" ", leadWidth)
	for i, line := range wrap(escape.Terminal(text), p.width-leadWidth) {
		if i > 0 {
			lead = indent
		}
		p.out.Text(strings.TrimRight(lead+line, " "), "\n")
	}
}

func (p *page) section(title string) { p.out.Text("\n", p.ink.strong.Sprint(title), "\n") }

// flow writes parts side by side behind lead and goes on below where they do not fit.
// Parts and lead may be coloured; empty parts are left out.
func (p *page) flow(lead string, parts ...string) {
	indent := visible(lead)
	line, used := lead, indent
	for _, part := range parts {
		width := visible(part)
		switch {
		case width == 0:
			continue
		case used == indent:
			line, used = line+part, used+width
		case used+3+width <= p.width:
			line, used = line+" "+p.ink.dot+" "+part, used+3+width
		default:
			p.out.Text(line, "\n")
			line, used = strings.Repeat(" ", indent)+part, indent+width
		}
	}
	p.out.Text(line, "\n")
}

func (p *page) header(run output.Run, set *group.Set, s output.Summary) {
	tool := escape.Terminal(strings.TrimSpace(run.Tool + " " + run.Version))
	p.flow("", p.ink.strong.Sprint(tool), cloudsOf(run), accountsOf(set), count(s.Resources, "resource"), count(len(run.Checks), "check"), duration(s.Duration))
	if run.Asked.From != "" {
		p.indented("  ", 2, "Judged again from the saved inventory "+run.Asked.From+"; nothing was read from a cloud.")
	}
}

func cloudsOf(run output.Run) string {
	names := make([]string, 0, len(run.Asked.Clouds))
	for _, cloud := range run.Asked.Clouds {
		names = append(names, escape.Terminal(group.CloudName(cloud)))
	}
	return strings.Join(names, ", ")
}

// accountsNamed is how many accounts the first line names.
const accountsNamed = 2

func accountsOf(set *group.Set) string {
	read := set.Read()
	switch {
	case len(read) == 0:
		return ""
	case len(read) <= accountsNamed:
		return escape.Terminal(strings.Join(set.Labels(read), ", "))
	default:
		return count(len(read), "account")
	}
}

func duration(d time.Duration) string {
	switch {
	case d <= 0:
		return ""
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	case d < time.Minute:
		return d.Round(100 * time.Millisecond).String()
	default:
		return d.Round(time.Second).String()
	}
}

func (p *page) totals(run output.Run, s output.Summary) {
	c := s.Counts
	p.section("TOTAL")
	parts := []string{p.some(c.Fail, "fail", p.ink.bad.Sprint), p.some(c.Unknown, "unknown", p.ink.warn.Sprint), p.some(c.Pass, "pass", p.ink.good.Sprint)}
	if c.NotApplicable > 0 {
		parts = append(parts, number(c.NotApplicable)+" not applicable")
	}
	if c.Suppressed > 0 {
		parts = append(parts, number(c.Suppressed)+" set aside")
	}
	p.flow("  "+count(c.Total(), "verdict")+": ", parts...)
	if c.Fail > 0 {
		p.flow("  Failing: ", p.severities(s.Failing)...)
	}
	if run.Baseline != "" {
		p.indented("  ", 2, number(c.New)+" of the failures are new since the baseline "+run.Baseline+".")
	}
	if s.Calls > 0 {
		p.out.Text("  ", count(s.Calls, "API call"), "\n")
	}
	if c.Fail > 0 {
		p.flow("  All of it, with evidence: ", p.ink.code.Sprint("--format html --out report.html"))
	}
}

func (p *page) some(n int, what string, paint func(...any) string) string {
	text := number(n) + " " + what
	if n == 0 {
		return text
	}
	return paint(text)
}

func (p *page) severities(s output.Severities) []string {
	var parts []string
	for _, severity := range []estate.Severity{estate.Critical, estate.High, estate.Medium, estate.Low, estate.Info} {
		if n := s.Of(severity); n > 0 {
			text := number(n) + " " + string(severity)
			if severity == estate.Critical || severity == estate.High {
				text = p.ink.bad.Sprint(text)
			}
			parts = append(parts, text)
		}
	}
	return parts
}
