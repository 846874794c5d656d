package risk

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/estate"
)

// maxTable is the most bytes of a table; the built-in one has a hundredth of it.
const maxTable = 1 << 20

// Load reads a table; name is for messages. It refuses, with line and column, a key it
// does not know, a number out of range, a row that comes twice, and a table that lacks a
// row the formula needs.
func Load(name string, r io.Reader) (*Table, error) {
	op := "read risk table " + name
	text, err := io.ReadAll(io.LimitReader(r, maxTable+1))
	if err != nil {
		return nil, estate.Errorf(estate.CodeIO, op, "%w", err)
	}
	if len(text) > maxTable {
		return nil, estate.Errorf(estate.CodeInvalid, op, "it is larger than %d bytes", maxTable)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, estate.Errorf(estate.CodeInvalid, op, "%s", syntax(err))
	}
	if len(doc.Content) != 1 {
		return nil, estate.Errorf(estate.CodeInvalid, op, "1:1: it is empty")
	}
	d := &decoder{}
	t := d.table(doc.Content[0])
	if len(d.problems) > 0 {
		return nil, estate.Errorf(estate.CodeInvalid, op, "%w", errors.Join(d.problems...))
	}
	return t, nil
}

// syntax words an error of the YAML reader, which knows the line only.
func syntax(err error) string {
	text := strings.TrimPrefix(strings.Join(strings.Fields(err.Error()), " "), "yaml: ")
	if line, rest, ok := strings.Cut(strings.TrimPrefix(text, "line "), ": "); ok && strings.HasPrefix(text, "line ") {
		return line + ":1: " + rest
	}
	return text
}

// decoder gathers the problems of a table, in the order they are met.
type decoder struct{ problems []error }

const maxProblems = 20

func (d *decoder) fail(n *yaml.Node, format string, args ...any) {
	if len(d.problems) < maxProblems {
		d.problems = append(d.problems, fmt.Errorf("%d:%d: %s", n.Line, n.Column, fmt.Sprintf(format, args...)))
	}
}

// fields walks a mapping. Every key must be known; needed ones must be there.
func (d *decoder) fields(n *yaml.Node, what string, needed []string, known map[string]func(*yaml.Node)) {
	seen := map[string]bool{}
	d.each(n, what, func(key, value *yaml.Node) {
		read, ok := known[key.Value]
		if !ok {
			d.fail(key, "%s has no key %.40q", what, key.Value)
			return
		}
		seen[key.Value] = true
		read(value)
	})
	for _, k := range needed {
		if n.Kind == yaml.MappingNode && !seen[k] {
			d.fail(n, "%s needs %s", what, k)
		}
	}
}

// each calls f for the pairs of a mapping; a key that comes twice is a problem.
func (d *decoder) each(n *yaml.Node, what string, f func(key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, "%s must be a mapping", what)
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode || seen[key.Value] {
			d.fail(key, "%s: key %.40q comes twice or is no word", what, key.Value)
			continue
		}
		seen[key.Value] = true
		f(key, n.Content[i+1])
	}
}

func (d *decoder) text(into *string, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode || n.Value == "" || n.Tag != "!!str" {
			d.fail(n, "%s must be a text", what)
			return
		}
		*into = n.Value
	}
}

func (d *decoder) texts(into *[]string, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind != yaml.SequenceNode {
			d.fail(n, "%s must be a list of texts", what)
			return
		}
		for _, e := range n.Content {
			var s string
			d.text(&s, what)(e)
			*into = append(*into, s)
		}
	}
}

// fraction reads a number from 0 to 1.
func (d *decoder) fraction(into *float64, what string) func(*yaml.Node) {
	return d.number(into, what, 1)
}

func (d *decoder) number(into *float64, what string, most float64) func(*yaml.Node) {
	return func(n *yaml.Node) {
		var v float64
		if n.Kind != yaml.ScalarNode || n.Decode(&v) != nil || !(v >= 0 && v <= most) {
			d.fail(n, "%s is %.40q, want a number from 0 to %g", what, n.Value, most)
			return
		}
		*into = v
	}
}

func (d *decoder) severity(into *estate.Severity, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		s := estate.Severity(n.Value)
		if n.Kind != yaml.ScalarNode || s.Rank() > estate.Info.Rank() {
			d.fail(n, "%s is %.40q, want critical, high, medium, low or info", what, n.Value)
			return
		}
		*into = s
	}
}

// row reads one number with its words.
func (d *decoder) row(n *yaml.Node, what string) Number {
	var r Number
	low, high := -1.0, -1.0
	d.fields(n, what, []string{"value", "label"}, map[string]func(*yaml.Node){
		"value": d.fraction(&r.Expected, what+".value"), "low": d.fraction(&low, what+".low"), "high": d.fraction(&high, what+".high"),
		"label": d.text(&r.Label, what+".label"), "question": d.text(&r.Question, what+".question"), "also": d.texts(&r.Also, what+".also"),
	})
	r.Low, r.High = r.Expected, r.Expected
	if low >= 0 {
		r.Low = low
	}
	if high >= 0 {
		r.High = high
	}
	if !r.Valid() {
		d.fail(n, "%s: low, value and high must not fall", what)
	}
	if !r.Known() && r.Question == "" {
		d.fail(n, "%s is not known exactly and has no question", what)
	}
	return r
}

// rows reads a section; its needed rows must be there. Other words for a row become
// rows of their own.
func (d *decoder) rows(into *map[string]Number, what string, needed ...string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		*into = map[string]Number{}
		add := func(at *yaml.Node, word string, r Number) {
			word = strings.ToLower(word)
			if _, twice := (*into)[word]; twice {
				d.fail(at, "%s: %.40q comes twice", what, word)
			}
			(*into)[word] = r
		}
		d.each(n, what, func(key, value *yaml.Node) {
			r := d.row(value, what+"."+key.Value)
			add(key, key.Value, r)
			for _, word := range r.Also {
				add(value, word, r)
			}
		})
		for _, k := range needed {
			if _, ok := (*into)[k]; n.Kind == yaml.MappingNode && !ok {
				d.fail(n, "%s needs a row %s", what, k)
			}
		}
		if slices.Contains(needed, unknownRow) && (*into)[unknownRow].Known() {
			d.fail(n, "%s.%s needs low and high", what, unknownRow)
		}
	}
}
