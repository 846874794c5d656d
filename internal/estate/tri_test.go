package estate_test

import (
	"encoding/json"
	"testing"

	"github.com/stance-sec/stance/internal/estate"
)

var tris = []estate.Tri{estate.Maybe, estate.No, estate.Yes}

// worlds lists the booleans a three-valued answer may still turn out to be.
func worlds(t estate.Tri) []bool {
	switch t {
	case estate.Yes:
		return []bool{true}
	case estate.No:
		return []bool{false}
	default:
		return []bool{false, true}
	}
}

// fold is the definition: the common answer of all worlds, else Maybe.
func fold(a, b estate.Tri, op func(x, y bool) bool) estate.Tri {
	seen := map[bool]bool{}
	for _, x := range worlds(a) {
		for _, y := range worlds(b) {
			seen[op(x, y)] = true
		}
	}
	if len(seen) == 2 {
		return estate.Maybe
	}
	return estate.TriOf(seen[true])
}

func TestTriLogicAgreesWithAllWorlds(t *testing.T) {
	t.Parallel()
	for _, a := range tris {
		if got, want := a.Not(), fold(a, a, func(x, _ bool) bool { return !x }); got != want && a != estate.Maybe {
			t.Errorf("not %v = %v, want %v", a, got, want)
		}
		for _, b := range tris {
			if got, want := a.And(b), fold(a, b, func(x, y bool) bool { return x && y }); got != want {
				t.Errorf("%v and %v = %v, want %v", a, b, got, want)
			}
			if got, want := a.Or(b), fold(a, b, func(x, y bool) bool { return x || y }); got != want {
				t.Errorf("%v or %v = %v, want %v", a, b, got, want)
			}
		}
	}
}

func TestTriOutsideItsConstantsIsMaybe(t *testing.T) {
	t.Parallel()
	odd := estate.Tri(9)
	if odd.Not() != estate.Maybe || odd.And(estate.Yes) != estate.Maybe || odd.Or(estate.No) != estate.Maybe || odd.String() != "unknown" {
		t.Errorf("Tri(9) does not behave as unknown: not %v, and %v, or %v, %q",
			odd.Not(), odd.And(estate.Yes), odd.Or(estate.No), odd)
	}
}

func TestTriTravelsThroughJSON(t *testing.T) {
	t.Parallel()
	want := map[estate.Tri]string{estate.Maybe: "null", estate.No: "false", estate.Yes: "true"}
	for value, text := range want {
		data, err := json.Marshal(value)
		if err != nil || string(data) != text {
			t.Errorf("marshal %v = %s, %v, want %s", value, data, err, text)
		}
		back := estate.Tri(7)
		if err := json.Unmarshal([]byte(text), &back); err != nil || back != value {
			t.Errorf("unmarshal %s = %v, %v, want %v", text, back, err, value)
		}
	}
	var into estate.Tri
	if err := json.Unmarshal([]byte(`"yes"`), &into); err == nil {
		t.Error(`unmarshal "yes": want an error`)
	}
}
