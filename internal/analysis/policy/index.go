package policy

import (
	"strings"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// index finds the elements of a collection by a text in them, in their order.
type index struct {
	by map[string]*places
	// loose are the elements whose text is not known: any text may be theirs.
	loose []int32
}

// places are where a text stands, in ascending order.
type places struct{ list []int32 }

// indexed returns the collection's index of a lookup, made when it is first asked for.
func (l *list) indexed(n *narrowing) *index {
	ix := l.indexes[n.name]
	if ix == nil {
		ix = newIndex(l, n)
		if l.indexes == nil {
			l.indexes = map[string]*index{}
		}
		l.indexes[n.name] = ix
	}
	return ix
}

func newIndex(l *list, n *narrowing) *index {
	ix := &index{by: map[string]*places{}}
	for i, elem := range l.read() {
		if elem == nil {
			elem = l.lazy.glance(i)
		}
		known := textsAt(elem, n.path, func(key string) {
			if n.last {
				slash := strings.LastIndexByte(key, '/')
				if slash < 0 {
					return
				}
				key = key[slash+1:]
			}
			at := ix.by[key]
			if at == nil {
				at = &places{}
				ix.by[strings.Clone(key)] = at // the text itself does not outlast the glance
			}
			if n := len(at.list); n == 0 || at.list[n-1] != int32(i) {
				at.list = append(at.list, int32(i))
			}
		})
		if !known {
			ix.loose = append(ix.loose, int32(i))
		}
	}
	return ix
}

// textsAt adds the texts at a path, going into every element of the lists on the way.
// It reports whether that is all of them.
func textsAt(v ref.Val, path []*field, add func(string)) bool {
	switch v := v.(type) {
	case types.String:
		add(string(v))
		return len(path) == 0
	case *object:
		return len(path) > 0 && textsAt(v.get(path[0]), path[1:], add)
	case *list:
		for i := range v.vals {
			if !textsAt(v.at(i), path, add) {
				return false
			}
		}
		return true
	default:
		return false
	}
}

// find returns the elements with the text, and those that may have it.
func (ix *index) find(key string) []int32 { return ix.with(ix.loose, key) }

// with adds the elements with the text to others.
func (ix *index) with(others []int32, key string) []int32 {
	if at := ix.by[key]; at != nil {
		return union(at.list, others)
	}
	return others
}

// union merges two lists in ascending order. The result may share memory with one.
func union(a, b []int32) []int32 {
	if len(a) == 0 {
		return b
	}
	if len(b) == 0 {
		return a
	}
	out := make([]int32, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			out, a = append(out, a[0]), a[1:]
		case b[0] < a[0]:
			out, b = append(out, b[0]), b[1:]
		default:
			out, a, b = append(out, a[0]), a[1:], b[1:]
		}
	}
	return append(append(out, a...), b...)
}
