package md

import (
	"fmt"
	"strings"

	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/action/output/route"
	"github.com/stance-sec/stance/internal/estate"
)

const (
	issuesShown    = 10
	fixesShown     = 10
	campaignsShown = 10
)

// priorities writes the issues with their ways, the fixes and the campaigns.
func (h *handler) priorities(p *estate.Priorities) {
	if len(p.Issues) == 0 {
		h.out.Text("\nIn what was read there is no way of an attacker to anything of value.\n")
		return
	}
	ranking := route.NewRanking(p.Fixes)
	h.out.Text(fmt.Sprintf("\n### %d findings are %d %s\n\n", p.Findings, len(p.Issues), plural(len(p.Issues), "issue")))
	if n, share := route.Enough(p.Fixes); n > 0 {
		h.out.Text(fmt.Sprintf("**%s %d %% of the risk.** ", firstFixes(n), route.Percent(share)))
	}
	h.out.Text(fmt.Sprintf("%d findings lie on ways of attackers, %d are in campaigns, %d are set aside.\n", p.OnPaths, p.InCampaigns, p.SetAside))
	for n := range p.Issues[:min(len(p.Issues), issuesShown)] {
		h.issue(ranking, &p.Issues[n])
	}
	if more := len(p.Issues) - issuesShown; more > 0 {
		h.out.Text(fmt.Sprintf("\nand %d more issues.\n", more))
	}
	h.fixes(p.Fixes)
	h.campaigns(p.Campaigns)
}

func firstFixes(n int) string {
	if n == 1 {
		return "The first fix removes"
	}
	return fmt.Sprintf("The first %d fixes remove", n)
}

// inSummary returns a text for the line of a folded part, which is HTML: nothing in it
// takes effect, as a link or a name to notify either.
func inSummary(s string) string {
	return strings.NewReplacer("@", "&#64;", "://", "&#58;//", ".", "&#46;", "[", "&#91;", "]", "&#93;").Replace(escape.HTML(s))
}

// issue writes one issue, folded: its way as a list, and its reasons.
func (h *handler) issue(ranking *route.Ranking, i *estate.Issue) {
	way := ranking.Worst(i)
	h.out.Text("\n<details><summary>", mark(i.Score.Band), fmt.Sprintf(" <b>%d</b> ", route.Points(i.Score.Value)), inSummary(way.Title(" → ")))
	if more := i.Targets - 1; more > 0 {
		h.out.Text(fmt.Sprintf(" and %d more", more))
	}
	h.out.Text("</summary>\n\n")
	for n := range way.Hops {
		hop := &way.Hops[n]
		h.out.Text(fmt.Sprintf("%d. **", n+1), escape.Markdown(hop.To.String()), "**: ", escape.Markdown(hop.Label))
		if len(hop.Cuts) > 0 {
			h.out.Text(" (cut by ", cutBy(hop.Cuts), ")")
		}
		h.out.Text("\n")
	}
	facts := []string{route.Class(i.Class)}
	if i.Environment != "" {
		facts = append(facts, i.Environment)
	}
	if i.Owner != "" {
		facts = append(facts, "owner "+i.Owner)
	}
	h.out.Text("\n", escape.Markdown(strings.Join(facts, ", ")), fmt.Sprintf(". Likelihood %.2f, impact %.2f; %d to %d by what is unknown.\n\n", i.Score.Likelihood, i.Score.Impact, route.Points(i.Score.Low), route.Points(i.Score.High)))
	if i.FirstQuestion != "" {
		h.field("Find out first", i.FirstQuestion)
	}
	h.out.Text("</details>\n")
}

// cutBy names the first change that cuts a step.
func cutBy(cuts []route.Cut) string {
	if cuts[0].Rank > 0 {
		return fmt.Sprintf("fix %d", cuts[0].Rank)
	}
	return escape.Markdown(cuts[0].Title)
}

func (h *handler) fixes(fixes []estate.FixPlan) {
	if len(fixes) == 0 {
		return
	}
	h.out.Text("\n### Fixes\n\n| | What to change | Where | Removes | Gone by then |\n|--:|---|---|--:|--:|\n")
	for n := range fixes[:min(len(fixes), fixesShown)] {
		f := &fixes[n]
		h.out.Text(fmt.Sprintf("| %d | ", n+1), escape.Markdown(f.Title), " | ", escape.Markdown(route.Place(f)), fmt.Sprintf(" | %d | %d %% |\n", route.Points(f.RiskRemoved), route.Percent(f.Cumulative)))
	}
	if more := len(fixes) - fixesShown; more > 0 {
		h.out.Text(fmt.Sprintf("\nand %d more.\n", more))
	}
}

func (h *handler) campaigns(list []estate.Campaign) {
	if len(list) == 0 {
		return
	}
	h.out.Text("\n<details><summary>", fmt.Sprintf("%d %s", len(list), plural(len(list), "campaign")), ": what lies on no way of an attacker</summary>\n\n| What to change | Owner | Findings |\n|---|---|--:|\n")
	for n := range list[:min(len(list), campaignsShown)] {
		c := &list[n]
		h.out.Text("| ", escape.Markdown(c.Title), " | ", escape.Markdown(c.Owner), fmt.Sprintf(" | %d |\n", c.Findings))
	}
	if more := len(list) - campaignsShown; more > 0 {
		h.out.Text(fmt.Sprintf("\nand %d more.\n", more))
	}
	h.out.Text("\n</details>\n")
}
