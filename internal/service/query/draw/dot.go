// Package draw draws the answer to a query: as text for Graphviz, or as an SVG picture
// that needs nothing else. Every text in it may be hostile and is escaped.
package draw

import (
	"fmt"
	"io"
	"strings"

	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/analysis/query"
)

// DOT writes the union of the paths in the language of Graphviz.
func DOT(w io.Writer, a *query.Answer) error {
	p := unite(a)
	var b strings.Builder
	b.WriteString("digraph answer {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\", fontsize=10];\n")
	if p.leftOut > 0 {
		fmt.Fprintf(&b, "  label=%s;\n", quote(p.note()))
	}
	for i, n := range p.nodes {
		fmt.Fprintf(&b, "  n%d [label=%s, shape=%s", i, quote(n.kind(), n.Name), shapes[n.shape()])
		if !n.Read {
			b.WriteString(", style=dashed")
		}
		b.WriteString("];\n")
	}
	for _, e := range p.edges {
		fmt.Fprintf(&b, "  n%d -> n%d [label=%s", e.from, e.to, quote(strings.Join(e.kinds, ", ")))
		if !e.sure {
			b.WriteString(", style=dashed")
		}
		b.WriteString("];\n")
	}
	b.WriteString("}\n")
	_, err := io.WriteString(w, b.String())
	return err
}

var shapes = map[shape]string{circle: "ellipse", barrel: "cylinder", box: "box", hexagon: "hexagon", tag: "note"}

// quote makes a quoted text of DOT of the lines. Backslashes are doubled, so that no text
// is an escape sequence but for the line breaks that are ours.
func quote(lines ...string) string {
	for i, line := range lines {
		lines[i] = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(escape.Terminal(line))
	}
	return `"` + strings.Join(lines, `\n`) + `"`
}
