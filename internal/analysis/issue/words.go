package issue

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/estate"
)

// title is the way in names: who begins, each resource once, and what class of thing is
// reached in the end. The steps themselves say what lets the attacker take them.
func (c *Collector) title(d *draft) string {
	entry, _, _ := strings.Cut(d.route, "\x00")
	row, _ := c.table.Entry(entry)
	var b strings.Builder
	b.WriteString(row.Label)
	last := ""
	for i := range d.issue.Path {
		if name := d.issue.Path[i].ToName; name != last {
			b.WriteString(" → " + name)
			last = name
		}
	}
	fmt.Fprintf(&b, " (%s)", strings.ReplaceAll(d.issue.Class, "-", " "))
	if more := d.issue.Targets - 1; more > 0 {
		fmt.Fprintf(&b, " and %d more", more)
	}
	return b.String()
}

// named gives the steps of a way their names.
func (c *Collector) named(r attack.Route) []estate.PathStep {
	row, _ := c.table.Entry(r.Entry)
	for i := range r.Steps {
		s := &r.Steps[i]
		s.FromName, s.ToName = row.Label, c.name(s.To)
		if s.From != "" {
			s.FromName = c.name(s.From)
		}
	}
	return r.Steps
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
