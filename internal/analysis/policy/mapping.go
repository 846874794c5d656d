package policy

import (
	"fmt"
	"reflect"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"github.com/valyala/fastjson"
)

// mapping is a JSON object with free keys as CEL sees it: tags, environment
// variables.
type mapping struct {
	doc    *document
	elem   *valueType
	node   *fastjson.Value // nil when the map is absent
	mask   *mask
	tail   *types.Unknown // that there may be keys beyond those that could be read
	parent node
	seg    string
}

var (
	_ traits.Mapper   = (*mapping)(nil)
	_ traits.Foldable = (*mapping)(nil)
)

func (m *mapping) object() *fastjson.Object {
	if m.node == nil {
		return nil
	}
	o, _ := m.node.Object()
	return o
}

// Find returns the value of a key. A key whose value is unknown is found.
func (m *mapping) Find(key ref.Val) (ref.Val, bool) {
	name, ok := key.(types.String)
	if !ok {
		return types.MaybeNoSuchOverloadErr(key), false
	}
	below := m.mask.child(string(name))
	raw := member(m.node, string(name))
	if m.doc.run.tracker != nil && below.leaf() == nil {
		m.doc.run.tracker.key(m, string(name), raw)
	}
	if raw == nil && below == nil {
		return nil, false
	}
	return m.doc.value(m.elem, raw, below, m, joinKey("", string(name)), -1), true
}

func (m *mapping) Get(key ref.Val) ref.Val {
	v, found := m.Find(key)
	if found || v != nil {
		return v
	}
	return types.NewErr("no such key: %v", key)
}

// Contains is unknown for a key that is not there when the resource marks just that
// key as unknown.
func (m *mapping) Contains(key ref.Val) ref.Val {
	v, found := m.Find(key)
	if !found && v != nil {
		return v
	}
	if name, ok := key.(types.String); ok && found && member(m.node, string(name)) == nil {
		return v
	}
	return types.Bool(found)
}

func (m *mapping) Size() ref.Val {
	n := 0
	if o := m.object(); o != nil {
		n = o.Len()
	}
	if n == 0 {
		m.noted()
	}
	return types.Int(n)
}

func (m *mapping) noted() {
	if m.doc.run.tracker != nil {
		m.doc.run.tracker.container(m, m.node)
	}
}

// partly returns what is unknown about single values of the map, or nil.
func (m *mapping) partly() *types.Unknown { return m.mask.any() }

func (m *mapping) path() string { return pathOf(m.parent, m.seg, -1) }

func (m *mapping) json() *fastjson.Value { return m.node }

func (m *mapping) keys() []string {
	var keys []string
	if o := m.object(); o != nil {
		o.Visit(func(key []byte, _ *fastjson.Value) { keys = append(keys, string(key)) })
	}
	return keys
}

func (m *mapping) Fold(f traits.Folder) {
	m.noted()
	for _, key := range m.keys() {
		if !f.FoldEntry(types.String(key), m.Get(types.String(key))) {
			return
		}
	}
	if m.tail != nil {
		f.FoldEntry(m.tail, m.tail)
	}
}

func (m *mapping) Iterator() traits.Iterator {
	m.noted()
	keys := m.keys()
	return newIterator(len(keys), func(i int) ref.Val { return types.String(keys[i]) })
}

func (m *mapping) ConvertToNative(t reflect.Type) (any, error) {
	return nil, fmt.Errorf("a map cannot become %s", t)
}

func (m *mapping) ConvertToType(t ref.Type) ref.Val {
	switch t {
	case types.MapType:
		return m
	case types.TypeType:
		return types.MapType
	default:
		return types.NewErr("a map cannot become %s", t.TypeName())
	}
}

func (m *mapping) Equal(other ref.Val) ref.Val {
	o, ok := other.(traits.Mapper)
	if !ok || o.Size() != m.Size() {
		return types.False
	}
	for _, key := range m.keys() {
		theirs, found := o.Find(types.String(key))
		if !found {
			return types.False
		}
		if eq := types.Equal(m.Get(types.String(key)), theirs); eq != types.True {
			return eq
		}
	}
	return types.True
}

func (m *mapping) Type() ref.Type { return types.MapType }

func (m *mapping) Value() any { return m }

// iterator walks n values. CEL wants iterators to be values of their own.
type iterator struct {
	ref.Val
	n, next int
	at      func(int) ref.Val
}

func newIterator(n int, at func(int) ref.Val) *iterator {
	return &iterator{Val: types.NullValue, n: n, at: at}
}

func (it *iterator) HasNext() ref.Val { return types.Bool(it.next < it.n) }

func (it *iterator) Next() ref.Val {
	it.next++
	return it.at(it.next - 1)
}
