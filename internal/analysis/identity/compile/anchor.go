package compile

import (
	"slices"
	"strings"
)

// anchors finds the patterns that an ARN matches. Those with six fields stand under their
// service and what their last field begins with, as trees of ARNs have it; others under
// what the whole begins with. Patterns of stars alone, which match everything, are not
// among them.
type anchors struct {
	byService map[string]*prefixes // "" is any service
	whole     prefixes
	seen      map[int32]bool
}

// prefixes finds patterns by the prefixes of a text.
type prefixes struct {
	byText  map[string][]*pattern
	lengths []int // of the prefixes, rising
}

func newAnchors() *anchors {
	return &anchors{byService: map[string]*prefixes{}, whole: prefixes{byText: map[string][]*pattern{}}, seen: map[int32]bool{}}
}

const serviceField, lastField = 2, arnFields - 1

// anchorOf returns what all texts that a pattern matches begin with.
func anchorOf(text string) string {
	if end := strings.IndexAny(text, "*?$"); end >= 0 {
		return text[:end]
	}
	return text
}

// add takes in a pattern.
func (a *anchors) add(p *pattern) {
	if p.everything || a.seen[p.id] {
		return
	}
	a.seen[p.id] = true
	if len(p.fields) < arnFields {
		a.whole.add(anchorOf(p.text), p)
		return
	}
	service := ""
	if f := &p.fields[serviceField]; f.form == literal {
		service = f.text
	}
	under := a.byService[service]
	if under == nil {
		under = &prefixes{byText: map[string][]*pattern{}}
		a.byService[service] = under
	}
	last := &p.fields[lastField]
	under.add(anchorOf(last.text), p)
}

func (x *prefixes) add(anchor string, p *pattern) {
	x.byText[anchor] = append(x.byText[anchor], p)
	if at, found := slices.BinarySearch(x.lengths, len(anchor)); !found {
		x.lengths = slices.Insert(x.lengths, at, len(anchor))
	}
}

// each visits the patterns that an ARN matches. A pattern with variables is visited when
// some values of them may let it match.
func (a *anchors) each(resource *arn, visit func(*pattern)) {
	a.whole.each(resource.text, resource, visit)
	if resource.count < arnFields {
		return
	}
	last := resource.fields[lastField]
	if under := a.byService[""]; under != nil {
		under.each(last, resource, visit)
	}
	if under := a.byService[resource.fields[serviceField]]; under != nil && resource.fields[serviceField] != "" {
		under.each(last, resource, visit)
	}
}

func (x *prefixes) each(text string, resource *arn, visit func(*pattern)) {
	for _, n := range x.lengths {
		if n > len(text) {
			return
		}
		for _, p := range x.byText[text[:n]] {
			if p.variable || p.match(resource, true) {
				visit(p)
			}
		}
	}
}
