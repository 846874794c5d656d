package policy

import (
	"strconv"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/estate/schema"
	"github.com/stance-sec/stance/internal/estate/strictyaml"
)

// paramShape returns the shape of a file's parameters and the values they have
// unless a row or an override says otherwise.
func paramShape(id string, c *checkFile, found *problems) (*shape, []ref.Val) {
	s := newShape("params_of." + id)
	var defaults []ref.Val
	for _, p := range c.params {
		t := paramType(p, found)
		if t == nil {
			continue
		}
		if s.field(p.name.value) != nil {
			continue // said already: a key that stands twice
		}
		v, err := paramOf(t, p.value)
		if err != "" {
			found.Add(strictyaml.At(p.name.file, p.value), "params.%s: default %s", p.name.value, err)
		}
		s.add(p.name.value, p.name.value, t, placeOwn)
		defaults = append(defaults, v)
	}
	return s, defaults
}

// paramType is the declared type. A list holds what its default holds: whole
// numbers or text.
func paramType(p paramDecl, found *problems) *valueType {
	if !p.typ.set() || p.value == nil {
		found.Add(p.name.position(), "params.%s needs type and default", p.name.value)
		return nil
	}
	switch p.typ.value {
	case "int":
		return scalarType(schema.Int)
	case "string":
		return scalarType(schema.String)
	case "bool":
		return scalarType(schema.Bool)
	case "double":
		return scalarType(schema.Double)
	case "list":
		if p.value.Kind == yaml.SequenceNode && len(p.value.Content) > 0 && p.value.Content[0].Tag == "!!int" {
			return listType(scalarType(schema.Int))
		}
		return listType(scalarType(schema.String))
	default:
		found.Add(p.typ.position(), "params.%s: type %q is none of int, string, bool, double, list", p.name.value, p.typ.value)
		return nil
	}
}

// paramOf reads a YAML value as a parameter; the text says what is wrong.
func paramOf(t *valueType, n *yaml.Node) (v ref.Val, wrong string) {
	if t.kind == schema.List {
		return paramList(t, n)
	}
	if n.Kind != yaml.ScalarNode {
		return nil, "must be one value of type " + string(t.kind) + ", not " + strictyaml.KindName(n)
	}
	switch {
	case t.kind == schema.Int && n.Tag == "!!int":
		if i, err := strconv.ParseInt(n.Value, 0, 64); err == nil {
			return types.Int(i), ""
		}
	case t.kind == schema.Double && (n.Tag == "!!float" || n.Tag == "!!int"):
		if f, err := strconv.ParseFloat(n.Value, 64); err == nil {
			return types.Double(f), ""
		}
	case t.kind == schema.Bool && n.Tag == "!!bool":
		if b, err := strconv.ParseBool(n.Value); err == nil {
			return types.Bool(b), ""
		}
	case t.kind == schema.String && n.Tag == "!!str":
		return types.String(n.Value), ""
	}
	return nil, "is not of type " + string(t.kind)
}

func paramList(t *valueType, n *yaml.Node) (ref.Val, string) {
	if n.Kind != yaml.SequenceNode {
		return nil, "must be a list, not " + strictyaml.KindName(n)
	}
	vals := make([]ref.Val, 0, len(n.Content))
	for _, e := range n.Content {
		v, wrong := paramOf(t.elem, e)
		if wrong != "" {
			return nil, "has an element that " + wrong
		}
		vals = append(vals, v)
	}
	return types.NewRefValList(types.DefaultTypeAdapter, vals), ""
}

// paramText is the value as it stands in a title.
func paramText(v ref.Val) string {
	if s, ok := v.(types.String); ok {
		return string(s)
	}
	return string(appendValue(nil, v))
}
