package draw

import (
	"cmp"
	"slices"
)

// item stands in a column: a node, or a bend of an edge that passes the column.
type item struct {
	node   int // -1 for a bend
	column int
	before []int // items of the column to the left that edges come from
	after  []int
	middle float64 // of its height
}

// layout is where everything stands, from left to right.
type layout struct {
	items   []item
	columns [][]int
	routes  [][]int // of each edge, the items it passes, from left to right
	turned  []bool  // of each edge, whether it points to the left
}

// arrange gives every node a column to the right of what leads to it, breaks cycles, and
// orders the columns so that few edges cross.
func arrange(u *union) *layout {
	l := &layout{turned: backEdges(u)}
	column := l.longest(u)
	for i := range u.nodes {
		l.add(i, column[i])
	}
	for i, e := range u.edges {
		from, to := e.from, e.to
		if l.turned[i] {
			from, to = to, from
		}
		route := []int{from}
		for c := column[from] + 1; c < column[to]; c++ {
			route = append(route, l.add(-1, c))
		}
		route = append(route, to)
		for j := 1; j < len(route); j++ {
			a, b := route[j-1], route[j]
			l.items[a].after, l.items[b].before = append(l.items[a].after, b), append(l.items[b].before, a)
		}
		l.routes = append(l.routes, route)
	}
	const sweeps = 8
	for sweep := range sweeps {
		l.sweep(sweep%2 == 0)
	}
	return l
}

func (l *layout) add(node, column int) int {
	for len(l.columns) <= column {
		l.columns = append(l.columns, nil)
	}
	l.items = append(l.items, item{node: node, column: column, middle: float64(len(l.columns[column]))})
	l.columns[column] = append(l.columns[column], len(l.items)-1)
	return len(l.items) - 1
}

// backEdges finds edges that close a cycle.
func backEdges(u *union) []bool {
	turned := make([]bool, len(u.edges))
	out := outgoing(u)
	const open, done = 1, 2
	state := make([]int, len(u.nodes))
	var visit func(n int) // at most maxNodes deep
	visit = func(n int) {
		state[n] = open
		for _, e := range out[n] {
			switch to := u.edges[e].to; state[to] {
			case open:
				turned[e] = true
			case done:
			default:
				visit(to)
			}
		}
		state[n] = done
	}
	for n := range u.nodes {
		if state[n] == 0 {
			visit(n)
		}
	}
	return turned
}

func outgoing(u *union) [][]int {
	out := make([][]int, len(u.nodes))
	for i, e := range u.edges {
		out[e.from] = append(out[e.from], i)
	}
	return out
}

// longest returns the column of each node: one to the right of the last that leads to it.
// Without any edges the nodes fill rows.
func (l *layout) longest(u *union) []int {
	column := make([]int, len(u.nodes))
	if len(u.edges) == 0 {
		const inRow = 4
		for i := range column {
			column[i] = i % inRow
		}
		return column
	}
	for range u.nodes { // as often as the longest path is long, at most
		moved := false
		for i, e := range u.edges {
			from, to := e.from, e.to
			if l.turned[i] {
				from, to = to, from
			}
			if column[to] <= column[from] {
				column[to], moved = column[from]+1, true
			}
		}
		if !moved {
			break
		}
	}
	return column
}

// sweep orders each column by the mean place of the neighbours on one side.
func (l *layout) sweep(rightwards bool) {
	for i := range l.columns {
		c := l.columns[i]
		if !rightwards {
			c = l.columns[len(l.columns)-1-i]
		}
		wanted := map[int]float64{}
		for _, n := range c {
			wanted[n] = l.mean(n, rightwards)
		}
		slices.SortStableFunc(c, func(a, b int) int { return cmp.Compare(wanted[a], wanted[b]) })
		for place, n := range c {
			l.items[n].middle = float64(place)
		}
	}
}

// mean is the mean height of the neighbours on one side; its own where it has none.
func (l *layout) mean(n int, before bool) float64 {
	neighbours := l.items[n].after
	if before {
		neighbours = l.items[n].before
	}
	if len(neighbours) == 0 {
		return l.items[n].middle
	}
	sum := 0.0
	for _, m := range neighbours {
		sum += l.items[m].middle
	}
	return sum / float64(len(neighbours))
}
