package query

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate/spelling"
)

// either reads conditions with or between them.
func (p *parser) either(depth int) (condition, error) {
	return p.chain(depth, "or", opOr, p.both)
}

// both reads conditions with and between them, which binds closer.
func (p *parser) both(depth int) (condition, error) {
	return p.chain(depth, "and", opAnd, p.single)
}

func (p *parser) chain(depth int, joint string, op conditionOp, part func(int) (condition, error)) (condition, error) {
	first, err := part(depth)
	if err != nil {
		return first, err
	}
	c := condition{op: op, parts: []condition{first}, places: first.places}
	for p.accept(tokenWord, joint) {
		more, err := part(depth)
		if err != nil {
			return more, err
		}
		c.parts, c.places = append(c.parts, more), c.places|more.places
	}
	if len(c.parts) == 1 {
		return first, nil
	}
	return c, nil
}

// single reads not CONDITION, ( CONDITION ) or a comparison.
func (p *parser) single(depth int) (condition, error) {
	t := p.peek()
	if depth == maxDepth {
		return condition{}, p.fail(t, "conditions stand in one another at most %d deep", maxDepth)
	}
	switch {
	case p.accept(tokenWord, "not"):
		inner, err := p.single(depth + 1)
		return condition{op: opNot, parts: []condition{inner}, places: inner.places}, err
	case p.accept(tokenMark, "("):
		inner, err := p.either(depth + 1)
		if err == nil && !p.accept(tokenMark, ")") {
			err = p.unexpected(p.peek(), "and, or or )")
		}
		return inner, err
	}
	if p.terms++; p.terms > maxTerms {
		return condition{}, p.fail(t, "a query has at most %d comparisons", maxTerms)
	}
	return p.comparison()
}

func (p *parser) comparison() (condition, error) {
	t := p.next()
	left, err := p.field(t)
	if err != nil {
		return condition{}, err
	}
	c := condition{left: left, places: 1 << left.place}
	negated := false
	switch t := p.next(); {
	case t.kind == tokenMark && t.text == "==":
		c.op = opEqual
	case t.kind == tokenMark && t.text == "!=":
		c.op, negated = opEqual, true
	case t.kind == tokenWord && t.text == "like":
		c.op = opLike
	case t.kind == tokenWord && t.text == "in":
		c.op = opIn
	case t.kind == tokenMark && t.text == "=":
		return c, p.fail(t, "to compare is written ==")
	default:
		return c, p.unexpected(t, "==, !=, in or like")
	}
	if c.op == opIn {
		err = p.list(&c)
	} else {
		err = p.operand(&c)
	}
	if negated {
		c = condition{op: opNot, parts: []condition{c}, places: c.places}
	}
	return c, err
}

// list reads ( VALUE , VALUE ).
func (p *parser) list(c *condition) error {
	if !p.accept(tokenMark, "(") {
		return p.unexpected(p.peek(), "(")
	}
	for {
		if err := p.operand(c); err != nil {
			return err
		}
		if p.accept(tokenMark, ")") {
			return nil
		}
		if !p.accept(tokenMark, ",") {
			return p.unexpected(p.peek(), ", or )")
		}
		if p.terms++; p.terms > maxTerms {
			return p.fail(p.peek(), "a query has at most %d comparisons", maxTerms)
		}
	}
}

// operand reads a text, a word that stands for itself, a parameter, or an attribute of a
// named node.
func (p *parser) operand(c *condition) error {
	t := p.next()
	switch {
	case t.kind == tokenString:
		c.right = append(c.right, operand{value: t.text})
	case t.kind == tokenParam:
		value, err := p.param(t)
		if err != nil {
			return err
		}
		c.right = append(c.right, operand{value: value})
	case t.kind == tokenWord && !reserved[t.text]:
		alias, _, dotted := strings.Cut(t.text, ".")
		if _, named := p.places[alias]; !named || !dotted || c.op == opLike {
			c.right = append(c.right, operand{value: t.text})
			return nil
		}
		f, err := p.field(t)
		if err != nil {
			return err
		}
		c.right, c.places = append(c.right, operand{isField: true, field: f}), c.places|1<<f.place
	default:
		return p.unexpected(t, "a value")
	}
	return nil
}

// field reads an attribute: of a named node, or of the last one.
func (p *parser) field(t token) (field, error) {
	if t.kind != tokenWord || reserved[t.text] {
		return field{}, p.unexpected(t, "an attribute")
	}
	f := field{place: p.nodes - 1, name: t.text}
	if alias, rest, dotted := strings.Cut(t.text, "."); dotted {
		if place, named := p.places[alias]; named {
			f = field{place: place, name: rest}
		}
	}
	if f.name == "tag" {
		return p.tag(f)
	}
	if slices.Contains(fieldNames, f.name) {
		return f, nil
	}
	if near := spelling.Nearest(f.name, fieldNames); near != "" {
		return f, p.fail(t, "there is no attribute %q; is %q meant?", t.text, near)
	}
	return f, p.fail(t, "there is no attribute %q; there are %s and tag[\"KEY\"]", t.text, strings.Join(fieldNames, ", "))
}

// tag reads ["KEY"].
func (p *parser) tag(f field) (field, error) {
	if !p.accept(tokenMark, "[") {
		return f, p.unexpected(p.peek(), `["KEY"]`)
	}
	t := p.next()
	if t.kind == tokenParam {
		value, err := p.param(t)
		if err != nil {
			return f, err
		}
		t = token{tokenString, value, t.offset}
	}
	if t.kind != tokenString {
		return f, p.unexpected(t, "a text in quotes")
	}
	if !p.accept(tokenMark, "]") {
		return f, p.unexpected(p.peek(), "]")
	}
	f.name = tagPrefix + t.text
	return f, nil
}

// conjuncts returns the conditions that must all hold.
func conjuncts(c condition) []condition {
	if c.op != opAnd {
		return []condition{c}
	}
	var all []condition
	for _, part := range c.parts {
		all = append(all, conjuncts(part)...)
	}
	return all
}
