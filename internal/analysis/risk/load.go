package risk

import (
	"io"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/spelling"
	"github.com/stance-sec/stance/internal/estate/strictyaml"
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
	found := &strictyaml.Problems{}
	d := &decoder{strictyaml.Decoder{Noun: "risk table", Problems: found}}
	var t *Table
	if root := d.Root(text, maxTable); root != nil {
		t = d.table(root)
	}
	if err := found.Err(); err != nil {
		return nil, estate.Errorf(estate.CodeInvalid, op, "%w", err)
	}
	return t, nil
}

// decoder reads the nodes of a table.
type decoder struct{ strictyaml.Decoder }

// fields walks a mapping. Every key must be known; needed ones must be there.
func (d *decoder) fields(n *yaml.Node, what string, needed []string, known map[string]func(*yaml.Node)) {
	seen := map[string]bool{}
	d.Each(n, what, func(key, value *yaml.Node) {
		read, ok := known[key.Value]
		if !ok {
			d.Fail(key, "%s has no key %.40q%s", what, key.Value, spelling.Suggestion(key.Value, slices.Sorted(maps.Keys(known))))
			return
		}
		seen[key.Value] = true
		read(value)
	})
	for _, k := range needed {
		if n.Kind == yaml.MappingNode && !seen[k] {
			d.Fail(n, "%s needs %s", what, k)
		}
	}
}

// text stores a text; a number or a date is none.
func (d *decoder) text(into *string, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Tag != "!!str" {
			d.Fail(n, "%s must be a text", what)
			return
		}
		d.Text(into, what)(n)
	}
}

func (d *decoder) texts(into *[]string, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		d.Items(n, what, func(e *yaml.Node) {
			var s string
			d.text(&s, what)(e)
			*into = append(*into, s)
		})
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
			d.Fail(n, "%s is %.40q, want a number from 0 to %g", what, n.Value, most)
			return
		}
		*into = v
	}
}

func (d *decoder) severity(into *estate.Severity, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		s := estate.Severity(n.Value)
		if n.Kind != yaml.ScalarNode || s.Rank() > estate.Info.Rank() {
			d.Fail(n, "%s is %.40q, want critical, high, medium, low or info", what, n.Value)
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
		d.Fail(n, "%s: low, value and high must not fall", what)
	}
	if !r.Known() && r.Question == "" {
		d.Fail(n, "%s is not known exactly and has no question", what)
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
				d.Fail(at, "%s: %.40q comes twice", what, word)
			}
			(*into)[word] = r
		}
		d.Each(n, what, func(key, value *yaml.Node) {
			r := d.row(value, what+"."+key.Value)
			add(key, key.Value, r)
			for _, word := range r.Also {
				add(value, word, r)
			}
		})
		for _, k := range needed {
			if _, ok := (*into)[k]; n.Kind == yaml.MappingNode && !ok {
				d.Fail(n, "%s needs a row %s", what, k)
			}
		}
		if slices.Contains(needed, unknownRow) && (*into)[unknownRow].Known() {
			d.Fail(n, "%s.%s needs low and high", what, unknownRow)
		}
	}
}
