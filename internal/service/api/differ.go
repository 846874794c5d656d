package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// AttributeChange is one attribute that differs.
type AttributeChange struct {
	// Path is the attribute, such as config.acl or config.rules[2].port.
	Path string `json:"path"`
	// Before and After are its values; left out where it is not there.
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
}

// mostChanges is how many differing attributes are listed, mostDepth how deep they lie at
// most: what is deeper is compared as a whole.
const (
	mostChanges = 500
	mostDepth   = 40
)

// differ lists the attributes in which two JSON values differ, by path, and whether there
// are more. Objects are compared by name; lists by place, after what is equal at both
// ends. A side that is empty or no JSON counts as not there.
func differ(before, after json.RawMessage) (changes []AttributeChange, cut bool) {
	d := &difference{}
	b, bok := decoded(before)
	a, aok := decoded(after)
	d.value("", b, a, bok, aok, 0)
	return d.changes, d.cut
}

func decoded(raw json.RawMessage) (v any, ok bool) {
	if len(raw) == 0 {
		return nil, false
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	return v, decoder.Decode(&v) == nil
}

type difference struct {
	changes []AttributeChange
	cut     bool
}

func (d *difference) value(path string, before, after any, hadBefore, hasAfter bool, depth int) {
	if d.cut || hadBefore == hasAfter && same(before, after) {
		return
	}
	if hadBefore && hasAfter && depth < mostDepth {
		switch b := before.(type) {
		case map[string]any:
			if a, ok := after.(map[string]any); ok {
				d.object(path, b, a, depth)
				return
			}
		case []any:
			if a, ok := after.([]any); ok {
				d.list(path, b, a, depth)
				return
			}
		}
	}
	if len(d.changes) == mostChanges {
		d.cut = true
		return
	}
	d.changes = append(d.changes, AttributeChange{Path: path, Before: encoded(before, hadBefore), After: encoded(after, hasAfter)})
}

func (d *difference) object(path string, before, after map[string]any, depth int) {
	names := map[string]bool{}
	for name := range before {
		names[name] = true
	}
	for name := range after {
		names[name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		b, had := before[name]
		a, has := after[name]
		at := name
		if path != "" {
			at = path + "." + name
		}
		d.value(at, b, a, had, has, depth+1)
	}
}

// list compares what is left of two lists when the equal elements at their beginnings and
// ends are taken away.
func (d *difference) list(path string, before, after []any, depth int) {
	head := 0
	for head < len(before) && head < len(after) && same(before[head], after[head]) {
		head++
	}
	tail := 0
	for tail < len(before)-head && tail < len(after)-head && same(before[len(before)-1-tail], after[len(after)-1-tail]) {
		tail++
	}
	b, a := before[head:len(before)-tail], after[head:len(after)-tail]
	for i := range max(len(b), len(a)) {
		var old, new any
		if i < len(b) {
			old = b[i]
		}
		if i < len(a) {
			new = a[i]
		}
		d.value(fmt.Sprintf("%s[%d]", path, head+i), old, new, i < len(b), i < len(a), depth+1)
	}
}

func same(a, b any) bool {
	return bytes.Equal(encoded(a, true), encoded(b, true))
}

// encoded returns a decoded value as JSON: object keys are sorted.
func encoded(v any, there bool) json.RawMessage {
	if !there {
		return nil
	}
	data, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return data
}
