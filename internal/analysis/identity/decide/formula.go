package decide

import (
	"cmp"
	"slices"
)

// literal is a test of the book by its number from 1 on, negative for its opposite.
type literal int32

// firstUnknown is the number of the first test that nothing can settle.
const firstUnknown = 1 << 20

func (l literal) test() int32 { return int32(max(l, -l)) }

func (l literal) unknown() bool { return l.test() >= firstUnknown }

// term is a conjunction, sorted by test; a test occurs once.
type term []literal

// shape is how much of a formula is settled.
type shape uint8

const (
	never shape = iota
	always
	sometimes
	// tangled is a formula that grew beyond its bounds: neither never nor always can
	// be said of it.
	tangled
)

// formula is a disjunction of terms. The zero value never holds.
type formula struct {
	terms []term // of sometimes
	shape shape
	// unknown tells that a tangled formula hangs on what nothing can settle.
	unknown bool
}

// The bounds beyond which a formula is tangled, to keep the work on hostile policies
// small.
const (
	mostTerms    = 32
	mostLiterals = 32
	mostProduct  = 512
)

func constant(holds bool) formula {
	if holds {
		return formula{shape: always}
	}
	return formula{}
}

func single(l literal) formula { return formula{shape: sometimes, terms: []term{{l}}} }

func (f formula) hasUnknown() bool {
	if f.unknown {
		return true
	}
	return slices.ContainsFunc(f.terms, func(t term) bool { return slices.ContainsFunc(t, literal.unknown) })
}

func tangle(a, b formula) formula {
	return formula{shape: tangled, unknown: a.hasUnknown() || b.hasUnknown()}
}

// or returns the formula that holds where one of the two does.
func (f formula) or(g formula) formula {
	switch {
	case f.shape == always || g.shape == never:
		return f
	case g.shape == always || f.shape == never:
		return g
	case f.shape == tangled || g.shape == tangled:
		return tangle(f, g)
	}
	return simplified(slices.Concat(f.terms, g.terms), f, g)
}

// and returns the formula that holds where both do.
func (f formula) and(g formula) formula {
	switch {
	case f.shape == never || g.shape == always:
		return f
	case g.shape == never || f.shape == always:
		return g
	case f.shape == tangled || g.shape == tangled || len(f.terms)*len(g.terms) > mostProduct:
		return tangle(f, g)
	}
	product := make([]term, 0, len(f.terms)*len(g.terms))
	for _, a := range f.terms {
		for _, b := range g.terms {
			if joined, possible := a.join(b); possible {
				product = append(product, joined)
			}
		}
	}
	return simplified(product, f, g)
}

// not returns the formula that holds where this one does not.
func (f formula) not() formula {
	switch f.shape {
	case never:
		return formula{shape: always}
	case always:
		return formula{}
	case tangled:
		return f
	case sometimes:
	}
	result := formula{shape: always}
	for _, t := range f.terms {
		opposite := make([]term, 0, len(t))
		for _, l := range t {
			opposite = append(opposite, term{-l})
		}
		result = result.and(formula{shape: sometimes, terms: opposite})
	}
	return result
}

// join merges two terms; the second result is false when they contradict each other.
func (t term) join(other term) (term, bool) {
	joined := make(term, 0, len(t)+len(other))
	i, j := 0, 0
	for i < len(t) && j < len(other) {
		switch order := cmp.Compare(t[i].test(), other[j].test()); {
		case order < 0:
			joined = append(joined, t[i])
			i++
		case order > 0:
			joined = append(joined, other[j])
			j++
		case t[i] != other[j]:
			return nil, false
		default:
			joined = append(joined, t[i])
			i++
			j++
		}
	}
	joined = append(joined, t[i:]...)
	return append(joined, other[j:]...), true
}

// within reports whether all literals of t but one are in other.
func (t term) within(other term, but literal) bool {
	j := 0
	for _, l := range t {
		if l == but {
			continue
		}
		for j < len(other) && other[j].test() < l.test() {
			j++
		}
		if j == len(other) || other[j] != l {
			return false
		}
	}
	return true
}

// simplified brings terms into a short form: none that another takes in, and none
// with a literal that another term makes superfluous (A or (not A and B) is A or B).
func simplified(terms []term, from ...formula) formula {
	for shortenOnce(terms) {
	}
	slices.SortStableFunc(terms, compareTerms)
	var kept []term
	for _, t := range terms {
		if !slices.ContainsFunc(kept, func(k term) bool { return k.within(t, 0) }) {
			kept = append(kept, t)
		}
	}
	switch {
	case len(kept) == 0:
		return formula{}
	case len(kept[0]) == 0:
		return formula{shape: always}
	case len(kept) > mostTerms || len(kept[len(kept)-1]) > mostLiterals:
		return tangle(from[0], from[1])
	}
	return formula{shape: sometimes, terms: kept}
}

func compareTerms(a, b term) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), slices.Compare(a, b))
}

// shortenOnce drops one superfluous literal from each term that has any, and reports
// whether there was one.
func shortenOnce(terms []term) bool {
	if len(terms) > mostTerms*2 {
		return false
	}
	changed := false
	for i, t := range terms {
		if at := superfluous(terms, i); at >= 0 {
			terms[i] = slices.Delete(slices.Clone(t), at, at+1)
			changed = true
		}
	}
	return changed
}

// superfluous returns the position of a literal of a term whose opposite stands in
// another term that otherwise asks for no more; -1 when there is none.
func superfluous(terms []term, index int) int {
	for at, l := range terms[index] {
		for j, other := range terms {
			if j != index && slices.Contains(other, -l) && other.within(terms[index], -l) {
				return at
			}
		}
	}
	return -1
}
