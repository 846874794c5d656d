package table

import (
	"strings"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/action/output/group"
	"github.com/stance-sec/stance/internal/estate"
)

// failing shows what to fix, what matters first: the first checks with why, fix and
// examples, the others one line each.
func (p *page) failing(set *group.Set, s output.Summary, baseline bool) {
	groups := set.Failing()
	if len(groups) == 0 {
		p.nothingFails(s)
		return
	}
	p.section("WHAT TO FIX FIRST")
	detailed := groups[:min(len(groups), p.options.Details)]
	for _, g := range detailed {
		p.group(g, baseline)
	}
	rest := groups[len(detailed):]
	if len(rest) == 0 {
		return
	}
	p.section("AND " + strings.ToUpper(count(len(rest), "more failing check")))
	for _, g := range rest {
		p.title(g)
	}
}

func (p *page) nothingFails(s output.Summary) {
	p.out.Text("\n")
	switch {
	case s.Counts.Total() == 0:
		p.out.Text("Nothing was judged: no resource was read that a check is about.\n")
	case s.Counts.Unknown > 0:
		p.out.Text("Nothing that could be read fails.\n")
	default:
		p.out.Text(p.ink.good.Sprint(p.ink.ok), " Nothing fails.\n")
	}
}

// group shows one failing check.
func (p *page) group(g *group.Group, baseline bool) {
	p.out.Text("\n")
	p.title(g)
	p.out.Text(strings.Repeat(" ", labelWidth+2), p.ink.faint.Sprint(escape.Terminal(g.Check.ID)), "\n")
	shared := sharedMessage(g.Failures)
	p.field("now", shared)
	p.field("why", g.Check.Why)
	p.field("fix", g.Check.Fix.Text)
	p.examples(g, shared != "", baseline)
}

// title is the line of a check: severity, title, how many resources.
func (p *page) title(g *group.Group) {
	n := fails(g.Resources)
	width := p.width - labelWidth - 2 - columns(n) - 2
	lines := wrap(escape.Terminal(g.Check.Title), width)
	p.out.Text(p.ink.label(g.Severity), "  ", p.ink.strong.Sprint(pad(lines[0], width)), "  ", n, "\n")
	for _, line := range lines[1:] {
		p.out.Text(strings.Repeat(" ", labelWidth+2), p.ink.strong.Sprint(line), "\n")
	}
}

// fails says how many resources fail: a title alone states the good condition.
func fails(n int) string {
	if n == 1 {
		return "1 resource fails"
	}
	return number(n) + " resources fail"
}

func (p *page) field(name, text string) {
	if text == "" {
		return
	}
	lead := strings.Repeat(" ", labelWidth+2)
	p.indented(lead+p.ink.faint.Sprint(name)+"  ", len(lead)+len(name)+2, text)
}

// examples lists the first resources, name and place aligned. With said set their message
// was shown above.
func (p *page) examples(g *group.Group, said, baseline bool) {
	indent := strings.Repeat(" ", labelWidth+2)
	names, nameWidth := p.column(g.Failures, p.name)
	places, placeWidth := p.column(g.Failures, place)
	for i := range g.Failures {
		message := brief(g.Failures[i].Message)
		if said {
			message = ""
		}
		if baseline && g.Failures[i].New {
			message = strings.TrimSpace("NEW " + message)
		}
		lead := indent + p.ink.faint.Sprint(p.ink.bullet) + " " + pad(names[i], nameWidth) + "  "
		if message == "" {
			p.out.Text(lead, p.ink.faint.Sprint(places[i]), "\n")
			continue
		}
		lead += p.ink.faint.Sprint(pad(places[i], placeWidth)) + "  "
		p.row(lead, labelWidth+4+nameWidth+2+placeWidth+2, message)
	}
	if more := g.Counts.Fail - len(g.Failures); more > 0 {
		p.out.Text(indent, p.ink.faint.Sprint(p.ink.dots+" and "+number(more)+" more"), "\n")
	}
}

// column returns a text of every finding, cut to a third of the width, and the width of
// the longest.
func (p *page) column(findings []estate.Finding, of func(*estate.Finding) string) (texts []string, width int) {
	for i := range findings {
		cut := fit(of(&findings[i]), p.width/3, p.ink.dots)
		texts = append(texts, cut)
		width = max(width, columns(cut))
	}
	return texts, width
}

// sharedMessage returns the message of several findings when it is one and the same.
func sharedMessage(findings []estate.Finding) string {
	if len(findings) < 2 {
		return ""
	}
	for _, f := range findings[1:] {
		if f.Message != findings[0].Message {
			return ""
		}
	}
	return brief(findings[0].Message)
}

// messageLength is how many characters of a message are shown: it may quote a policy.
const messageLength = 400

func brief(message string) string {
	if runes := []rune(message); len(runes) > messageLength {
		return string(runes[:messageLength]) + "..."
	}
	return message
}

// row writes a message behind its lead, or under it where too little room is left.
func (p *page) row(lead string, leadWidth int, message string) {
	if p.width-leadWidth >= 36 || columns(message) <= p.width-leadWidth {
		p.indented(lead, leadWidth, message)
		return
	}
	p.out.Text(strings.TrimRight(lead, " "), "\n")
	p.indented(strings.Repeat(" ", labelWidth+6), labelWidth+6, message)
}

func (p *page) name(f *estate.Finding) string {
	name := f.Resource.Name
	if name == "" {
		name = f.Resource.ID
	}
	return escape.Terminal(name)
}

func place(f *estate.Finding) string {
	return escape.Terminal(strings.TrimSpace(f.Resource.Account + " " + f.Resource.Region))
}
