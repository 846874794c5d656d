package api

import (
	"encoding/json"
	"reflect"
	"strings"
	"time"
)

// column is one column of a table: a field, or one of a struct within.
type column struct {
	name  string
	index []int
}

// columnsOf returns the columns of a struct in the order of its fields. Structs within
// are spread out, with a dot in the name; lists and maps are one column of JSON.
func columnsOf(t reflect.Type) []column {
	var columns []column
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "-" {
			continue
		}
		spread := f.Type.Kind() == reflect.Struct && !isText(f.Type)
		if !spread {
			columns = append(columns, column{name: name, index: []int{i}})
			continue
		}
		for _, c := range columnsOf(f.Type) {
			if !f.Anonymous || name != "" {
				c.name = name + "." + c.name
			}
			columns = append(columns, column{name: c.name, index: append([]int{i}, c.index...)})
		}
	}
	return columns
}

// isText reports whether JSON shows a struct as a text.
func isText(t reflect.Type) bool {
	return t == reflect.TypeFor[time.Time]()
}

// text returns the cell of a struct: a text as it is, everything else as JSON, nothing for
// what JSON leaves out.
func (c *column) text(v reflect.Value) string {
	v = v.FieldByIndex(c.index)
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return ""
	}
	switch value := v.Interface().(type) {
	case time.Time:
		if value.IsZero() {
			return ""
		}
		return value.Format(time.RFC3339Nano)
	case json.RawMessage:
		return string(value)
	}
	if v.Kind() == reflect.String {
		return v.String()
	}
	if (v.Kind() == reflect.Slice || v.Kind() == reflect.Map) && v.Len() == 0 {
		return ""
	}
	data, err := json.Marshal(v.Interface())
	if err != nil {
		return ""
	}
	return string(data)
}
