// Package schema describes the shape of resources as data, so that checks can be
// typed against it, documents generated from it, and saved inventories read by it
// without the packages that made them.
package schema

import (
	"fmt"
	"reflect"
	"sort"
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/estate"
)

// Kind is the kind of a value.
type Kind string

// The kinds of values a resource can hold.
const (
	String Kind = "string"
	Int    Kind = "int"
	Double Kind = "double"
	Bool   Kind = "bool"
	Tri    Kind = "tri"  // yes, no or not known; null in JSON means not known
	Time   Kind = "time" // RFC 3339 text in JSON
	List   Kind = "list"
	Map    Kind = "map" // keys are strings
	Object Kind = "object"
)

// Type is the type of a value.
type Type struct {
	Kind Kind
	// Elem is the element type of a list or map; nil otherwise.
	Elem *Type
	// Object is the shape of an object; nil otherwise.
	Object *ObjectType
}

// ObjectType is a named shape with fields.
type ObjectType struct {
	// Name is unique in the program: the resource type's name for a resource's
	// config, package.Type for everything below it.
	Name string
	// Fields are sorted by name.
	Fields []Field
	byName map[string]*Field
	// GoType is the full Go name, for generators that look up comments.
	GoType string
}

// Field is one field of an object.
type Field struct {
	Name string
	Type *Type
	// Optional is true when the field may be absent.
	Optional bool
	// GoName is the name in the Go struct, for generators.
	GoName string
}

// Field returns the field with the given JSON name, or nil.
func (o *ObjectType) Field(name string) *Field { return o.byName[name] }

// Reserved are the names a config may not use, because every resource has them.
var Reserved = []string{"id", "type", "cloud", "account", "region", "name", "tags", "created", "context", "facets", "relations", "unknown", "age_days"}

// Set holds the shapes of all resource types and facets of a program. It is not
// safe to add to a Set that is being read.
type Set struct {
	// Configs are the config shapes by resource type.
	Configs map[string]*ObjectType
	// Facets are the facet shapes by facet name.
	Facets  map[string]*ObjectType
	objects map[reflect.Type]*ObjectType
	names   map[string]reflect.Type
}

// NewSet returns an empty set.
func NewSet() *Set {
	return &Set{
		Configs: map[string]*ObjectType{}, Facets: map[string]*ObjectType{},
		objects: map[reflect.Type]*ObjectType{}, names: map[string]reflect.Type{},
	}
}

// AddConfig adds the shape of a resource type's config struct.
func (s *Set) AddConfig(name string, config reflect.Type) error {
	if _, ok := s.Configs[name]; ok {
		return fmt.Errorf("resource type %q is registered twice", name)
	}
	obj, err := s.object(config, name)
	if err != nil {
		return fmt.Errorf("resource type %q: %w", name, err)
	}
	for _, r := range Reserved {
		if obj.Field(r) != nil {
			return fmt.Errorf("resource type %q: field %q is reserved: every resource has it", name, r)
		}
	}
	s.Configs[name] = obj
	return nil
}

// AddFacet adds the shape of a facet.
func (s *Set) AddFacet(name string, facet reflect.Type) error {
	obj, err := s.object(facet, "facet."+facet.Name())
	if err != nil {
		return fmt.Errorf("facet %q: %w", name, err)
	}
	s.Facets[name] = obj
	return nil
}

// Object returns the shape of any Go struct, adding it to the set.
func (s *Set) Object(t reflect.Type) (*ObjectType, error) { return s.object(t, objectName(t)) }

// Objects returns every shape in the set, sorted by name.
func (s *Set) Objects() []*ObjectType {
	out := make([]*ObjectType, 0, len(s.objects))
	for _, o := range s.objects {
		out = append(out, o)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// Lookup resolves a path such as "rules[2].cidrs" in the object; nil when there is
// no such field. Indexes and map keys in brackets or after dots are accepted.
func (o *ObjectType) Lookup(path string) *Type {
	t := &Type{Kind: Object, Object: o}
	for _, part := range splitPath(path) {
		switch {
		case t == nil:
			return nil
		case t.Kind == Object:
			f := t.Object.Field(part)
			if f == nil {
				return nil
			}
			t = f.Type
		case t.Kind == List || t.Kind == Map:
			t = t.Elem
		default:
			return nil
		}
	}
	return t
}

func splitPath(path string) []string {
	path = strings.NewReplacer("[", ".", "]", "").Replace(path)
	return strings.Split(path, ".")
}

var (
	timeType = reflect.TypeFor[time.Time]()
	triType  = reflect.TypeFor[estate.Tri]()
)

func (s *Set) object(t reflect.Type, name string) (*ObjectType, error) {
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("%s is not a struct", t)
	}
	if o, ok := s.objects[t]; ok {
		return o, nil
	}
	if other, ok := s.names[name]; ok {
		return nil, fmt.Errorf("the name %q stands for %s and %s", name, other, t)
	}
	o := &ObjectType{Name: name, GoType: t.PkgPath() + "." + t.Name(), byName: map[string]*Field{}}
	s.objects[t], s.names[name] = o, t
	if err := s.addFields(o, t); err != nil {
		return nil, err
	}
	sort.Slice(o.Fields, func(i, j int) bool { return o.Fields[i].Name < o.Fields[j].Name })
	for i := range o.Fields {
		o.byName[o.Fields[i].Name] = &o.Fields[i]
	}
	return o, nil
}

func (s *Set) addFields(o *ObjectType, t reflect.Type) error {
	for i := range t.NumField() {
		f := t.Field(i)
		tag, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
		if tag == "-" || !f.IsExported() {
			continue
		}
		if f.Anonymous && tag == "" {
			if err := s.addFields(o, f.Type); err != nil {
				return err
			}
			continue
		}
		if tag == "" {
			return fmt.Errorf("field %s.%s has no json tag", t.Name(), f.Name)
		}
		ft, err := s.typeOf(f.Type)
		if err != nil {
			return fmt.Errorf("field %s.%s: %w", t.Name(), f.Name, err)
		}
		optional := f.Type.Kind() == reflect.Pointer || strings.Contains(opts, "omit")
		o.Fields = append(o.Fields, Field{Name: tag, Type: ft, Optional: optional, GoName: f.Name})
	}
	return nil
}

func (s *Set) typeOf(t reflect.Type) (*Type, error) {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t {
	case timeType:
		return &Type{Kind: Time}, nil
	case triType:
		return &Type{Kind: Tri}, nil
	}
	switch t.Kind() {
	case reflect.String:
		return &Type{Kind: String}, nil
	case reflect.Bool:
		return &Type{Kind: Bool}, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return &Type{Kind: Int}, nil
	case reflect.Float32, reflect.Float64:
		return &Type{Kind: Double}, nil
	case reflect.Slice:
		return s.container(List, t)
	case reflect.Map:
		if t.Key().Kind() != reflect.String {
			return nil, fmt.Errorf("map keys must be strings, not %s", t.Key())
		}
		return s.container(Map, t)
	case reflect.Struct:
		o, err := s.object(t, objectName(t))
		return &Type{Kind: Object, Object: o}, err
	default:
		return nil, fmt.Errorf("type %s has no place in a resource", t)
	}
}

func (s *Set) container(kind Kind, t reflect.Type) (*Type, error) {
	elem, err := s.typeOf(t.Elem())
	return &Type{Kind: kind, Elem: elem}, err
}

// objectName returns package path after internal/ with dots, and the type name.
func objectName(t reflect.Type) string {
	path := t.PkgPath()
	for _, cut := range []string{"/internal/source/", "/internal/estate/", "/internal/"} {
		if _, after, ok := strings.Cut(path, cut); ok {
			path = after
			break
		}
	}
	return strings.NewReplacer("/", ".", "-", "_").Replace(path) + "." + t.Name()
}
