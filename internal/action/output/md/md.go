// Package md writes a summary as Markdown, for a pull request, an issue or a wiki.
//
// It is a summary: what is missing, the issues with their ways, the fixes and campaigns,
// or else the failing checks with their first resources, and the frameworks. Its size is bounded, since services cut or refuse long comments.
package md

import (
	"fmt"
	"io"
	"strings"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/action/output/group"
	"github.com/stance-sec/stance/internal/estate"
)

const (
	detailed  = 20 // failing checks shown with their resources
	examples  = 10 // resources of each
	gapsShown = 20

	coversShown = 8 // narrower checks named with a resource
)

// New returns a handler that writes the summary to w when the report ends.
func New(w io.Writer) output.Handler { return &handler{out: output.NewWriter(w)} }

type handler struct {
	out *output.Writer
	run output.Run
	set *group.Set
}

func (h *handler) Begin(run output.Run) error {
	h.run = run
	h.set = group.New(run, group.Options{Limit: examples})
	return nil
}

func (h *handler) Coverage(c estate.Coverage) error {
	h.set.AddCoverage(c)
	return nil
}

func (h *handler) Finding(f *estate.Finding) error {
	h.set.AddFinding(f)
	return nil
}

func (h *handler) End(s output.Summary) error {
	h.head(s)
	h.missing(s)
	if s.Priorities != nil {
		h.priorities(s.Priorities)
	}
	if s.Priorities == nil || len(s.Priorities.Issues) == 0 || h.run.Baseline != "" {
		h.failing()
	}
	h.compliance(s.Compliance)
	h.out.Text("\n---\n", escape.Markdown(strings.TrimSpace(h.run.Tool+" "+h.run.Version)), ", ",
		h.run.Finished.UTC().Format("2006-01-02 15:04"), " UTC. Unknown is neither pass nor fail.\n")
	return h.out.Flush()
}

func (h *handler) head(s output.Summary) {
	h.out.Text("## Cloud security report\n\n")
	c := s.Counts
	switch {
	case c.Fail > 0:
		h.out.Text(fmt.Sprintf("**%d %s** on %d resources judged by %d checks.", c.Fail, plural(c.Fail, "failure"), s.Resources, len(h.run.Checks)))
	case c.Unknown > 0 || h.set.Scopes.Failed > 0:
		h.out.Text("Nothing that could be read fails.")
	default:
		h.out.Text("Nothing fails.")
	}
	if h.run.Baseline != "" {
		h.out.Text(fmt.Sprintf(" **%d new** since the baseline.", c.New))
	}
	h.out.Text("\n\n| Critical | High | Medium | Low | Info | Unknown | Pass | Set aside |\n|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	f := s.Failing
	h.out.Text(fmt.Sprintf("| %d | %d | %d | %d | %d | %d | %d | %d |\n", f.Critical, f.High, f.Medium, f.Low, f.Info, c.Unknown, c.Pass, c.Suppressed))
}

func (h *handler) missing(s output.Summary) {
	c, gaps := h.set.Scopes, h.set.Gaps()
	if c.Failed == 0 && c.Partial == 0 && len(gaps) == 0 {
		return
	}
	h.out.Text("\n### Not everything was read\n\n", fmt.Sprintf("%d of %d %s could not be listed, %d read in part, %d %s unknown.\n",
		c.Failed, c.Total(), plural(c.Total(), "scope"), c.Partial, s.Counts.Unknown, plural(s.Counts.Unknown, "verdict")))
	h.out.Text("\n| What is missing, and what to do | Where | Unknown verdicts | Scopes not listed |\n|---|---|--:|--:|\n")
	for i := range gaps[:min(len(gaps), gapsShown)] {
		g := &gaps[i]
		h.out.Text(fmt.Sprintf("| %s | %s: %s | %d | %d |\n", advice(g), escape.Markdown(g.What()), escape.Markdown(h.set.Where(g)), g.Verdicts, g.Failed))
	}
	if more := len(gaps) - gapsShown; more > 0 {
		h.out.Text(fmt.Sprintf("\nand %d more.\n", more))
	}
}

// advice names the permission to grant, or says what happened and what to do.
func advice(g *group.Gap) string {
	why := output.Explain(g.Reason)
	switch {
	case g.Permission == "":
		return escape.Markdown(why.What + "; " + why.Next)
	case g.Reason == estate.Denied:
		return "grant " + escape.MarkdownCode(g.Permission)
	default:
		return escape.MarkdownCode(g.Permission) + ": " + escape.Markdown(why.What+"; "+why.Next)
	}
}

func (h *handler) failing() {
	groups := h.set.Failing()
	if len(groups) == 0 {
		return
	}
	h.out.Text("\n### What to fix first\n")
	for _, g := range groups[:min(len(groups), detailed)] {
		h.group(g)
	}
	if len(groups) > detailed {
		h.out.Text(fmt.Sprintf("\n<details><summary>%d more failing checks</summary>\n\n", len(groups)-detailed))
		for _, g := range groups[detailed:] {
			h.out.Text(fmt.Sprintf("- %s %s (%d)\n", mark(g.Severity), escape.Markdown(g.Check.Title), g.Resources))
		}
		h.out.Text("\n</details>\n")
	}
	folded := 0
	for _, g := range h.set.Folded() {
		folded += g.Folded
	}
	if folded > 0 {
		h.out.Text(fmt.Sprintf("\n%d %s under a wider one of the same resource and %s not listed.\n", folded, plural(folded, "failure"), isAre(folded)))
	}
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func (h *handler) group(g *group.Group) {
	h.out.Text("\n<details><summary>", mark(g.Severity), " <b>", inSummary(g.Check.Title), "</b> fails on ",
		fmt.Sprintf("%d %s", g.Resources, plural(g.Resources, "resource")), "</summary>\n\n")
	h.field("Why", g.Check.Why)
	h.field("Fix", g.Check.Fix.Text)
	if g.Check.Fix.CLI != "" {
		h.out.Text(escape.MarkdownBlock(g.Check.Fix.CLI, "sh"), "\n\n")
	}
	h.out.Text("| Resource | Account | Region | What is so |\n|---|---|---|---|\n")
	for i := range g.Failures {
		f := &g.Failures[i]
		message := escape.Markdown(f.Message)
		if n := len(f.Covers); n > 0 {
			message += fmt.Sprintf(" With %d %s of it: ", n, plural(n, "narrower failure")) + escape.Markdown(f.Narrower(coversShown))
		}
		if h.run.Baseline != "" && f.New {
			message = "**new** " + message
		}
		h.out.Text("| ", escape.MarkdownCode(h.set.Names.Resource(f.Resource)), " | ", escape.MarkdownCode(h.set.Names.Label(f.Resource.Cloud, f.Resource.Account)), " | ",
			escape.MarkdownCode(f.Resource.Region), " | ", message, " |\n")
	}
	if more := g.Standing() - len(g.Failures); more > 0 {
		h.out.Text(fmt.Sprintf("\nand %d more.\n", more))
	}
	h.out.Text("\nCheck ", escape.MarkdownCode(g.Check.ID), "\n\n</details>\n")
}

func (h *handler) field(name, text string) {
	if text != "" {
		h.out.Text("**", name, ":** ", escape.Markdown(text), "\n\n")
	}
}

func (h *handler) compliance(rollups []output.Compliance) {
	if len(rollups) == 0 {
		return
	}
	h.out.Text("\n### Compliance\n\n| Framework | Pass | Fail | No data | For a person |\n|---|--:|--:|--:|--:|\n")
	for i := range rollups {
		c := &rollups[i]
		h.out.Text(fmt.Sprintf("| %s | %d | %d | %d | %d |\n", escape.Markdown(strings.TrimSpace(c.Title+" "+c.Version)),
			c.Count(output.RequirementPass), c.Count(output.RequirementFail), c.Count(output.RequirementNoData), c.Count(output.RequirementManual)))
	}
}

// mark names the severity with a sign that shows without colour too.
func mark(s estate.Severity) string {
	switch s {
	case estate.Critical:
		return "🟥 critical:"
	case estate.High:
		return "🟧 high:"
	case estate.Medium:
		return "🟨 medium:"
	case estate.Low:
		return "🟦 low:"
	default:
		return "⬜ info:"
	}
}

func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}
