package policy

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// decoder reads YAML nodes strictly: a key that is not known, a key given twice, a
// value of the wrong kind are problems with a position.
type decoder struct {
	path     string
	lines    []string
	problems *problems
}

func (d *decoder) at(n *yaml.Node) position { return position{d.path, n.Line, n.Column} }

func (d *decoder) fail(n *yaml.Node, format string, args ...any) {
	d.problems.add(d.at(n), format, args...)
}

// keys calls the function of each key of a mapping. Aliases and merges are refused:
// what a reader sees in place is what holds.
func (d *decoder) keys(n *yaml.Node, what string, known map[string]func(*yaml.Node)) {
	d.each(n, what, func(key, value *yaml.Node) {
		f, ok := known[key.Value]
		if !ok {
			d.fail(key, "unknown key %q in %s; known are %s", key.Value, what, strings.Join(sortedKeys(known), ", "))
			return
		}
		f(value)
	})
}

// each calls f for every entry of a mapping, in the order of the file.
func (d *decoder) each(n *yaml.Node, what string, f func(key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, "%s must be a mapping, not %s", what, kindName(n))
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
			d.fail(value, "YAML anchors are not supported in checks: write the value out")
		default:
			seen[key.Value] = true
			f(key, value)
		}
	}
}

// items calls f for every element of a sequence.
func (d *decoder) items(n *yaml.Node, what string, f func(*yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		d.fail(n, "%s must be a list, not %s", what, kindName(n))
		return
	}
	for _, e := range n.Content {
		if e.Kind == yaml.AliasNode {
			d.fail(e, "YAML anchors are not supported in checks: write the value out")
			continue
		}
		f(e)
	}
}

// text stores a scalar that must not be empty.
func (d *decoder) text(into *literal, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode || n.Tag == "!!null" || strings.TrimSpace(n.Value) == "" {
			d.fail(n, "%s must be text that is not empty, not %s", what, kindName(n))
			return
		}
		*into = d.literal(n)
	}
}

func (d *decoder) literal(n *yaml.Node) literal {
	return literal{value: n.Value, file: d.path, node: n, lines: d.lines}
}

// texts stores a list of scalars.
func (d *decoder) texts(into *[]literal, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		d.items(n, what, func(e *yaml.Node) {
			var l literal
			d.text(&l, "each of "+what)(e)
			if l.set() {
				*into = append(*into, l)
			}
		})
	}
}

// named stores a mapping from names to scalars, in the order of the file.
func (d *decoder) named(into *[]namedLiteral, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		d.each(n, what, func(key, value *yaml.Node) {
			e := namedLiteral{name: d.literal(key)}
			d.text(&e.literal, what+"."+key.Value)(value)
			if e.set() {
				*into = append(*into, e)
			}
		})
	}
}

// namedLiteral is a literal with the name it stands under.
type namedLiteral struct {
	name literal
	literal
}

// oneOf refuses a literal that is none of the words.
func (d *decoder) oneOf(l literal, what string, words ...string) {
	if l.set() && !slices.Contains(words, l.value) {
		d.problems.add(l.position(), "%s %q is none of %s", what, l.value, strings.Join(words, ", "))
	}
}

func kindName(n *yaml.Node) string {
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
