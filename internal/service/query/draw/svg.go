package draw

import (
	"fmt"
	"io"
	"strings"

	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/analysis/query"
)

// style has one set of colours for light and one for dark.
const style = `svg{--paper:#fff;--ink:#1c2430;--soft:#5b6675;--box:#f5f7fa;--rim:#c3ccd8;--way:#b4232f;--link:#7b8797;--icon:#2f5d8a}
@media(prefers-color-scheme:dark){svg{--paper:#12161c;--ink:#e8edf3;--soft:#9aa7b6;--box:#1c232c;--rim:#3b4756;--way:#ff7b80;--link:#77879a;--icon:#8ab8e6}}
.paper{fill:var(--paper)}
text{font-family:system-ui,sans-serif;fill:var(--ink)}
.name{font-size:13px;font-weight:600}
.kind,.note{font-size:11px;fill:var(--soft)}
.label{font-size:11px;fill:var(--soft);paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}
.box{fill:var(--box);stroke:var(--rim)}
.unread .box,.perhaps path{stroke-dasharray:5 4}
.icon{fill:none;stroke:var(--icon);stroke-width:1.6}
.edge path{fill:none;stroke:var(--link);stroke-width:1.4}
.attack path{stroke:var(--way);stroke-width:1.8}
.tip{fill:var(--link)}
.attack-tip{fill:var(--way)}`

const tips = `<marker id="%s" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path class="%s" d="M0 0L8 4L0 8z"/></marker>`

// SVG writes the union of the paths as a picture of its own: from left to right, in the
// colours that the reader's system prefers. Texts in full stand in its titles.
func SVG(w io.Writer, a *query.Answer) error {
	u := unite(a)
	g := place(u, arrange(u))
	if len(u.nodes) == 0 {
		g.height = 2*margin + legendSpace
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f"><title>Answer of stance query</title>`, g.total, g.height, g.total, g.height)
	fmt.Fprintf(&b, "<style>%s</style>\n<defs>"+tips+tips+"</defs>\n", style, "tip", "tip", "attack-tip", "attack-tip")
	fmt.Fprintf(&b, `<rect class="paper" width="%.0f" height="%.0f"/>`+"\n", g.total, g.height)
	for i := range u.edges {
		g.edge(&b, &u.edges[i], i)
	}
	for i := range u.nodes {
		g.node(&b, &u.nodes[i], i)
	}
	g.texts(&b)
	g.legend(&b, u)
	b.WriteString("</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// edge draws a curve through the bends.
func (g *geometry) edge(b *strings.Builder, e *link, index int) {
	classes, tip := "edge", "tip"
	if e.attack {
		classes, tip = "edge attack", "attack-tip"
	}
	if !e.sure {
		classes += " perhaps"
	}
	title := strings.Join(e.kinds, ", ")
	if len(e.labels) > 0 {
		title += ": " + strings.Join(e.labels, "; ")
	}
	end := "marker-end"
	if g.turned[index] {
		end = "marker-start"
	}
	fmt.Fprintf(b, `<g class="%s"><title>%s</title><path d="%s" %s="url(#%s)"/></g>`+"\n", classes, escape.XML(title), g.curve(index), end, tip)
}

// curve returns the line of an edge through its bends. Where its label stands, it is
// straight.
func (g *geometry) curve(index int) string {
	var b strings.Builder
	route, spot := g.routes[index], g.spots[index]
	for j := 1; j < len(route); j++ {
		from, to := &g.items[route[j-1]], &g.items[route[j]]
		x1, y1 := g.left[from.column]+g.width[from.column], from.middle
		x2, y2 := g.left[to.column], to.middle
		if j == 1 {
			fmt.Fprintf(&b, "M%.1f %.1f", x1, y1)
		}
		start, end := x1, x2
		switch {
		case spot.start && route[j-1] == spot.item:
			start += g.labels[spot].width()
		case !spot.start && route[j] == spot.item:
			end -= g.labels[spot].width()
		}
		middle := (start + end) / 2
		fmt.Fprintf(&b, "H%.1fC%.1f %.1f %.1f %.1f %.1f %.1fH%.1f", start, middle, y1, middle, y2, end, y2, x2)
	}
	return b.String()
}

// texts draws what stands beside the ends of edges, each once where edges share it.
func (g *geometry) texts(b *strings.Builder) {
	const lift = 5
	for item := range g.items {
		for _, start := range []bool{false, true} {
			l, ok := g.labels[spot{item, start}]
			if !ok {
				continue
			}
			at := &g.items[item]
			x := g.left[at.column] - l.width()/2
			if start {
				x = g.left[at.column] + g.width[at.column] + l.width()/2
			}
			fmt.Fprintf(b, `<text class="label" x="%.1f" y="%.1f" text-anchor="middle">%s</text>`+"\n", x, at.middle-lift, escape.XML(l.text()))
		}
	}
}

// node draws a box with an icon, a name and what it is.
func (g *geometry) node(b *strings.Builder, n *drawn, index int) {
	at := &g.items[index]
	x, y := g.left[at.column], at.middle-nodeHeight/2
	classes := "node"
	if !n.Read {
		classes += " unread"
	}
	fmt.Fprintf(b, `<g class="%s" transform="translate(%.1f %.1f)"><title>%s</title><rect class="box" width="%.1f" height="%d" rx="7"/>`,
		classes, x, y, escape.XML(strings.Join([]string{n.ID, n.Type, n.Account, n.Region}, " · ")), g.width[at.column], nodeHeight)
	b.WriteString(icons[n.shape()])
	fmt.Fprintf(b, `<text class="name" x="%d" y="20">%s</text><text class="kind" x="%d" y="36">%s</text></g>`+"\n",
		iconWidth, escape.XML(short(n.Name)), iconWidth, escape.XML(n.kind()))
}

// icons are drawn around x 17, y 23.
var icons = map[shape]string{
	box:     `<rect class="icon" x="9" y="16" width="16" height="14" rx="2"/><path class="icon" d="M9 21H25"/>`,
	circle:  `<circle class="icon" cx="17" cy="23" r="9"/><path class="icon" d="M8 23H26M17 14C11 19 11 27 17 32C23 27 23 19 17 14"/>`,
	barrel:  `<path class="icon" d="M9 17V29C9 33 25 33 25 29V17"/><ellipse class="icon" cx="17" cy="17" rx="8" ry="3"/>`,
	hexagon: `<circle class="icon" cx="17" cy="18" r="4"/><path class="icon" d="M9 32C9 23 25 23 25 32z"/>`,
	tag:     `<path class="icon" d="M10 14H20L24 18V32H10z"/><path class="icon" d="M13 21H21M13 26H21"/>`,
}

// legend says what lines mean and what is not shown.
func (g *geometry) legend(b *strings.Builder, u *union) {
	text := "red: a step of an attacker · grey: a declared relation · dashed, ?: perhaps"
	if len(u.nodes) == 0 {
		text = "no paths"
	}
	if note := u.note(); note != "" {
		text += " · " + note
	}
	fmt.Fprintf(b, `<text class="note" x="%d" y="%.0f">%s</text>`+"\n", margin, g.height-14, escape.XML(text))
}
