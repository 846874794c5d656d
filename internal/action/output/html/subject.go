package html

import (
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/action/output/group"
)

// sep stands between facts.
const sep = ` <span class="sep">·</span> `

// accountsNamed is how many accounts the head of the page names.
const accountsNamed = 6

// subject says what was scanned, as HTML.
func (p *page) subject() string {
	var parts []string
	for _, cloud := range p.run.Asked.Clouds {
		parts = append(parts, "<b>"+text(group.CloudName(cloud))+"</b>")
	}
	labels := p.set.Labels(p.set.Read())
	if len(labels) > accountsNamed {
		parts = append(parts, count(len(labels), "account"))
		labels = labels[:accountsNamed]
		labels = append(labels[:len(labels):len(labels)], "…")
	}
	if len(labels) > 0 {
		parts = append(parts, text(strings.Join(labels, ", ")))
	}
	return strings.Join(parts, sep)
}

// subjectName says in a few words what was scanned, for the title of the page.
func (p *page) subjectName() string {
	read := p.set.Read()
	if len(read) == 1 {
		return p.set.Labels(read)[0]
	}
	var clouds []string
	for _, cloud := range p.run.Asked.Clouds {
		clouds = append(clouds, group.CloudName(cloud))
	}
	return strings.TrimSpace(strings.Join(clouds, ", ") + " (" + count(len(read), "account") + ")")
}

// facts are how much the report is about, and when it was read, as HTML.
func (p *page) facts() []string {
	facts := []string{
		keep(count(p.summary.Resources, "resource")), keep(count(len(p.run.Checks), "check")), keep(count(p.summary.Counts.Total(), "verdict")),
		keep(p.run.Finished.UTC().Format("2 January 2006, 15:04") + " UTC"),
	}
	if len(p.run.Asked.Regions) > 0 {
		facts = append(facts, "only "+few(p.run.Asked.Regions))
	}
	if len(p.run.Asked.Services) > 0 {
		facts = append(facts, "only "+few(p.run.Asked.Services))
	}
	if p.run.Baseline != "" {
		facts = append(facts, "<b>"+number(p.summary.Counts.New)+" new</b> since "+text(p.run.Baseline))
	}
	return facts
}

// keep holds a fact of ours on one line.
func keep(fact string) string { return `<span class="keep">` + fact + `</span>` }

// origin says how the report came to be, as HTML.
func (p *page) origin() []string {
	facts := []string{text(strings.TrimSpace(p.run.Tool + " " + p.run.Version))}
	if d := p.summary.Duration; d > 0 {
		facts = append(facts, "reading took "+d.Round(time.Second/10).String())
	}
	if p.summary.Calls > 0 {
		facts = append(facts, count(p.summary.Calls, "API call"))
	}
	if p.run.Asked.From != "" {
		facts = append(facts, "judged again from a saved run")
	}
	return append(facts, "Unknown is neither pass nor fail")
}
