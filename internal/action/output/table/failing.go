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
	detailed := groups[:min(len(groups), p.options.Details)]
	p.section("WHAT TO FIX FIRST")
	for _, g := range detailed {
		p.group(g, baseline)
	}
	p.rest(groups[len(detailed):], set)
}

// rest lists the other checks one line each, those of low severity by their number only.
func (p *page) rest(groups []*group.Group, set *group.Set) {
	shown := len(groups)
	for shown > 0 && !p.options.All && groups[shown-1].Severity.Rank() >= estate.Low.Rank() {
		shown--
	}
	if shown > 0 {
		p.section("AND " + strings.ToUpper(count(shown, "more failing check")))
	}
	for _, g := range groups[:shown] {
		p.title(g)
	}
	var left []string
	if minor := groups[shown:]; len(minor) > 0 {
		left = append(left, count(len(minor), "check")+" of low and info severity "+failOf(len(minor))+" on "+count(resources(minor), "resource"))
	}
	folded := 0
	for _, g := range set.Folded() {
		folded += g.Folded
	}
	if folded > 0 {
		left = append(left, count(folded, "failure")+" "+standOf(folded)+" under a wider one of the same resource")
	}
	if len(left) > 0 {
		p.out.Text("\n")
		p.indented("  ", 2, strings.Join(left, "; ")+": --all lists them.")
	}
}

func resources(groups []*group.Group) int {
	n := 0
	for _, g := range groups {
		n += g.Resources
	}
	return n
}

func failOf(n int) string {
	if n == 1 {
		return "fails"
	}
	return "fail"
}

func standOf(n int) string {
	if n == 1 {
		return "stands"
	}
	return "stand"
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
	places, placeWidth := p.column(g.Failures, p.place)
	for i := range g.Failures {
		f := &g.Failures[i]
		message := brief(f.Message)
		if said {
			message = ""
		}
		if baseline && f.New {
			message = strings.TrimSpace("NEW " + message)
		}
		p.example(names[i], nameWidth, places[i], placeWidth, message)
		if n := len(f.Covers); n > 0 {
			p.indented(indent+"  ", labelWidth+4, "with "+count(n, "narrower failure")+" of the same resource: "+f.Narrower(coveredShown))
		}
	}
	if more := g.Standing() - len(g.Failures); more > 0 {
		p.out.Text(indent, p.ink.faint.Sprint(p.ink.dots+" and "+number(more)+" more"), "\n")
	}
}

// example writes one resource: name, place and message on a line as far as they fit.
func (p *page) example(name string, nameWidth int, place string, placeWidth int, message string) {
	indent := strings.Repeat(" ", labelWidth+2)
	lead, used := indent+p.ink.faint.Sprint(p.ink.bullet)+" ", labelWidth+4
	if used+max(nameWidth, columns(name))+2+columns(place) > p.width {
		p.indented(lead, used, name)
		p.indented(strings.Repeat(" ", used), used, place)
		p.indented(strings.Repeat(" ", used+2), used+2, message)
		return
	}
	lead += pad(name, nameWidth) + "  "
	used += max(nameWidth, columns(name)) + 2
	if message == "" {
		p.out.Text(lead, p.ink.faint.Sprint(place), "\n")
		return
	}
	lead += p.ink.faint.Sprint(pad(place, placeWidth)) + "  "
	p.row(lead, used+max(placeWidth, columns(place))+2, message)
}

// coveredShown is how many narrower checks an example names.
const coveredShown = 8

// column returns a text of every finding, and the width of the longest that takes no
// more than a third of the line.
func (p *page) column(findings []group.Entry, of func(*estate.Finding) string) (texts []string, width int) {
	for i := range findings {
		text := of(&findings[i].Finding)
		texts = append(texts, text)
		if n := columns(text); n <= p.width/3 {
			width = max(width, n)
		}
	}
	return texts, width
}

// sharedMessage returns the message of several findings when it is one and the same.
func sharedMessage(findings []group.Entry) string {
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

// row writes a message behind its lead, or under it where it does not fit on the line.
func (p *page) row(lead string, leadWidth int, message string) {
	if columns(escape.Terminal(message)) <= p.width-leadWidth {
		p.indented(lead, leadWidth, message)
		return
	}
	p.out.Text(strings.TrimRight(lead, " "), "\n")
	p.indented(strings.Repeat(" ", labelWidth+6), labelWidth+6, message)
}

func (p *page) name(f *estate.Finding) string { return escape.Terminal(p.names.Resource(f.Resource)) }

// place is account and region; of a resource that is the account, the region alone.
func (p *page) place(f *estate.Finding) string {
	if f.Resource.Name == f.Resource.Account {
		return escape.Terminal(f.Resource.Region)
	}
	return escape.Terminal(strings.TrimSpace(p.names.Label(f.Resource.Cloud, f.Resource.Account) + " " + f.Resource.Region))
}
