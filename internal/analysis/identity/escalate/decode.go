package escalate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// decoder reads YAML nodes strictly: a key that is not known or given twice, a value of
// the wrong kind, a word that is none of those allowed are problems.
type decoder struct {
	file     string
	problems []problem
}

func (d *decoder) fail(n *yaml.Node, format string, args ...any) {
	d.problems = append(d.problems, problem{d.file, max(n.Line, 1), max(n.Column, 1), fmt.Sprintf(format, args...)})
}

// keys calls the function of each key of a mapping.
func (d *decoder) keys(n *yaml.Node, what string, known map[string]func(*yaml.Node)) {
	d.each(n, what, func(key, value *yaml.Node) {
		f, ok := known[key.Value]
		if !ok {
			d.fail(key, "unknown key %q in %s; known are %s", key.Value, what, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
			return
		}
		f(value)
	})
}

// each calls f for every entry of a mapping.
func (d *decoder) each(n *yaml.Node, what string, f func(key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, "%s must be a mapping", what)
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case key.Kind != yaml.ScalarNode || key.Tag == "!!merge":
			d.fail(key, "a key of %s must be plain text", what)
		case seen[key.Value]:
			d.fail(key, "key %q stands twice in %s", key.Value, what)
		case value.Kind == yaml.AliasNode:
			d.fail(value, "anchors are not supported: write the value out")
		default:
			seen[key.Value] = true
			f(key, value)
		}
	}
}

// items calls f for every element of a list.
func (d *decoder) items(n *yaml.Node, what string, f func(*yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		d.fail(n, "%s must be a list", what)
		return
	}
	for _, e := range n.Content {
		if e.Kind == yaml.AliasNode {
			d.fail(e, "anchors are not supported: write the value out")
			continue
		}
		f(e)
	}
}

// text stores text that is not empty.
func (d *decoder) text(into *string, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode || n.Tag == "!!null" || strings.TrimSpace(n.Value) == "" {
			d.fail(n, "%s must be text that is not empty", what)
			return
		}
		*into = n.Value
	}
}

// texts stores a list of texts.
func (d *decoder) texts(into *[]string, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		d.items(n, what, func(e *yaml.Node) {
			var s string
			d.text(&s, "each of "+what)(e)
			*into = append(*into, s)
		})
	}
}

// word stores one of the words.
func word[T ~string](d *decoder, into *T, what string, words ...T) func(*yaml.Node) {
	return func(n *yaml.Node) {
		var s string
		d.text(&s, what)(n)
		if s != "" && !slices.Contains(words, T(s)) {
			d.fail(n, "%s %q is none of %s", what, s, strings.Join(strs(words), ", "))
		}
		*into = T(s)
	}
}

func strs[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

// flag stores true or false.
func (d *decoder) flag(into *bool, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Decode(into) != nil || n.Tag != "!!bool" {
			d.fail(n, "%s must be true or false", what)
		}
	}
}
