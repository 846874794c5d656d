package main

import (
	"bytes"
	"encoding/json"
	"reflect"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/schema"
)

const (
	dialect = "https://json-schema.org/draft/2020-12/schema"
	address = "https://stance-sec.github.io/stance/schema/"
)

// object is a JSON object; encoding/json sorts its keys.
type object = map[string]any

// typeSchemas writes the JSON Schema of the stored resources of each type.
func typeSchemas(m *model, files pages) error {
	for _, t := range m.types {
		defs := object{}
		for _, o := range below(t.config) {
			defs[o.Name] = m.shape(o)
		}
		config := m.shape(t.config)
		delete(config, "description") // it is the type's
		s := object{
			"$schema": dialect, "$id": address + t.Name + ".schema.json", "title": t.Name, "description": m.comments.object(t.config),
			"allOf":      []any{object{"$ref": "resource.schema.json"}},
			"properties": object{"type": object{"const": t.Name}, "cloud": object{"const": t.cloud}, "config": config},
		}
		if len(defs) > 0 {
			s["$defs"] = defs
		}
		if err := files.schema(t.Name, s); err != nil {
			return err
		}
	}
	return nil
}

// sharedSchemas writes what every resource has, and the facets.
func sharedSchemas(m *model, files pages) error {
	defs := object{}
	for _, o := range m.set.Objects() {
		if shared(o) {
			defs[o.Name] = m.shape(o)
		}
	}
	facets := object{}
	for name, o := range m.set.Facets {
		facets[name] = object{"$ref": "#/$defs/" + o.Name}
	}
	err := files.schema("facets", object{
		"$schema": dialect, "$id": address + "facets.schema.json", "title": "Facets",
		"description": "The views that types of every cloud can offer, and the shapes that types share.",
		"type":        "object", "properties": facets, "$defs": defs,
	})
	if err != nil {
		return err
	}
	return files.schema("resource", m.resource())
}

// resource is what every stored resource has.
func (m *model) resource() object {
	text := object{"type": "string"}
	relation := object{"type": "object", "required": []string{"kind", "target"}, "properties": object{"kind": text, "target": text}}
	unknown := object{"type": "object", "required": []string{"path", "reason"}, "properties": object{
		"path": text, "reason": text, "permission": text, "detail": text,
	}}
	properties := object{
		"id": text, "type": text, "cloud": text, "account": text, "region": text, "name": text,
		"tags":    object{"type": "object", "additionalProperties": text},
		"created": object{"type": "string", "format": "date-time"},
		"config":  object{"type": "object"},
		"facets":  object{"$ref": "facets.schema.json"},
		"relations": object{
			"type": "array", "items": relation,
		},
		"unknown": object{"type": "array", "items": unknown},
	}
	t := reflect.TypeFor[estate.Resource]()
	for i := range t.NumField() {
		name, _, _ := bytes.Cut([]byte(t.Field(i).Tag.Get("json")), []byte(","))
		described := object{"description": m.comments.field(t.PkgPath()+"."+t.Name(), t.Field(i).Name)}
		for key, value := range properties[string(name)].(object) {
			described[key] = value
		}
		properties[string(name)] = described
	}
	return object{
		"$schema": dialect, "$id": address + "resource.schema.json", "title": "Resource",
		"description": "One thing in a cloud, as it was when it was read: a line of a saved run. What `unknown` names was not read: its value in config means nothing.",
		"type":        "object", "properties": properties,
		"required": []string{"id", "type", "cloud", "account", "region", "name", "config"},
	}
}

// shape is the schema of a struct.
func (m *model) shape(o *schema.ObjectType) object {
	properties, required := object{}, []string{}
	for _, f := range o.Fields {
		s := typeSchema(f.Type)
		if text := m.comments.field(o.GoType, f.GoName); text != "" {
			s["description"] = text
		}
		properties[f.Name] = s
		if !f.Optional {
			required = append(required, f.Name)
		}
	}
	s := object{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		s["required"] = required
	}
	if text := m.comments.object(o); text != "" {
		s["description"] = text
	}
	return s
}

// typeSchema is the schema of a value. Lists and maps may be null: that is how Go writes
// one that nothing was put into.
func typeSchema(t *schema.Type) object {
	switch t.Kind {
	case schema.Int:
		return object{"type": "integer"}
	case schema.Double:
		return object{"type": "number"}
	case schema.Bool:
		return object{"type": "boolean"}
	case schema.Tri:
		return object{"type": []string{"boolean", "null"}}
	case schema.Time:
		return object{"type": "string", "format": "date-time"}
	case schema.List:
		return object{"type": []string{"array", "null"}, "items": typeSchema(t.Elem)}
	case schema.Map:
		return object{"type": []string{"object", "null"}, "additionalProperties": typeSchema(t.Elem)}
	case schema.Object:
		if shared(t.Object) {
			return object{"$ref": "facets.schema.json#/$defs/" + t.Object.Name}
		}
		return object{"$ref": "#/$defs/" + t.Object.Name}
	default:
		return object{"type": "string"}
	}
}

func (p pages) schema(name string, s object) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err := e.Encode(s)
	p["schema/"+name+".schema.json"] = b.Bytes()
	return err
}
