package policy

import (
	"fmt"
	"reflect"
	"strconv"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"github.com/valyala/fastjson"

	"github.com/stance-sec/stance/internal/estate/schema"
)

// list is a JSON array as CEL sees it, or the resources of a collection. Its last
// element is an unknown when there may be more elements than could be read.
type list struct {
	doc    *document
	elem   *valueType
	nodes  []*fastjson.Value
	vals   []ref.Val // converted elements, the unknown tail included
	node   *fastjson.Value
	mask   *mask
	tail   *types.Unknown
	parent node
	seg    string
	native any
	// all is set when the list is a collection rather than an array of a resource.
	all bool
	// lazy parses the elements of a collection.
	lazy *lazy
	// ghosts are what may stand in lost parts of a collection: its last elements.
	ghosts []ghost
	// indexes of a collection, by what they find.
	indexes map[string]*index
}

var (
	_ traits.Lister   = (*list)(nil)
	_ traits.Foldable = (*list)(nil)
)

func (l *list) at(i int) ref.Val {
	v := l.vals[i]
	if v == nil && l.lazy != nil {
		v = l.lazy.at(i)
		l.vals[i] = v
	}
	if v == nil {
		v = l.doc.value(l.elem, l.nodes[i], l.mask.child(strconv.Itoa(i)), l, "", i)
		l.vals[i] = v
	}
	return v
}

// noted tells the tracker that the list itself was looked at.
func (l *list) noted() {
	if l.doc.run.tracker != nil {
		l.doc.run.tracker.list(l)
	}
}

// iterated tells the tracker that the elements are about to be read one by one.
// Elements that are objects note their own reads.
func (l *list) iterated() {
	if l.doc.run.tracker != nil && (l.elem.kind != schema.Object || len(l.vals) == 0) {
		l.doc.run.tracker.list(l)
	}
}

// partly returns what is unknown about which elements the list has; nil when they
// are all there, whatever may be unknown inside them.
func (l *list) partly() *types.Unknown {
	u := l.tail
	if l.mask != nil {
		for _, key := range sortedKeys(l.mask.children) {
			u = types.MergeUnknowns(u, l.mask.children[key].leaf())
		}
	}
	return u
}

func (l *list) path() string { return pathOf(l.parent, l.seg, -1) }

func (l *list) json() *fastjson.Value { return l.node }

// Add joins two lists; see strictArguments for lists with unknown elements.
func (l *list) Add(other ref.Val) ref.Val {
	o, ok := other.(traits.Lister)
	if !ok {
		return types.MaybeNoSuchOverloadErr(other)
	}
	n, m := len(l.vals), int(o.Size().(types.Int))
	out := make([]ref.Val, 0, n+m)
	l.noted()
	for i := range n {
		out = append(out, l.at(i))
	}
	for i := range m {
		out = append(out, o.Get(types.Int(i)))
	}
	return types.NewRefValList(l.doc.run.adapter, out)
}

// Contains is true when an element is equal to the value, else unknown when one
// may be, else false.
func (l *list) Contains(value ref.Val) ref.Val {
	l.noted()
	var unknown *types.Unknown
	for i := range l.vals {
		v := l.at(i)
		if u, ok := v.(*types.Unknown); ok {
			unknown = types.MergeUnknowns(u, unknown)
			continue
		}
		switch eq := types.Equal(v, value).(type) {
		case types.Bool:
			if eq {
				return types.True
			}
		case *types.Unknown:
			unknown = types.MergeUnknowns(eq, unknown)
		}
	}
	if unknown != nil {
		return unknown
	}
	return types.False
}

// Get returns the element at an index.
func (l *list) Get(index ref.Val) ref.Val {
	i, ok := index.(types.Int)
	if !ok {
		return types.MaybeNoSuchOverloadErr(index)
	}
	if i < 0 || int(i) >= len(l.vals) {
		return types.NewErr("index out of bounds: %d", i)
	}
	l.iterated()
	return l.at(int(i))
}

// Size counts the elements, an unknown tail included: strictArguments answers
// size() before it gets here when the count is unknown. CEL asks before it goes
// over a list, and does not when there is nothing to go over.
func (l *list) Size() ref.Val {
	if len(l.vals) == 0 {
		l.noted()
	}
	return types.Int(len(l.vals))
}

func (l *list) Fold(f traits.Folder) {
	l.iterated()
	for i := range l.vals {
		if !f.FoldEntry(types.Int(i), l.at(i)) {
			return
		}
	}
}

func (l *list) Iterator() traits.Iterator { return newIterator(len(l.vals), l.at) }

func (l *list) ConvertToNative(t reflect.Type) (any, error) {
	l.noted()
	vals := make([]ref.Val, len(l.vals))
	for i := range vals {
		vals[i] = l.at(i)
	}
	return types.NewRefValList(l.doc.run.adapter, vals).ConvertToNative(t)
}

func (l *list) ConvertToType(t ref.Type) ref.Val {
	switch t {
	case types.ListType:
		return l
	case types.TypeType:
		return types.ListType
	default:
		return types.NewErr("a list cannot become %s", t.TypeName())
	}
}

func (l *list) Equal(other ref.Val) ref.Val {
	o, ok := other.(traits.Lister)
	if !ok {
		return types.False
	}
	l.noted()
	if o.Size() != types.Int(len(l.vals)) {
		return types.False
	}
	for i := range l.vals {
		if eq := types.Equal(l.at(i), o.Get(types.Int(i))); eq != types.True {
			return eq
		}
	}
	return types.True
}

func (l *list) Type() ref.Type { return types.ListType }

func (l *list) Value() any { return l }

func (l *list) String() string { return fmt.Sprintf("list of %d", len(l.vals)) }
