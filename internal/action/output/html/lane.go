package html

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/action/output/route"
)

// The measures of a picture, in pixels.
const (
	laneWidth   = 1120.0 // of the widest picture
	laneSide    = 78.0   // from the edge to the first node
	lanePitch   = 330.0  // at most between two nodes
	laneHops    = 5      // at most in one row
	nodeRadius  = 25.0
	lineHeight  = 15.0
	charWidth   = 6.5  // of text of 12 pixels
	labelWidth  = 6.0  // of a character in a label
	labelRoom   = 16.0 // kept free beside a label
	labelLines  = 6
	labelGap    = 13.0 // from the line to the text above it
	nameLines   = 2
	stackWidth  = 340.0 // of the picture for narrow screens
	stackText   = 58.0  // where its texts begin
	stackRadius = 18.0
)

// node is a thing with its place in a picture.
type node struct {
	route.Thing
	x, y  float64
	class string
}

// lane draws the way from left to right, in rows of a few steps; empty without steps.
func lane(w route.Way) string {
	if len(w.Hops) == 0 {
		return ""
	}
	var body strings.Builder
	y, width := 0.0, 0.0
	from := node{Thing: w.Entry, class: "entry"}
	for start := 0; start < len(w.Hops); start += laneHops {
		hops := w.Hops[start:min(start+laneHops, len(w.Hops))]
		pitch := min(lanePitch, (laneWidth-2*laneSide)/float64(len(hops)))
		room := int((pitch - 2*nodeRadius - labelRoom) / labelWidth)
		top := 0
		for i := range hops {
			top = max(top, len(lines(hops[i].Label, room, labelLines)))
		}
		from.x, from.y = laneSide, y+max(float64(top)*lineHeight+labelGap-nodeRadius, 0)+nodeRadius+4
		below := 0.0
		for i := range hops {
			to := node{Thing: hops[i].To, x: from.x + pitch, y: from.y, class: "via"}
			if start+i == len(w.Hops)-1 {
				to.class = "target"
			}
			body.WriteString(edge(&hops[i], from, to, room, start+i+1))
			below = max(below, drawNode(&body, from, int(min(pitch, 2*laneSide)/charWidth)))
			from = to
			width = max(width, to.x+laneSide)
		}
		below = max(below, drawNode(&body, from, int(min(pitch, 2*laneSide)/charWidth)))
		from.class = "again"
		y = below + 2*lineHeight
	}
	return svg("lane", w, width, y-2*lineHeight, body.String())
}

func svg(class string, w route.Way, width, height float64, body string) string {
	return `<svg class="` + class + `"` + fmt.Sprintf(` viewBox="0 0 %.0f %.0f" width="%.0f"`, width, height, width) +
		` role="group" aria-label="` + text("The way: "+w.Title(", then ")) + `">` + body + `</svg>`
}

// edge draws a step: the line with its head, what lets the attacker take it above, and
// the fixes that cut it below.
func edge(h *route.Hop, from, to node, room, place int) string {
	var b strings.Builder
	x1, x2, mid := from.x+nodeRadius+4, to.x-nodeRadius-5, (from.x+to.x)/2
	b.WriteString(`<g class="` + edgeClass(h) + `"><title>` + text(hint(h, place)) + `</title>`)
	fmt.Fprintf(&b, `<path class="line" d="M%.1f %.1fH%.1f"/><path class="head" d="M%.1f %.1fl-9 -5v10z"/>`, x1, from.y, x2-7, x2, from.y)
	said := lines(h.Label, room, labelLines)
	for i, line := range said {
		fmt.Fprintf(&b, `<text class="label" x="%.1f" y="%.1f">%s</text>`, mid, from.y-labelGap-float64(len(said)-1-i)*lineHeight, text(line))
	}
	b.WriteString(`</g>`)
	if len(h.Cuts) > 0 {
		fmt.Fprintf(&b, `<path class="cut" d="m%.1f %.1f 10 10m0-10-10 10"/>`, mid-5, from.y-5)
		b.WriteString(chip(h.Cuts, mid, from.y+13, room, true))
	}
	return b.String()
}

// edgeClass tells known steps from uncertain ones.
func edgeClass(h *route.Hop) string {
	if h.Low < h.High {
		return "edge maybe"
	}
	return "edge"
}

// hint is what a pointer that rests on a step is told.
func hint(h *route.Hop, place int) string {
	s := fmt.Sprintf("Step %d, %.0f %% probable", place, 100*h.Probability)
	if h.Low < h.High {
		s += fmt.Sprintf(" (%.0f to %.0f)", 100*h.Low, 100*h.High)
	}
	s += ": " + h.Label
	for i, e := range h.Evidence {
		if i == evidenceHinted {
			break
		}
		s += "\n" + strings.TrimSpace(e.Path+" "+e.Text)
	}
	return s
}

const evidenceHinted = 3

// chip names the first fix that cuts a step, as a link, and counts the others where there
// is room. With centred set x is its middle.
func chip(cuts []route.Cut, x, y float64, room int, centred bool) string {
	label, address := "cut: "+escape.Terminal(cuts[0].Title), ""
	if rank := cuts[0].Rank; rank > 0 {
		label, address = "fix "+number(rank), fixAnchor(rank)
	}
	const sides, ends = 18, 3 // the room beside the text, in pixels and in columns
	label = oneLine(label, max(room-ends, 8))
	others := ""
	if n := len(cuts) - 1; n > 0 {
		others = " or " + number(n) + " more"
	}
	if wide(label+others) <= room-ends {
		label += others
	}
	width := float64(wide(label))*charWidth + sides
	if centred {
		x -= width / 2
	}
	box := fmt.Sprintf(`<rect class="chip" x="%.1f" y="%.1f" width="%.1f" height="20" rx="10"/><text class="chip-text" x="%.1f" y="%.1f">%s</text>`, x, y, width, x+width/2, y+14, text(label))
	if address == "" {
		return box
	}
	return `<a href="#` + address + `" aria-label="` + text("Cut by fix "+number(cuts[0].Rank)+": "+cuts[0].Title) + `">` + box + `</a>`
}

// drawNode draws a thing with its names below and returns where that ends.
func drawNode(b *strings.Builder, n node, room int) float64 {
	sign(b, n, nodeRadius)
	y := n.y + nodeRadius + lineHeight
	if word := wordOf(n.Thing); word != "" {
		fmt.Fprintf(b, `<text class="word" x="%.1f" y="%.1f">%s</text>`, n.x, y, text(word))
		y += lineHeight
	}
	for _, line := range lines(n.Name, room, nameLines) {
		fmt.Fprintf(b, `<text class="name" x="%.1f" y="%.1f">%s</text>`, n.x, y, text(line))
		y += lineHeight
	}
	return y
}

// sign draws the circle with the icon of a thing.
func sign(b *strings.Builder, n node, radius float64) {
	scale := radius / 22
	fmt.Fprintf(b, `<g class="node %s"><circle cx="%.1f" cy="%.1f" r="%.1f"/><path transform="translate(%.1f %.1f) scale(%.2f)" d="%s"/></g>`,
		n.class, n.x, n.y, radius, n.x-12*scale, n.y-12*scale, scale, icon(n.Kind))
}

func wordOf(t route.Thing) string {
	if t.Reached {
		return strings.TrimSpace(t.Word + " in reach")
	}
	return t.Word
}

// wide counts the columns of s: a character of East Asia takes two.
func wide(s string) int {
	const firstWide = 0x1100
	n := utf8.RuneCountInString(s)
	for _, r := range s {
		if r >= firstWide {
			n++
		}
	}
	return n
}

// oneLine cuts s to a number of columns.
func oneLine(s string, room int) string {
	if wide(s) <= room {
		return s
	}
	used := 0
	for i, r := range s {
		if used += wide(string(r)); used >= room {
			return s[:i] + "…"
		}
	}
	return s
}

// lines breaks s at spaces, and words that are too long anywhere, into at most so many
// lines. What does not fit is cut, and the last line says so.
func lines(s string, room, most int) []string {
	room = max(room, 6)
	var list []string
	line := ""
	for _, word := range strings.Fields(escape.Terminal(s)) {
		for wide(word) > room {
			head := strings.TrimSuffix(oneLine(word, room), "…")
			if line != "" {
				list, line = append(list, line), ""
			}
			list, word = append(list, head), word[len(head):]
		}
		switch {
		case line == "":
			line = word
		case wide(line)+1+wide(word) <= room:
			line += " " + word
		default:
			list, line = append(list, line), word
		}
	}
	if line != "" {
		list = append(list, line)
	}
	if len(list) > most {
		list = list[:most]
		list[most-1] = strings.TrimSuffix(oneLine(list[most-1], room), "…") + "…"
	}
	return list
}
