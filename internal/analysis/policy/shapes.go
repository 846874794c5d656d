package policy

import (
	"reflect"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/schema"
)

// accountType is the type that a check with `scope: account` judges.
const accountType = "aws_account"

// resourcePrefix starts the names of the shapes of resource types.
const resourcePrefix = "resource_of."

// shapes holds every shape of a library. It is filled while compiling and only
// read afterwards.
type shapes struct {
	set       *schema.Set
	own       *schema.Set // shapes of estate's own structs
	objects   map[*schema.ObjectType]*shape
	byName    map[string]*shape
	resources map[string]*shape // by resource type
	facets    map[string]*shape // by facet: the resource as a facet check sees it
	context   *valueType
	relations *valueType
}

func newShapes(set *schema.Set) (*shapes, error) {
	s := &shapes{
		set: set, own: schema.NewSet(), objects: map[*schema.ObjectType]*shape{}, byName: map[string]*shape{},
		resources: map[string]*shape{}, facets: map[string]*shape{},
	}
	context, err := s.ownType(reflect.TypeFor[estate.Context]())
	if err != nil {
		return nil, err
	}
	relation, err := s.ownType(reflect.TypeFor[estate.Relation]())
	if err != nil {
		return nil, err
	}
	s.context, s.relations = context, listType(relation)
	for _, name := range sortedKeys(set.Configs) {
		s.resources[name] = s.resource(name, set.Configs[name])
	}
	for _, name := range sortedKeys(set.Facets) {
		s.facets[name] = s.facet(name)
	}
	return s, nil
}

func (s *shapes) ownType(t reflect.Type) (*valueType, error) {
	o, err := s.own.Object(t)
	if err != nil {
		return nil, estate.Errorf(estate.CodeInternal, "shape of "+t.String(), "%w", err)
	}
	return objectType(s.object(o)), nil
}

// resource is the shape of a resource of one type: header fields and config fields
// side by side.
func (s *shapes) resource(name string, config *schema.ObjectType) *shape {
	out := s.header(resourcePrefix + name)
	for i := range config.Fields {
		f := &config.Fields[i]
		out.add(f.Name, f.Name, s.valueType(f.Type), placeConfig)
	}
	return out
}

// facet is the shape of a resource of any type that offers the facet. It may offer
// others, too: has() tells.
func (s *shapes) facet(name string) *shape {
	out := s.header("resource_with." + name)
	for _, other := range sortedKeys(s.set.Facets) {
		out.add(other, "facets."+other, objectType(s.object(s.set.Facets[other])), placeFacets)
	}
	return out
}

func (s *shapes) header(name string) *shape {
	out := newShape(name)
	s.byName[name] = out
	text := scalarType(schema.String)
	for _, f := range []string{"id", "type", "cloud", "account", "region", "name"} {
		out.add(f, f, text, placeHeader)
	}
	out.add("tags", "tags", mapType(text), placeHeader)
	out.add("created", "created", scalarType(schema.Time), placeHeader)
	out.add("age_days", "created", scalarType(schema.Int), placeAge)
	out.add("relations", "relations", s.relations, placeHeader)
	out.add("context", "context", s.context, placeContext)
	return out
}

func (s *shapes) object(o *schema.ObjectType) *shape {
	if known, ok := s.objects[o]; ok {
		return known
	}
	out := newShape(o.Name)
	s.objects[o] = out
	s.byName[o.Name] = out
	for i := range o.Fields {
		f := &o.Fields[i]
		out.add(f.Name, f.Name, s.valueType(f.Type), placeOwn)
	}
	return out
}

func (s *shapes) valueType(t *schema.Type) *valueType {
	switch t.Kind {
	case schema.List:
		return listType(s.valueType(t.Elem))
	case schema.Map:
		return mapType(s.valueType(t.Elem))
	case schema.Object:
		return objectType(s.object(t.Object))
	default:
		return scalarType(t.Kind)
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
