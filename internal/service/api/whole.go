package api

import (
	"encoding/json"
	"io"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/stance-sec/stance/internal/estate"
)

// Limits is a list that may be null, for no limit. An empty one lets nothing through.
type Limits []string

// Schema implements huma.SchemaProvider.
func (Limits) Schema(huma.Registry) *huma.Schema {
	most := 1000
	return &huma.Schema{
		Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeString}, Nullable: true, MaxItems: &most,
		Description: "null for no limit; empty for nothing", Extensions: map[string]any{"x-null-means": "no limit"},
	}
}

// triValue is how estate.Tri looks in JSON.
type triValue struct{}

// Schema implements huma.SchemaProvider.
func (triValue) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeBoolean, Nullable: true, Description: "null when it is not known"}
}

// severityValue is how estate.Severity looks in JSON.
type severityValue struct{}

// Schema implements huma.SchemaProvider.
func (severityValue) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Enum: []any{"critical", "high", "medium", "low", "info"}}
}

// renamed are types whose own name says too little outside of their package.
var renamed = map[string]string{"Row": "Job", "Entry": "AuditEntry", "Point": "CoursePoint", "Edge": "RelationEdge", "Ledger": "Coverage"} //nolint:gochecknoglobals // never written

func newRegistry() huma.Registry {
	r := huma.NewMapRegistry("#/components/schemas/", func(t reflect.Type, hint string) string {
		name := huma.DefaultSchemaNamer(t, hint)
		page := ""
		if len(name) > 4 && name[:4] == "Page" {
			page, name = "Page", name[4:]
		}
		if better := renamed[name]; better != "" {
			name = better
		}
		return page + name
	})
	r.RegisterTypeAlias(reflect.TypeFor[estate.Tri](), reflect.TypeFor[triValue]())
	r.RegisterTypeAlias(reflect.TypeFor[estate.Severity](), reflect.TypeFor[severityValue]())
	return r
}

// tidy says of lists that they are never null, and takes out huma's own error.
func tidy(doc *huma.OpenAPI) {
	schemas := doc.Components.Schemas.Map()
	delete(schemas, "ErrorModel")
	delete(schemas, "ErrorDetail")
	for _, s := range schemas {
		neverNull(s)
	}
	for _, path := range doc.Paths {
		for _, op := range []*huma.Operation{path.Get, path.Post, path.Patch, path.Put, path.Delete} {
			if op == nil {
				continue
			}
			for _, p := range op.Parameters {
				neverNull(p.Schema)
			}
			for _, r := range op.Responses {
				for _, m := range r.Content {
					neverNull(m.Schema)
				}
			}
		}
	}
}

func neverNull(s *huma.Schema) {
	if s == nil {
		return
	}
	if s.Type == huma.TypeArray && s.Extensions == nil {
		s.Nullable = false
	}
	neverNull(s.Items)
	for _, p := range s.Properties {
		neverNull(p)
	}
	if more, ok := s.AdditionalProperties.(*huma.Schema); ok {
		neverNull(more)
	}
}

// whole makes nil lists and maps of an answer empty.
func whole(_ huma.Context, _ string, v any) (any, error) {
	r := reflect.ValueOf(v)
	if !r.IsValid() {
		return v, nil
	}
	if r.Kind() != reflect.Pointer {
		p := reflect.New(r.Type())
		p.Elem().Set(r)
		r = p
	}
	fill(r)
	return r.Elem().Interface(), nil
}

// fill makes nil lists and maps empty, in everything that v holds. What v points at must
// be the caller's own.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			fill(v.Elem())
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() {
				fill(f)
			}
		}
	case reflect.Slice:
		fillSlice(v)
	case reflect.Map:
		fillMap(v)
	default:
	}
}

func fillSlice(v reflect.Value) {
	if v.Type() == reflect.TypeFor[Limits]() || v.Type().Elem().Kind() == reflect.Uint8 {
		return
	}
	if v.IsNil() {
		if v.CanSet() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		return
	}
	if !holdsMore(v.Type().Elem()) {
		return
	}
	for i := range v.Len() {
		fill(v.Index(i))
	}
}

func fillMap(v reflect.Value) {
	if v.IsNil() && v.CanSet() {
		v.Set(reflect.MakeMap(v.Type()))
	}
}

func holdsMore(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Struct, reflect.Slice, reflect.Map:
		return true
	default:
		return false
	}
}

// writeJSON writes a line of JSON.
func writeJSON(w io.Writer, v any) error {
	if err := json.NewEncoder(w).Encode(v); err != nil {
		return estate.Errorf(estate.CodeIO, "write an answer", "%w", err)
	}
	return nil
}
