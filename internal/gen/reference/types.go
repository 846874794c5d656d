package main

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate/schema"
)

// shared reports whether a shape belongs to every cloud and is explained on facets.md.
func shared(o *schema.ObjectType) bool {
	return strings.HasPrefix(o.Name, "policydoc.") || strings.HasPrefix(o.Name, "facet.")
}

func typePages(m *model, files pages) error {
	for _, t := range m.types {
		files["types/"+t.Name+".md"] = m.typePage(t)
	}
	return nil
}

func (m *model) typePage(t resourceType) []byte {
	p := newPage(t.Name)
	p.printf("%s\n\n", prose(m.comments.object(t.config)))
	p.printf("Cloud %s, service %s, %s. [JSON Schema](../schema/%s.schema.json)\n\n", code(string(t.cloud)), code(t.Service), t.Locality, t.Name)
	if len(t.config.Fields) > 0 {
		p.printf("## Fields\n\n")
		m.fields(p, t.config)
	}
	for _, o := range below(t.config) {
		p.printf("### %s\n\n%s\n\n", shortName(o), prose(m.comments.object(o)))
		m.fields(p, o)
	}
	m.calls(p, t)
	if len(t.Refresh) > 0 {
		p.printf("## Events\n\nIt is read again after %s.\n\n", codes(t.Refresh))
	}
	if len(t.facets) > 0 {
		p.printf("## Facets\n\nIt may offer %s ([what they hold](facets.md)).\n\n", codes(t.facets))
	}
	if judging := m.judging(t); len(judging) > 0 {
		p.printf("## Checks\n\n")
		for _, c := range judging {
			p.printf("- %s (%s): %s\n", code(c.ID), c.Severity, prose(c.Title))
		}
	}
	return p.bytes()
}

func (m *model) calls(p *page, t resourceType) {
	if len(t.Calls) == 0 {
		return
	}
	p.printf("## Calls\n\n")
	p.table("call", "permission", "without it")
	for _, c := range t.Calls {
		effect := "nothing of the type is read"
		if len(c.Fills) > 0 {
			effect = codes(c.Fills) + " unknown"
		}
		p.row(code(c.Op), code(c.Permission), effect)
	}
	p.printf("\n")
}

func (m *model) fields(p *page, o *schema.ObjectType) {
	p.table("field", "type", "meaning")
	for _, f := range o.Fields {
		kind := typeName(f.Type)
		if f.Optional {
			kind += ", may be absent"
		}
		p.row(code(f.Name), kind, prose(m.comments.field(o.GoType, f.GoName)))
	}
	p.printf("\n")
}

// typeName says a type in words, with a link to the section of a struct.
func typeName(t *schema.Type) string {
	switch t.Kind {
	case schema.List:
		return "list of " + typeName(t.Elem)
	case schema.Map:
		return "map of " + typeName(t.Elem)
	case schema.Object:
		page := ""
		if shared(t.Object) {
			page = "facets.md"
		}
		return "[" + shortName(t.Object) + "](" + page + "#" + strings.ToLower(shortName(t.Object)) + ")"
	case schema.Tri:
		return "yes, no or unknown"
	default:
		return string(t.Kind)
	}
}

// shortName is the name of a struct without its package.
func shortName(o *schema.ObjectType) string { return o.GoType[strings.LastIndex(o.GoType, ".")+1:] }

// below returns the structs that a struct holds, each once, in the order of the fields,
// without those that are shared.
func below(o *schema.ObjectType) []*schema.ObjectType {
	var found []*schema.ObjectType
	var walk func(*schema.ObjectType)
	walk = func(o *schema.ObjectType) {
		for _, f := range o.Fields {
			t := f.Type
			for t.Elem != nil {
				t = t.Elem
			}
			if t.Object == nil || shared(t.Object) || slices.Contains(found, t.Object) {
				continue
			}
			found = append(found, t.Object)
			walk(t.Object)
		}
	}
	walk(o)
	return slices.DeleteFunc(found, func(other *schema.ObjectType) bool { return other == o })
}
