package draw

import "math"

// Sizes in pixels.
const (
	nodeHeight  = 46
	nodeGap     = 20
	bendHeight  = 20
	iconWidth   = 34
	nameWidth   = 8.3 // of a letter of a name
	kindWidth   = 6.4 // of a letter of what is small
	leastWidth  = 96
	curveSpace  = 76
	margin      = 28
	legendSpace = 34
)

// geometry is where things stand in pixels.
type geometry struct {
	*layout
	spots         []spot // of each edge, where its label stands
	labels        map[spot]label
	left, width   []float64 // of each column
	total, height float64
}

// place turns columns and orders into pixels: nodes stand as near to the height of their
// neighbours as the order lets them.
func place(u *union, l *layout) *geometry {
	g := &geometry{layout: l}
	g.label(u)
	g.across(u)
	const rounds = 6
	for _, c := range l.columns {
		g.stack(c, func(n int) float64 { return l.items[n].middle * (nodeHeight + nodeGap) })
	}
	for round := range rounds {
		rightwards := round%2 == 1
		for i := range l.columns {
			c := l.columns[i]
			if !rightwards {
				c = l.columns[len(l.columns)-1-i]
			}
			g.stack(c, func(n int) float64 { return l.mean(n, rightwards) })
		}
	}
	least, most := math.Inf(1), math.Inf(-1)
	for i := range l.items {
		half := g.room(i) / 2
		least, most = min(least, l.items[i].middle-half), max(most, l.items[i].middle+half)
	}
	for i := range l.items {
		l.items[i].middle += margin - least
	}
	g.height = most - least + 2*margin + legendSpace
	return g
}

// across gives each column its width, and space to the next for what stands on edges.
func (g *geometry) across(u *union) {
	space := map[bool][]float64{false: make([]float64, len(g.columns)), true: make([]float64, len(g.columns))}
	for spot, l := range g.labels {
		at := g.items[spot.item].column
		if !spot.start {
			at--
		}
		space[spot.start][at] = max(space[spot.start][at], l.width())
	}
	x := float64(margin)
	for i, c := range g.columns {
		width := 0.0
		for _, n := range c {
			if node := g.items[n].node; node >= 0 {
				d := &u.nodes[node]
				width = max(width, leastWidth, iconWidth+12+max(nameWidth*float64(len([]rune(short(d.Name)))), kindWidth*float64(len(d.kind()))))
			}
		}
		g.left, g.width = append(g.left, x), append(g.width, width)
		x += width + curveSpace + space[false][i] + space[true][i]
		g.total = g.left[i] + width + margin
	}
	g.total = max(g.total, 520)
}

func (g *geometry) room(n int) float64 {
	if g.items[n].node < 0 {
		return bendHeight
	}
	return nodeHeight + nodeGap
}

// stack gives the items of a column heights as near to what they want as their order and
// sizes let them: neighbours that would overlap share the mean of what they want.
func (g *geometry) stack(column []int, wants func(n int) float64) {
	type block struct {
		sum   float64
		count float64
	}
	var blocks []block
	offset := make([]float64, len(column))
	for i, n := range column {
		if i > 0 {
			offset[i] = offset[i-1] + (g.room(column[i-1])+g.room(n))/2
		}
		blocks = append(blocks, block{wants(n) - offset[i], 1})
		for len(blocks) > 1 {
			a, b := blocks[len(blocks)-2], blocks[len(blocks)-1]
			if a.sum/a.count <= b.sum/b.count {
				break
			}
			blocks = append(blocks[:len(blocks)-2], block{a.sum + b.sum, a.count + b.count})
		}
	}
	i := 0
	for _, b := range blocks {
		for range int(b.count) {
			g.items[column[i]].middle = b.sum/b.count + offset[i]
			i++
		}
	}
}
