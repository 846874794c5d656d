package compile

import (
	"slices"
	"strings"
)

// anchors finds the patterns that an ARN matches, by what they begin with. Patterns of
// stars alone, which match everything, are not among them.
type anchors struct {
	byText  map[string][]*pattern
	lengths []int // of the anchors, rising
	seen    map[int32]bool
}

func newAnchors() *anchors {
	return &anchors{byText: map[string][]*pattern{}, seen: map[int32]bool{}}
}

// anchor returns what all ARNs that the pattern matches begin with.
func (p *pattern) anchor() string {
	if end := strings.IndexAny(p.text, "*?$"); end >= 0 {
		return p.text[:end]
	}
	return p.text
}

// add takes in a pattern, and reports whether it is a new one.
func (a *anchors) add(p *pattern) bool {
	if p.everything || a.seen[p.id] {
		return false
	}
	a.seen[p.id] = true
	anchor := p.anchor()
	a.byText[anchor] = append(a.byText[anchor], p)
	if at, found := slices.BinarySearch(a.lengths, len(anchor)); !found {
		a.lengths = slices.Insert(a.lengths, at, len(anchor))
	}
	return true
}

// each visits the patterns that an ARN matches. A pattern with variables is visited when
// some values of them may let it match.
func (a *anchors) each(resource *arn, visit func(*pattern)) {
	for _, n := range a.lengths {
		if n > len(resource.text) {
			return
		}
		for _, p := range a.byText[resource.text[:n]] {
			if p.variable || p.match(resource, true) {
				visit(p)
			}
		}
	}
}
