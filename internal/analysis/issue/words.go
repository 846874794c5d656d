package issue

import (
	"fmt"
	"strings"
	"unicode"
)

// title is the way in words: who, then each resource with what is done to get there, in
// the table's short words and not in those of the steps, which name resources themselves.
func (c *Collector) title(d *draft) string {
	entry, _, _ := strings.Cut(d.route, "\x00")
	row, _ := c.table.Entry(entry)
	var b strings.Builder
	b.WriteString(row.Label)
	for i := 0; i < len(d.issue.Path); {
		to, done := d.issue.Path[i].To, []string(nil)
		for ; i < len(d.issue.Path) && d.issue.Path[i].To == to; i++ {
			row, _ := c.table.Step(d.issue.Path[i].Kind)
			done = append(done, row.Label)
		}
		fmt.Fprintf(&b, " → %s (%s)", c.name(to), strings.Join(done, ", "))
	}
	if more := d.issue.Targets - 1; more > 0 {
		fmt.Fprintf(&b, " and %d more", more)
	}
	return b.String()
}

// name returns what people call a resource.
func (c *Collector) name(id string) string {
	if c.options.Name != nil {
		if name := c.options.Name(id); name != "" {
			return printable(name)
		}
	}
	return Name(id)
}

const maxName = 60

// Name shortens an id to what people call it: its last part, on one line, without
// characters that steer a terminal.
func Name(id string) string {
	name := strings.TrimRight(id, "/:")
	name = name[strings.LastIndexAny(name, "/:")+1:]
	return printable(name)
}

// printable puts a text on one line and bounds it.
func printable(text string) string {
	var b strings.Builder
	for _, r := range text {
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
