package table

import (
	"fmt"
	"strings"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/action/output/group"
)

// gapsShown is how many lines the part about what is missing takes at most.
const gapsShown = 12

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
			p.out.Text("  ", p.ink.faint.Sprint("and "+number(len(gaps)-i)+" more reasons"), "\n")
			break
		}
		p.gap(gap)
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

// gap writes one line: what to grant, and what it would answer.
func (p *page) gap(g group.Gap) {
	const nameWidth = 38
	name := "grant " + escape.Terminal(g.Permission)
	if g.Permission == "" {
		name = escape.Terminal(string(g.Reason))
	}
	var effects []string
	if g.Verdicts > 0 {
		effects = append(effects, "answers "+count(g.Verdicts, "verdict"))
	}
	if g.Failed > 0 {
		effects = append(effects, "lists "+count(g.Failed, "scope"))
	}
	if len(effects) == 0 {
		effects = append(effects, "completes "+count(g.Partial, "scope"))
	}
	text := strings.Join(effects, ", ") + " of " + some(g.Types, "type") + " in " + some(shortAccounts(g.Accounts), "account")
	if g.Permission == "" {
		text = strings.NewReplacer("answers ", "", "lists ", "", "completes ", "").Replace(text)
	}
	shown := pad(fit(name, nameWidth, p.ink.dots), nameWidth)
	p.indented("  "+p.ink.strong.Sprint(shown)+"  ", nameWidth+4, text)
}

// some names up to two of the list and counts the others.
func some(list []string, noun string) string {
	switch {
	case len(list) <= 2:
		return strings.Join(list, " and ")
	default:
		return count(len(list), noun) + " (" + list[0] + ", " + list[1] + ", ...)"
	}
}

// shortAccounts drops the cloud in front of the accounts.
func shortAccounts(accounts []string) []string {
	short := make([]string, len(accounts))
	for i, account := range accounts {
		_, short[i], _ = strings.Cut(account, "/")
	}
	return short
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
