package html

import (
	"fmt"
	"math"
	"strings"

	"github.com/stance-sec/stance/internal/action/output/route"
)

// stack draws the way from top to bottom, for narrow screens; empty without steps.
func stack(w route.Way) string {
	if len(w.Hops) == 0 {
		return ""
	}
	var b strings.Builder
	room := int(math.Floor((stackWidth - stackText) / charWidth))
	n := node{Thing: w.Entry, x: stackRadius + 8, y: stackRadius + 4, class: "entry"}
	bottom := stackNode(&b, n, room)
	for i := range w.Hops {
		h := &w.Hops[i]
		top := n.y + stackRadius + 4
		y := max(bottom, top) + lineHeight
		b.WriteString(`<g class="` + edgeClass(h) + ` down"><title>` + text(hint(h, i+1)) + `</title>`)
		for _, line := range lines(h.Label, room, labelLines) {
			fmt.Fprintf(&b, `<text class="label" x="%.1f" y="%.1f">%s</text>`, stackText, y, text(line))
			y += lineHeight
		}
		chipAt := y - lineHeight/2
		if len(h.Cuts) > 0 {
			y += 2 * lineHeight
		}
		n = node{Thing: h.To, x: n.x, y: y + stackRadius, class: "via"}
		if i == len(w.Hops)-1 {
			n.class = "target"
		}
		tip := n.y - stackRadius - 4
		fmt.Fprintf(&b, `<path class="line" d="M%.1f %.1fV%.1f"/><path class="head" d="M%.1f %.1fl-5 -9h10z"/></g>`, n.x, top, tip-7, n.x, tip)
		if len(h.Cuts) > 0 {
			fmt.Fprintf(&b, `<path class="cut" d="m%.1f %.1f 10 10m0-10-10 10"/>`, n.x-5, (top+tip)/2-5)
			b.WriteString(chip(h.Cuts, stackText, chipAt, room, false))
		}
		bottom = stackNode(&b, n, room)
	}
	return svg("stack", w, stackWidth, max(bottom, n.y+stackRadius)+6, b.String())
}

// stackNode draws a thing with its names beside it and returns where they end.
func stackNode(b *strings.Builder, n node, room int) float64 {
	sign(b, n, stackRadius)
	said := lines(n.Name, room, nameLines)
	y := n.y + 4
	if word := wordOf(n.Thing); word != "" {
		y = n.y - 4
		fmt.Fprintf(b, `<text class="word" x="%.1f" y="%.1f">%s</text>`, stackText, y, text(word))
		y += lineHeight
	}
	for _, line := range said {
		fmt.Fprintf(b, `<text class="name" x="%.1f" y="%.1f">%s</text>`, stackText, y, text(line))
		y += lineHeight
	}
	return y
}
