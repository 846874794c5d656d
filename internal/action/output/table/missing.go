package table

import (
	"fmt"
	"strings"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/action/output/group"
	"github.com/stance-sec/stance/internal/estate"
)

// gapsShown is how many reasons the part about what is missing has at most: a screen.
const gapsShown = 8

// missing says what could not be read, which permission would change it, and what it
// left unknown. It writes nothing when everything was read and answered.
func (p *page) missing(set *group.Set, s output.Summary) {
	c := set.Scopes
	gaps := set.Gaps()
	if c.Failed == 0 && c.Partial == 0 && len(gaps) == 0 {
		return
	}
	p.out.Text("\n", p.ink.warn.Sprint("NOT EVERYTHING WAS READ"), "\n")
	p.indented("  ", 2, missingSentence(c, s))
	p.out.Text("\n")
	for i, gap := range gaps {
		if i == gapsShown {
			p.out.Text("  ", p.ink.faint.Sprint("and "+number(len(gaps)-i)+" more reasons, in the HTML and JSON reports"), "\n")
			break
		}
		p.gap(set, gap)
	}
}

func missingSentence(c output.Scopes, s output.Summary) string {
	var parts []string
	if c.Failed > 0 {
		parts = append(parts, fmt.Sprintf("%s of %s could not be listed at all", number(c.Failed), count(c.Total(), "scope")))
	}
	if c.Partial > 0 {
		parts = append(parts, number(c.Partial)+" were read in part")
	}
	if s.Counts.Unknown > 0 {
		parts = append(parts, count(s.Counts.Unknown, "verdict")+" "+isAre(s.Counts.Unknown)+" unknown")
	}
	return joinAnd(parts) + ". Unknown is neither pass nor fail."
}

// gap writes what to grant, or what happened, and below it what it left open, where, and
// what to do. A permission is never cut: it is there to be copied.
func (p *page) gap(set *group.Set, g group.Gap) {
	why := output.Explain(g.Reason)
	lead, next := "  grant ", ""
	head := p.ink.strong.Sprint(escape.Terminal(g.Permission))
	if g.Permission == "" || g.Reason != estate.Denied {
		head += p.ink.strong.Sprint(sentence(g.Permission, why.What))
		lead, next = "  ", why.Next
	}
	p.out.Text(lead, head, "\n")
	p.indented("      ", 6, effects(&g)+": "+g.What()+" in "+set.Where(&g))
	if next != "" {
		p.indented("      "+p.ink.faint.Sprint("next")+"  ", 12, next)
	}
}

// sentence is what happened, behind the permission that was asked for where there is one.
func sentence(permission, what string) string {
	if permission != "" {
		return ": " + escape.Terminal(what)
	}
	what = escape.Terminal(what)
	return strings.ToUpper(what[:1]) + what[1:]
}

// effects says what a gap left open, or what a permission would answer.
func effects(g *group.Gap) string {
	var parts []string
	if g.Verdicts > 0 {
		parts = append(parts, count(g.Verdicts, "verdict")+" unknown")
	}
	if g.Failed > 0 {
		parts = append(parts, count(g.Failed, "scope")+" not listed")
	}
	if len(parts) == 0 {
		parts = append(parts, count(g.Partial, "scope")+" read in part")
	}
	return strings.Join(parts, ", ")
}

func joinAnd(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
