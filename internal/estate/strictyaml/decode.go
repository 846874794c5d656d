package strictyaml

import (
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/estate/spelling"
)

// Decoder reads the nodes of a file: a key that is not known, a key given twice, a value
// of the wrong kind are problems with a position. Aliases and merges are refused: what a
// reader sees in place is what holds.
type Decoder struct {
	// File is what positions call the file; see Position.
	File string
	// Noun is what a file of the kind is, such as check.
	Noun string
	// Problems takes what is wrong.
	Problems *Problems
}

// Fail adds a problem at a node.
func (d *Decoder) Fail(n *yaml.Node, format string, args ...any) {
	d.Problems.Add(At(d.File, n), format, args...)
}

// Keys calls the function of each key of a mapping, in the order of the file.
func (d *Decoder) Keys(n *yaml.Node, what string, known map[string]func(*yaml.Node)) {
	d.Each(n, what, func(key, value *yaml.Node) {
		f, ok := known[key.Value]
		if !ok {
			names := slices.Sorted(maps.Keys(known))
			d.Fail(key, "unknown key %.80q in %s; known are %s%s", key.Value, what, strings.Join(names, ", "), spelling.Suggestion(key.Value, names))
			return
		}
		f(value)
	})
}

// Each calls f for every entry of a mapping, in the order of the file.
func (d *Decoder) Each(n *yaml.Node, what string, f func(key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		d.Fail(n, "%s must be a mapping, not %s", what, KindName(n))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case key.Kind != yaml.ScalarNode || key.Tag == "!!merge":
			d.Fail(key, "a key of %s must be plain text", what)
		case seen[key.Value]:
			d.Fail(key, "key %.80q stands twice in %s", key.Value, what)
		case value.Kind == yaml.AliasNode:
			d.noAlias(value)
		default:
			seen[key.Value] = true
			f(key, value)
		}
	}
}

// Items calls f for every element of a list.
func (d *Decoder) Items(n *yaml.Node, what string, f func(*yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		d.Fail(n, "%s must be a list, not %s", what, KindName(n))
		return
	}
	for _, e := range n.Content {
		if e.Kind == yaml.AliasNode {
			d.noAlias(e)
			continue
		}
		f(e)
	}
}

func (d *Decoder) noAlias(n *yaml.Node) {
	d.Fail(n, "anchors are not supported in a %s: write the value out", d.Noun)
}

// Scalar reports whether a node is text that is not empty, and adds a problem otherwise.
func (d *Decoder) Scalar(n *yaml.Node, what string) bool {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" || strings.TrimSpace(n.Value) == "" {
		d.Fail(n, "%s must be text that is not empty, not %s", what, KindName(n))
		return false
	}
	return true
}

// Text stores text that is not empty.
func (d *Decoder) Text(into *string, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if d.Scalar(n, what) {
			*into = n.Value
		}
	}
}

// Texts appends a list of texts, those that are none left out.
func (d *Decoder) Texts(into *[]string, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		d.Items(n, what, func(e *yaml.Node) {
			if d.Scalar(e, "each of "+what) {
				*into = append(*into, e.Value)
			}
		})
	}
}

// Flag stores true or false.
func (d *Decoder) Flag(into *bool, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Tag != "!!bool" || n.Decode(into) != nil {
			d.Fail(n, "%s must be true or false", what)
		}
	}
}

// KindName words what a node is, with its article.
func KindName(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	default:
		if n.Tag == "!!null" || n.Value == "" {
			return "nothing"
		}
		return "a scalar"
	}
}
