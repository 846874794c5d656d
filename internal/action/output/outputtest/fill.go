package outputtest

import (
	"encoding/json"
	"reflect"
	"time"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/estate"
)

// Fill sets every field below the pointer that is still zero, so that a test sees the
// fields added after it was written.
func Fill(pointer any) { fill(reflect.ValueOf(pointer).Elem()) }

// known are values of the types that do not take any value.
func known() map[reflect.Type]any {
	return map[reflect.Type]any{
		reflect.TypeFor[time.Time]():               start(),
		reflect.TypeFor[json.RawMessage]():         json.RawMessage(`1`),
		reflect.TypeFor[estate.Cloud]():            estate.AWS,
		reflect.TypeFor[estate.Severity]():         estate.Low,
		reflect.TypeFor[estate.Status]():           estate.Fail,
		reflect.TypeFor[estate.Reason]():           estate.Denied,
		reflect.TypeFor[estate.Tri]():              estate.Yes,
		reflect.TypeFor[output.Assessment]():       output.Manual,
		reflect.TypeFor[estate.CoverageStatus]():   estate.CoverageOK,
		reflect.TypeFor[estate.ControlLevel]():     estate.LevelAccount,
		reflect.TypeFor[estate.Effort]():           estate.EffortCode,
		reflect.TypeFor[estate.SuppressedReason](): estate.SuppressedProvider,
	}
}

func fill(v reflect.Value) {
	if value, ok := known()[v.Type()]; ok {
		if v.IsZero() {
			v.Set(reflect.ValueOf(value))
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		fill(v.Elem())
	case reflect.Slice:
		if v.Len() == 0 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		}
		for i := range v.Len() {
			fill(v.Index(i))
		}
	case reflect.String:
		if v.Len() == 0 {
			v.SetString("x")
		}
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		if v.IsZero() {
			v.SetFloat(0.5)
		}
	case reflect.Int, reflect.Int64:
		if v.IsZero() {
			v.SetInt(1)
		}
	}
}
