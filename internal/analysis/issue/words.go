package issue

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/stance-sec/stance/internal/analysis/risk"
)

// title is the way in words: who, then each resource with what is done to get there.
func title(table *risk.Table, d *draft) string {
	entry, _, _ := strings.Cut(d.route, "\x00")
	row, _ := table.Entry(entry)
	var b strings.Builder
	b.WriteString(row.Label)
	for _, s := range d.issue.Path {
		fmt.Fprintf(&b, " → %s (%s)", Name(s.To), s.Label)
	}
	if more := d.issue.Targets - 1; more > 0 {
		fmt.Fprintf(&b, " and %d more", more)
	}
	return b.String()
}

const maxName = 60

// Name shortens an id to what people call it: its last part, on one line, without
// characters that steer a terminal.
func Name(id string) string {
	name := strings.TrimRight(id, "/:")
	name = name[strings.LastIndexAny(name, "/:")+1:]
	var b strings.Builder
	for _, r := range name {
		if !unicode.IsPrint(r) {
			r = unicode.ReplacementChar
		}
		b.WriteRune(r)
		if b.Len() >= maxName {
			b.WriteString("…")
			break
		}
	}
	return b.String()
}
