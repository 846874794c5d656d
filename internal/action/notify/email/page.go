package email

import (
	"strings"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/action/output/escape"
)

// mostText bounds a paragraph, in characters.
const mostText = 2000

// page returns the alert as HTML without scripts, images or styles from elsewhere. All that
// is shown goes through text.
func page(a *notify.Alert) string {
	var b strings.Builder
	text := func(before, s string, most int, after string) {
		if s = notify.Line(s, most); s != "" {
			b.WriteString(before + escape.HTML(s) + after + "\n")
		}
	}
	b.WriteString("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head><body style=\"font-family:sans-serif\">\n")
	text("<h2 style=\"font-size:1.1em\">", a.Subject(mostSubject), mostSubject, "</h2>")
	text("<p>", a.Message, mostText, "</p>")
	b.WriteString("<table>\n")
	for _, f := range a.Facts() {
		text("<tr><th style=\"text-align:left;padding-right:1em\">", f.Name, mostText, "</th>")
		text("<td>", f.Value, mostText, "</td></tr>")
	}
	b.WriteString("</table>\n")
	text("<p><b>How to fix it:</b> ", a.Fix, mostText, "</p>")
	if lines := a.ItemLines(mostItems, mostSubject); len(lines) > 0 {
		b.WriteString("<ul>\n")
		for _, line := range lines {
			text("<li>", line, mostSubject, "</li>")
		}
		b.WriteString("</ul>\n")
	}
	if link := a.WebLink(); link != "" {
		b.WriteString("<p><a href=\"" + escape.HTML(link) + "\">Open in Stance</a></p>\n")
	}
	b.WriteString("</body></html>\n")
	return b.String()
}
