package json_test

import (
	stdjson "encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/action/output/outputtest"
)

// schema is the part of JSON Schema that the report's schema uses.
type schema struct {
	Ref        string             `json:"$ref"`
	Type       string             `json:"type"`
	Const      any                `json:"const"`
	Enum       []any              `json:"enum"`
	Required   []string           `json:"required"`
	Properties map[string]*schema `json:"properties"`
	Items      *schema            `json:"items"`
	Minimum    *float64           `json:"minimum"`
	Defs       map[string]*schema `json:"$defs"`
}

// problems lists where v does not follow s. Keys the schema does not name are problems
// too: whatever is written must be described.
func (s *schema) problems(root *schema, v any, at string) []string {
	if s.Ref != "" {
		return root.Defs[strings.TrimPrefix(s.Ref, "#/$defs/")].problems(root, v, at)
	}
	if s.Const != nil && s.Const != v {
		return []string{fmt.Sprintf("%s: %v is not %v", at, v, s.Const)}
	}
	if s.Enum != nil && !slices.Contains(s.Enum, v) {
		return []string{fmt.Sprintf("%s: %v is none of %v", at, v, s.Enum)}
	}
	switch s.Type {
	case "object":
		return s.object(root, v, at)
	case "array":
		return s.array(root, v, at)
	case "string", "boolean", "integer", "number":
		return s.scalar(v, at)
	}
	return nil
}

func (s *schema) object(root *schema, v any, at string) (problems []string) {
	object, ok := v.(map[string]any)
	if !ok {
		return []string{fmt.Sprintf("%s: %v is no object", at, v)}
	}
	for _, name := range s.Required {
		if _, ok := object[name]; !ok {
			problems = append(problems, at+": no "+name)
		}
	}
	for name, value := range object {
		property := s.Properties[name]
		if property == nil {
			problems = append(problems, at+": "+name+" is not described")
			continue
		}
		problems = append(problems, property.problems(root, value, at+"."+name)...)
	}
	return problems
}

func (s *schema) array(root *schema, v any, at string) (problems []string) {
	array, ok := v.([]any)
	if !ok {
		return []string{fmt.Sprintf("%s: %v is no array", at, v)}
	}
	for i, value := range array {
		problems = append(problems, s.Items.problems(root, value, fmt.Sprintf("%s[%d]", at, i))...)
	}
	return problems
}

func (s *schema) scalar(v any, at string) []string {
	var ok bool
	switch s.Type {
	case "string":
		_, ok = v.(string)
	case "boolean":
		_, ok = v.(bool)
	case "number":
		_, ok = v.(float64)
	case "integer":
		var n float64
		n, ok = v.(float64)
		ok = ok && n == float64(int64(n)) && (s.Minimum == nil || n >= *s.Minimum)
	}
	if ok {
		return nil
	}
	return []string{fmt.Sprintf("%s: %v is no %s", at, v, s.Type)}
}

func TestSchema(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../../../docs/reference/report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var root schema
	if err := stdjson.Unmarshal(data, &root); err != nil {
		t.Fatal(err)
	}
	full := outputtest.OneOfEach()
	outputtest.Fill(&full.Run)
	outputtest.Fill(&full.Findings[0])
	outputtest.Fill(&full.Coverage[0])
	outputtest.Fill(full.Summary.Priorities)
	for name, r := range map[string]*outputtest.Report{"empty": outputtest.Empty(), "harmless": outputtest.Harmless(), "one_of_each": outputtest.OneOfEach(), "every_field": full} {
		var v any
		if err := stdjson.Unmarshal(saved(t, r), &v); err != nil {
			t.Fatal(err)
		}
		for _, problem := range root.problems(&root, v, "report") {
			t.Errorf("%s: %s", name, problem)
		}
	}
}
