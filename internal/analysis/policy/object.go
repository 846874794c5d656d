package policy

import (
	"fmt"
	"reflect"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"github.com/valyala/fastjson"

	"github.com/stance-sec/stance/internal/estate/schema"
)

// object is a JSON object as CEL sees it. Fields are converted when they are first
// read and kept for the next check.
type object struct {
	doc    *document
	shape  *shape
	node   *fastjson.Value // nil when the object is absent
	mask   *mask           // nil when everything in it is known
	parent node
	seg    string // what it adds to its parent's path
	index  int    // its place in a list; -1 elsewhere
	slots  []ref.Val
	native any // what a function decoded it to
}

var _ ref.Val = (*object)(nil)

// get returns the value of a field: an unknown when it is unknown, the zero value
// when it is absent.
func (o *object) get(f *field) ref.Val {
	v := o.slots[f.index]
	if v == nil {
		v = o.read(f)
		o.slots[f.index] = v
	}
	if o.doc != nil && o.doc.run.tracker != nil {
		o.doc.run.tracker.field(o, f, v)
	}
	return v
}

func (o *object) read(f *field) ref.Val {
	switch f.place {
	case placeAge:
		return o.doc.age(o)
	case placeContext:
		return o.doc.contextValue(o, f)
	case placeHeader:
		if f.name == "created" {
			return o.doc.created(o, f)
		}
	}
	raw, m := o.raw(f)
	return o.doc.value(f.typ, raw, m, o, f.path, -1)
}

// has returns whether a field is present, or the unknown that hides it.
func (o *object) has(f *field) (bool, *types.Unknown) {
	if o.doc == nil {
		return true, nil // parameters always have a value
	}
	raw, m := o.raw(f)
	if f.place == placeContext {
		return o.doc.run.context != nil, nil
	}
	present := raw != nil && raw.Type() != fastjson.TypeNull
	if u := m.leaf(); u != nil {
		return false, u
	}
	if !present && m != nil {
		return false, m.any()
	}
	if u, ok := o.undecided(f, present); ok {
		return false, u
	}
	if o.doc.run.tracker != nil {
		o.doc.run.tracker.presence(o, f, raw)
	}
	return present, nil
}

// undecided is the unknown of a tri that holds neither yes nor no.
func (o *object) undecided(f *field, present bool) (*types.Unknown, bool) {
	if present || f.typ.kind != schema.Tri {
		return nil, false
	}
	u, ok := o.get(f).(*types.Unknown)
	return u, ok
}

// raw returns the JSON and the mask of a field.
func (o *object) raw(f *field) (*fastjson.Value, *mask) {
	switch f.place {
	case placeOwn:
		return member(o.node, f.name), o.mask.child(f.name)
	case placeConfig:
		return member(o.doc.config, f.name), o.mask.child(f.name)
	case placeFacets:
		return member(o.doc.facets, f.name), o.mask.child("facets").child(f.name)
	case placeAge:
		return member(o.node, "created"), o.mask.child("created")
	default:
		return member(o.node, f.name), o.mask.child(f.name)
	}
}

func member(v *fastjson.Value, name string) *fastjson.Value {
	if v == nil {
		return nil
	}
	o, err := v.Object()
	if err != nil {
		return nil
	}
	return o.Get(name)
}

// path returns where the object stands in its resource.
func (o *object) path() string { return pathOf(o.parent, o.seg, o.index) }

func (o *object) json() *fastjson.Value { return o.node }

func (o *object) ConvertToNative(t reflect.Type) (any, error) {
	return nil, fmt.Errorf("an object of type %s cannot become %s", o.shape.name, t)
}

func (o *object) ConvertToType(t ref.Type) ref.Val {
	if t == types.TypeType {
		return o.shape.cel
	}
	return types.NewErr("an object of type %s cannot become %s", o.shape.name, t.TypeName())
}

// Equal compares content: two objects are equal when their JSON is. An object with
// something unknown in it is equal to another one only perhaps.
func (o *object) Equal(other ref.Val) ref.Val {
	p, ok := other.(*object)
	if !ok {
		return types.False
	}
	if u := types.MergeUnknowns(o.mask.any(), p.mask.any()); u != nil {
		return u
	}
	return types.Bool(string(appendCanonical(nil, o.node)) == string(appendCanonical(nil, p.node)))
}

func (o *object) Type() ref.Type { return o.shape.cel }

func (o *object) Value() any { return o }
