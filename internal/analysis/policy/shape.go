package policy

import (
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/stance-sec/stance/internal/estate/schema"
)

// place says in which part of a resource's JSON a field stands.
type place uint8

const (
	placeOwn     place = iota // in the object's own JSON
	placeHeader               // beside config
	placeConfig               // in config
	placeFacets               // in facets
	placeContext              // in what analysis added
	placeAge                  // worked out from created and now
)

// shape is an object type as the engine uses it: schema.ObjectType with CEL types,
// an index for every field and the value of an absent one. It never changes once
// the library is compiled.
type shape struct {
	name   string
	cel    *types.Type
	fields []*field
	byName map[string]*field
}

// field is one field of a shape.
type field struct {
	name  string
	index int
	typ   *valueType
	place place
	// path is what the field adds to the path of its object, such as
	// facets.encryption for the field encryption of a resource.
	path string
}

// valueType is the type of a value.
type valueType struct {
	kind schema.Kind
	elem *valueType
	obj  *shape
	cel  *types.Type
	// zero is what an absent scalar reads as; nil for tri, list, map and object.
	zero ref.Val
}

func (s *shape) field(name string) *field { return s.byName[name] }

// add appends a field and gives it its index.
func (s *shape) add(name, path string, typ *valueType, at place) {
	f := &field{name: name, index: len(s.fields), typ: typ, place: at, path: path}
	s.fields = append(s.fields, f)
	s.byName[name] = f
}

func newShape(name string) *shape {
	return &shape{name: name, cel: types.NewObjectType(name), byName: map[string]*field{}}
}

func scalarType(kind schema.Kind) *valueType {
	switch kind {
	case schema.String:
		return &valueType{kind: kind, cel: types.StringType, zero: types.String("")}
	case schema.Int:
		return &valueType{kind: kind, cel: types.IntType, zero: types.IntZero}
	case schema.Double:
		return &valueType{kind: kind, cel: types.DoubleType, zero: types.Double(0)}
	case schema.Bool:
		return &valueType{kind: kind, cel: types.BoolType, zero: types.False}
	case schema.Tri:
		return &valueType{kind: kind, cel: types.BoolType}
	case schema.Time:
		return &valueType{kind: kind, cel: types.TimestampType, zero: types.Timestamp{}}
	default:
		return nil
	}
}

func listType(elem *valueType) *valueType {
	return &valueType{kind: schema.List, elem: elem, cel: types.NewListType(elem.cel)}
}

func mapType(elem *valueType) *valueType {
	return &valueType{kind: schema.Map, elem: elem, cel: types.NewMapType(types.StringType, elem.cel)}
}

func objectType(s *shape) *valueType {
	return &valueType{kind: schema.Object, obj: s, cel: s.cel}
}
