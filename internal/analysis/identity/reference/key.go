package reference

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// KeyType is what the values of a condition key are.
type KeyType uint8

// The types of condition keys.
const (
	UnknownType KeyType = iota
	String
	ARN
	Bool
	Numeric
	Date
	IPAddress
)

// multiple is added to the type of a key that has many values.
const multiple KeyType = 1 << 4

// key is a condition key as the file has it.
type key struct {
	name, lower string
	typ         KeyType // with multiple
}

// Key returns the type of a condition key, whether a request may hold many values of
// it, and whether the table knows it. The name is in any case; a tag's key is filled in.
func (t *Table) Key(name string) (typ KeyType, multi, known bool) {
	name = strings.ToLower(name)
	if i, ok := slices.BinarySearchFunc(t.keys, name, func(k key, n string) int { return strings.Compare(k.lower, n) }); ok {
		return t.keys[i].typ &^ multiple, t.keys[i].typ&multiple != 0, true
	}
	for _, k := range t.forms {
		if policydoc.Match(k.lower, name) {
			return k.typ &^ multiple, k.typ&multiple != 0, true
		}
	}
	return UnknownType, false, false
}

// ConditionKeyMultiValued reports whether a request may hold many values of the
// condition key, so that only ForAllValues and ForAnyValue can test it. It is false for
// a key that the table does not hold; Key tells those.
func (t *Table) ConditionKeyMultiValued(name string) bool {
	_, multi, _ := t.Key(name)
	return multi
}
