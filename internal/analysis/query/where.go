package query

import (
	"slices"
	"strconv"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
)

// unread is the value that asks whether an attribute is not known.
const unread = "unknown"

// value is what a node has under a field.
type value struct {
	text      string
	certainty Certainty
	set       bool
}

// holds tells whether a condition holds for the nodes at its places.
func (g *Graph) holds(c *condition, at []uint32) estate.Tri {
	switch c.op {
	case opAnd:
		verdict := estate.Yes
		for i := range c.parts {
			verdict = verdict.And(g.holds(&c.parts[i], at))
		}
		return verdict
	case opOr:
		verdict := estate.No
		for i := range c.parts {
			verdict = verdict.Or(g.holds(&c.parts[i], at))
		}
		return verdict
	case opNot:
		return g.holds(&c.parts[0], at).Not()
	}
	left := g.value(at[c.left.place], c.left.name)
	verdict := estate.No
	for i := range c.right {
		verdict = verdict.Or(g.compare(c.op, left, &c.right[i], at))
	}
	return verdict
}

func (g *Graph) compare(op conditionOp, left value, right *operand, at []uint32) estate.Tri {
	if right.isField {
		other := g.value(at[right.field.place], right.field.name)
		if other.certainty == Unread || left.certainty == Unread {
			return estate.Maybe
		}
		return sure(left.text == other.text, left.certainty == Guessed || other.certainty == Guessed)
	}
	switch {
	case left.certainty == Unread:
		return sure(true, right.value != unread)
	case op == opLike:
		return sure(left.set && like(right.value, left.text), left.certainty == Guessed)
	default:
		return sure(left.text == right.value, left.certainty == Guessed)
	}
}

// sure is a comparison, of which a true one may rest on a guess.
func sure(equal, guess bool) estate.Tri {
	if equal && guess {
		return estate.Maybe
	}
	return estate.TriOf(equal)
}

// doubts adds to a list why it is not sure that a condition holds.
func (g *Graph) doubts(c *condition, at []uint32, list []string) []string {
	if g.holds(c, at) != estate.Maybe {
		return list
	}
	for i := range c.parts {
		list = g.doubts(&c.parts[i], at, list)
	}
	if len(c.parts) > 0 {
		return list
	}
	fields := []field{c.left}
	for _, o := range c.right {
		if o.isField {
			fields = append(fields, o.field)
		}
	}
	for _, f := range fields {
		text := f.name + " of " + g.records[at[f.place]].name
		switch v := g.value(at[f.place], f.name); v.certainty {
		case Unread:
			text += " is not known"
		case Guessed:
			text += " is a guess: " + v.text
		default:
			continue
		}
		if !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return list
}

// value reads an attribute. What is not there is empty; of what was never read only the
// id is known, and the name that the id ends in.
func (g *Graph) value(node uint32, name string) value {
	r := &g.records[node]
	switch name {
	case "id":
		return value{text: r.id, set: true}
	case "name":
		return value{text: r.name, set: true}
	case "inbound":
		return g.count(node, true)
	}
	if !r.read {
		return value{certainty: Unread}
	}
	switch name {
	case "type":
		return value{text: g.text(r.kind), set: true}
	case "account":
		return value{text: g.text(r.account), set: true}
	case "region":
		return value{text: g.text(r.region), set: true}
	case "cloud":
		return value{text: g.text(r.cloud), set: true}
	case "outbound":
		return g.count(node, false)
	}
	text, certainty, ok := g.attribute(node, name)
	if !ok && strings.HasPrefix(name, tagPrefix) {
		if _, certainty, unread := g.attribute(node, tagPrefix); unread {
			return value{certainty: certainty}
		}
	}
	return value{text: text, certainty: certainty, set: ok}
}

// count counts declared relations. That there are none is not known where resources may
// be missing.
func (g *Graph) count(node uint32, inbound bool) value {
	e := g.edges.Out(node)
	if inbound {
		e = g.edges.In(node)
	}
	n := len(e.Targets)
	if e.Evidence != nil {
		n = 0
		for _, evidence := range e.Evidence {
			if evidence&proofMask == 0 {
				n++
			}
		}
	}
	if n == 0 && inbound && g.incomplete {
		return value{certainty: Unread}
	}
	return value{text: strconv.Itoa(n), set: true}
}

// candidates returns the nodes that may stand at each place, by the patterns and by the
// conditions that ask for that place alone.
func (g *Graph) matcher(q *Query, place int) func(node uint32) bool {
	pattern := &q.nodes[place]
	var types []string
	var classes class
	for _, w := range pattern.words {
		types, classes = append(types, w.types...), classes|w.classes()
	}
	kinds := g.typeMatches(types)
	var own []*condition
	for i := range q.where {
		if q.where[i].places.only(place) {
			own = append(own, &q.where[i])
		}
	}
	at := make([]uint32, len(q.nodes))
	return func(node uint32) bool {
		r := &g.records[node]
		if !pattern.any && !(r.read && (r.classes&classes != 0 || kinds[r.kind])) && !literal(pattern.literal, r) {
			return false
		}
		at[place] = node
		return !slices.ContainsFunc(own, func(c *condition) bool { return g.holds(c, at) == estate.No })
	}
}

func (w word) classes() class { return w.class }

func literal(patterns []string, r *record) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return like(p, r.id) || like(p, r.name) })
}
