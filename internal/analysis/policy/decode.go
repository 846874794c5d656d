package policy

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/estate/strictyaml"
)

// decoder reads the nodes of a check file into literals, which know where they stand.
type decoder struct {
	*strictyaml.Decoder
	lines []string
}

// text stores a scalar that must not be empty.
func (d *decoder) text(into *literal, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if d.Scalar(n, what) {
			*into = d.literal(n)
		}
	}
}

func (d *decoder) literal(n *yaml.Node) literal {
	return literal{value: n.Value, file: d.File, node: n, lines: d.lines}
}

// texts stores a list of scalars.
func (d *decoder) texts(into *[]literal, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		d.Items(n, what, func(e *yaml.Node) {
			if d.Scalar(e, "each of "+what) {
				*into = append(*into, d.literal(e))
			}
		})
	}
}

// named stores a mapping from names to scalars, in the order of the file.
func (d *decoder) named(into *[]namedLiteral, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		d.Each(n, what, func(key, value *yaml.Node) {
			if d.Scalar(value, what+"."+key.Value) {
				*into = append(*into, namedLiteral{name: d.literal(key), literal: d.literal(value)})
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
		d.Problems.Add(l.position(), "%s %q is none of %s", what, l.value, strings.Join(words, ", "))
	}
}
