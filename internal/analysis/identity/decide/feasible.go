package decide

import (
	"slices"
	"strings"
)

// feasible drops the terms that no request can meet, such as one key that is to have
// two values at once.
func (e *evaluator) feasible(f formula) formula {
	if f.shape != sometimes {
		return f
	}
	kept := make([]term, 0, len(f.terms))
	for _, t := range f.terms {
		if e.possible(t) {
			kept = append(kept, t)
		}
	}
	if len(kept) == 0 {
		return formula{}
	}
	f = formula{shape: sometimes, terms: kept}
	if f.tautology() {
		return constant(true)
	}
	return f
}

// tautology reports whether a formula over few tests holds whatever their outcome.
func (f formula) tautology() bool {
	const most = 10
	var tests []int32
	for _, t := range f.terms {
		for _, l := range t {
			if !slices.Contains(tests, l.test()) {
				tests = append(tests, l.test())
			}
		}
	}
	if len(tests) > most {
		return false
	}
	for outcomes := range 1 << len(tests) {
		if !slices.ContainsFunc(f.terms, func(t term) bool { return t.holds(tests, outcomes) }) {
			return false
		}
	}
	return true
}

// holds reports whether a term is true when each test has the outcome of its bit.
func (t term) holds(tests []int32, outcomes int) bool {
	for _, l := range t {
		if outcome := outcomes>>slices.Index(tests, l.test())&1 == 1; outcome != (l > 0) {
			return false
		}
	}
	return true
}

// possible reports whether some request may meet a term. It looks at keys one by one
// and answers yes where it finds no proof of the contrary.
func (e *evaluator) possible(t term) bool {
	for i, l := range t {
		if l.unknown() {
			continue
		}
		test := &e.book.tests[l.test()-1]
		values, finite := e.choices(test, l > 0)
		if !finite {
			continue
		}
		if !slices.ContainsFunc(values, func(v entry) bool { return e.allHold(t, i, test.Key, v) }) {
			return false
		}
	}
	return true
}

// choices lists what a key may hold so that a test is met; the second result is
// false when there is no end to them.
func (e *evaluator) choices(t *Test, holds bool) ([]entry, bool) {
	op := t.Operator
	if t.Resource != "" || t.variables || op.Set != "" || op.IfExists || op.Negated || !holds || e.multiValued(t.Key) {
		return nil, false
	}
	switch op.Base {
	case "Null":
		return []entry{{state: absent}}, strings.EqualFold(t.Values[0], "true")
	case "StringEquals", "Bool":
	default:
		return nil, false
	}
	list := make([]entry, 0, len(t.Values))
	for i := range t.Values {
		list = append(list, entry{state: present, values: t.Values[i : i+1]})
	}
	return list, true
}

// allHold reports whether a value of a key meets all tests of a term on that key,
// but for the one at a position.
func (e *evaluator) allHold(t term, but int, key string, value entry) bool {
	for i, l := range t {
		if i == but || l.unknown() {
			continue
		}
		other := &e.book.tests[l.test()-1]
		if other.Resource != "" || other.variables || !strings.EqualFold(other.Key, key) {
			continue
		}
		e.found = value
		a := e.judge(other.Operator, other.condition(), false)
		if a == equals && l < 0 || a == differs && l > 0 {
			return false
		}
	}
	return true
}
