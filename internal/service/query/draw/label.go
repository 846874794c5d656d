package draw

import (
	"slices"
	"strings"
)

// spot is a place for a label: beside an item, where edges start or where they end.
type spot struct {
	item  int
	start bool
}

// label is what edges that meet in a spot have to say.
type label []string

// label gives every edge a spot, at the end that fewer edges share.
func (g *geometry) label(u *union) {
	g.labels = map[spot]label{}
	for i := range u.edges {
		route := g.routes[i]
		first, last := route[0], route[len(route)-1]
		at := spot{item: last}
		if len(g.items[first].after) < len(g.items[last].before) {
			at = spot{item: first, start: true}
		}
		g.spots = append(g.spots, at)
		for _, kind := range u.edges[i].kinds {
			if !u.edges[i].sure {
				kind += " ?"
			}
			if !slices.Contains(g.labels[at], kind) {
				g.labels[at] = append(g.labels[at], kind)
			}
		}
	}
}

// text is the label on one line; what does not fit is counted.
func (l label) text() string {
	const shown = 2
	if len(l) <= shown {
		return strings.Join(l, ", ")
	}
	return strings.Join(l[:shown], ", ") + " …"
}

// width is the room that the label takes.
func (l label) width() float64 {
	const around = 18
	return around + kindWidth*float64(len([]rune(l.text())))
}
