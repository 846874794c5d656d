package policy

import (
	"strings"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// narrowing finds the elements of a collection for which a condition may hold; for all
// others it is false, whatever else the condition asks. It is a tree that follows the
// condition's && and ||, with lookups as leaves.
type narrowing struct {
	kind  narrowingKind
	parts []*narrowing // of both and either

	// Of a lookup: the texts at path of an element are held against an argument.
	path []*field
	name string // of the index: the path, and a slash at its end for last
	last bool   // the text after the last slash counts, and texts without one never match
	arg  int    // which of the arguments
	// region is set when the text is the region of the element.
	region bool
}

type narrowingKind uint8

const (
	both   narrowingKind = iota // the parts must all hold
	either                      // one of the parts must hold
	equals                      // a text is the argument
	within                      // a text is in the argument, a list
	ending                      // the argument ends with a slash and a text
)

// globalRegion is the region of resources that have none.
const globalRegion = "global"

// elements returns the elements for which the condition may hold, in their order;
// false when it may be any.
func (n *narrowing) elements(l *list, args []ref.Val) ([]int32, bool) {
	switch n.kind {
	case both:
		return n.fewest(l, args)
	case either:
		var all []int32
		for _, p := range n.parts {
			some, ok := p.elements(l, args)
			if !ok {
				return nil, false
			}
			all = union(all, some)
		}
		return all, true
	case within:
		return n.among(l, args[n.arg])
	default:
		key, ok := args[n.arg].(types.String)
		if !ok || n.last && strings.Contains(string(key), "/") {
			return nil, false
		}
		if n.kind == equals {
			return l.indexed(n).find(string(key)), true
		}
		return l.indexed(n).ends(string(key)), true
	}
}

// fewest returns the answer of the part that leaves the fewest elements.
func (n *narrowing) fewest(l *list, args []ref.Val) (least []int32, found bool) {
	for _, p := range n.parts {
		some, ok := p.elements(l, args)
		if ok && (!found || len(some) < len(least)) {
			least, found = some, true
		}
	}
	return least, found
}

func (n *narrowing) among(l *list, v ref.Val) ([]int32, bool) {
	keys, ok := v.(traits.Lister)
	if !ok || unknownIn(v) != nil {
		return nil, false
	}
	ix := l.indexed(n)
	found := ix.loose
	size, _ := keys.Size().(types.Int)
	for i := range size {
		key, ok := keys.Get(i).(types.String)
		if !ok || n.last && strings.Contains(string(key), "/") {
			return nil, false
		}
		found = ix.with(found, string(key))
	}
	return found, true
}

// ends returns the elements whose text, after a slash, ends the key.
func (ix *index) ends(key string) []int32 {
	found := ix.loose
	for {
		slash := strings.IndexByte(key, '/')
		if slash < 0 {
			return found
		}
		key = key[slash+1:]
		found = ix.with(found, key)
	}
}

// spares reports whether the condition is false for all that may stand in a lost part,
// because it asks for another region. What is global may be read in any region.
func (n *narrowing) spares(g *ghost, args []ref.Val) bool {
	switch n.kind {
	case both:
		for _, p := range n.parts {
			if p.spares(g, args) {
				return true
			}
		}
		return false
	case either:
		for _, p := range n.parts {
			if !p.spares(g, args) {
				return false
			}
		}
		return true
	case equals:
		asked, ok := args[n.arg].(types.String)
		return ok && n.region && g.region != "" && asked != "" && asked != globalRegion && string(asked) != g.region
	default:
		return false
	}
}
