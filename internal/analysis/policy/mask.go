package policy

import (
	"strings"

	"cel.dev/cel-go/common/types"
)

// mask marks what is unknown in a document: a tree along the paths of the
// resource's unknown entries. Nearly every document has none, and its mask is nil.
type mask struct {
	// unknown is set where the value itself, and all below it, is unknown.
	unknown  *types.Unknown
	children map[string]*mask
}

// add marks a path. A second entry for the same path adds to the first.
func (m *mask) add(path []string, u *types.Unknown) {
	for _, part := range path {
		next := m.children[part]
		if next == nil {
			next = &mask{}
			if m.children == nil {
				m.children = map[string]*mask{}
			}
			m.children[part] = next
		}
		m = next
	}
	m.unknown = types.MergeUnknowns(u, m.unknown)
}

// child returns the mask of what lies below a field, key or index; nil when
// everything there is known. A "*" in a path stands for every element.
func (m *mask) child(part string) *mask {
	if m == nil {
		return nil
	}
	if m.unknown != nil {
		return m
	}
	if c := m.children[part]; c != nil {
		return c
	}
	return m.children["*"]
}

// at returns the mask of a dotted path below m.
func (m *mask) at(path string) *mask {
	for path != "" && m != nil {
		var part string
		part, path, _ = strings.Cut(path, ".")
		m = m.child(part)
	}
	return m
}

// leaf returns the unknown that covers the value itself, or nil.
func (m *mask) leaf() *types.Unknown {
	if m == nil {
		return nil
	}
	return m.unknown
}

// any returns everything unknown at or below m, merged; nil when there is nothing.
func (m *mask) any() *types.Unknown {
	if m == nil {
		return nil
	}
	all := m.unknown
	for _, key := range sortedKeys(m.children) {
		all = types.MergeUnknowns(all, m.children[key].any())
	}
	return all
}

// splitPath cuts "rules[2].cidrs" into rules, 2, cidrs. Keys with dots or brackets
// in them stand in quotes: environment["A.B"].
func splitPath(path string) []string {
	var parts []string
	for path != "" {
		var part string
		part, path = nextPart(path)
		if part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

func nextPart(path string) (part, rest string) {
	if quoted, ok := strings.CutPrefix(path, `["`); ok {
		if key, rest, ok := strings.Cut(quoted, `"]`); ok {
			return key, rest
		}
	}
	switch i := strings.IndexAny(path, ".[]"); {
	case i < 0:
		return path, ""
	case path[i] == '[' && i > 0:
		return path[:i], path[i:]
	case path[i] == '[':
		inner, rest, _ := strings.Cut(path[1:], "]")
		return inner, rest
	default:
		return path[:i], path[i+1:]
	}
}
