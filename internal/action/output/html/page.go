package html

import (
	"crypto/sha256"
	_ "embed" // the assets
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/action/output/group"
	"github.com/stance-sec/stance/internal/action/output/route"
	"github.com/stance-sec/stance/internal/estate"
)

//go:embed assets/report.css
var frame string

//go:embed assets/findings.css
var lists string

//go:embed assets/issues.css
var ways string

//go:embed assets/report.js
var script string

// style is the whole style sheet.
func style() string { return frame + lists + ways }

// page writes the parts of the page in their order. Markup is written with Text, and
// every text that is not ours passes through text first.
type page struct {
	*output.Writer
	run     output.Run
	set     *group.Set
	summary output.Summary
	scopes  []estate.Coverage
	all     bool
	shown   map[string]bool // the checks that have their place on the page
	ranking *route.Ranking  // nil without priorities
}

// text escapes s for text and quoted attributes.
func text(s string) string { return escape.HTML(s) }

// policy lets the page use its own style and script and nothing else.
func policy() string {
	return "default-src 'none'; style-src '" + hash(style()) + "'; script-src '" + hash(script) + "'; base-uri 'none'; form-action 'none'"
}

func hash(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

func (p *page) head() {
	p.Text(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="`, policy(), `">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="`, text(p.run.Tool+" "+p.run.Version), `">
<title>Cloud security of `, text(p.subjectName()), `, `, p.run.Finished.UTC().Format("2 January 2006"), `</title>
<style>`, style(), `</style>
</head>
<body>
<a class="skip" href="#findings">Skip to the findings</a>
<header class="top"><div class="wrap">
<a class="brand" href="#top"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 2 4 5v6c0 5 3.4 9.3 8 11 4.6-1.7 8-6 8-11V5z"/><path class="tick" d="m8.3 12.2 2.6 2.6 4.9-5.3"/></svg>Stance</a>
<nav aria-label="Sections">`)
	if p.summary.Priorities != nil {
		p.Text(`<a href="#issues">Issues</a><a href="#fixes">Fixes</a><a href="#campaigns">Campaigns</a>`)
	}
	p.Text(`<a href="#findings">Findings</a>`)
	if len(p.summary.Compliance) > 0 {
		p.Text(`<a href="#compliance">Compliance</a>`)
	}
	p.Text(`<a href="#coverage">Coverage</a></nav>
<button class="quiet" id="theme" type="button" aria-label="Switch between light and dark"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z"/></svg></button>
</div></header>
<main class="wrap" id="top">
<section class="hero"><p class="of">`, p.subject(), `</p><h1>`, p.headline(), `</h1><p class="facts">`, strings.Join(p.facts(), sep), `</p></section>
`)
}

// headline says in a sentence how things stand.
func (p *page) headline() string {
	f, c := p.summary.Failing, p.summary.Counts
	switch {
	case p.summary.Priorities != nil && len(p.summary.Priorities.Issues) > 0:
		return issueHeadline(p.summary.Priorities.Issues)
	case f.Critical > 0 && f.High > 0:
		return fmt.Sprintf(`<b class="c-critical">%s critical</b> and <b class="c-high">%s high</b> findings need you`, number(f.Critical), number(f.High))
	case f.Critical > 0:
		return fmt.Sprintf(`<b class="c-critical">%s critical</b> %s you`, number(f.Critical), needs(f.Critical))
	case f.High > 0:
		return fmt.Sprintf(`Nothing critical; <b class="c-high">%s high</b> %s you`, number(f.High), needs(f.High))
	case c.Fail > 0:
		return fmt.Sprintf("Nothing critical or high; %s smaller findings", number(c.Fail))
	case c.Unknown > 0 || p.set.Scopes.Failed > 0:
		return "Nothing that could be read fails"
	case c.Total() == 0:
		return "Nothing was judged"
	default:
		return "Nothing fails"
	}
}

// issueHeadline counts the issues, the worst by their band.
func issueHeadline(issues []estate.Issue) string {
	bands := map[string]int{}
	for i := range issues {
		bands[severityName(issues[i].Score.Band)]++
	}
	var parts []string
	for _, band := range severities()[:2] {
		if n := bands[string(band)]; n > 0 {
			parts = append(parts, `<b class="c-`+string(band)+`">`+number(n)+` `+string(band)+`</b>`)
		}
	}
	if len(parts) == 0 {
		return count(len(issues), "issue") + ", none of them critical or high"
	}
	return count(len(issues), "issue") + ", " + strings.Join(parts, " and ")
}

func needs(n int) string {
	if n == 1 {
		return "finding needs"
	}
	return "findings need"
}

func (p *page) foot() {
	p.Text(`<footer><p>`, strings.Join(p.origin(), sep), `</p><p class="keys">Keys: <kbd>/</kbd> search, <kbd>j</kbd> <kbd>k</kbd> next and previous, <kbd>Enter</kbd> open, <kbd>Esc</kbd> clear</p></footer>
</main>
<script type="application/json" id="data">`)
	p.data()
	p.Text("</script>\n<script>", script, "</script>\n</body>\n</html>\n")
}

// number writes n with thousands separated.
func number(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// count writes n with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return number(n) + " " + noun + "s"
}
