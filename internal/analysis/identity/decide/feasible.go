package decide

import (
	"slices"
	"strings"
)

// feasible drops the terms that no request can meet, such as one key that is to have
// two values at once, and settles what hangs on nothing: over few tests it goes through
// all their outcomes that a request can bring about.
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
	tests := f.tests()
	const most = 10
	if len(tests) > most {
		return f
	}
	switch always, hangs := e.outcomes(f, tests); {
	case always:
		return constant(true)
	case !hangs && f.hasUnknown():
		return f.withoutUnknown()
	default:
		return f
	}
}

// tests lists the tests of a formula, those that nothing can settle last.
func (f formula) tests() []int32 {
	var tests []int32
	for _, t := range f.terms {
		for _, l := range t {
			if !slices.Contains(tests, l.test()) {
				tests = append(tests, l.test())
			}
		}
	}
	slices.Sort(tests)
	return tests
}

// outcomes goes through the outcomes of tests that some request brings about. It tells
// whether the formula holds in all of them, and whether it hangs in some on what
// nothing can settle.
func (e *evaluator) outcomes(f formula, tests []int32) (always, hangs bool) {
	settled := 0
	for settled < len(tests) && tests[settled] < firstUnknown {
		settled++
	}
	always = true
	row := make(term, settled)
	for outcome := range 1 << settled {
		for i := range row {
			row[i] = literal(tests[i])
			if outcome>>i&1 == 0 {
				row[i] = -row[i]
			}
		}
		if !e.possible(row) {
			continue
		}
		yes, no := false, false
		for rest := range 1 << (len(tests) - settled) {
			if f.holds(tests, rest<<settled|outcome) {
				yes = true
			} else {
				no = true
			}
		}
		always, hangs = always && !no, hangs || yes && no
	}
	return always, hangs
}

// withoutUnknown returns the formula as it is when nothing that cannot be settled
// holds.
func (f formula) withoutUnknown() formula {
	terms := make([]term, 0, len(f.terms))
	for _, t := range f.terms {
		if !slices.ContainsFunc(t, func(l literal) bool { return l.unknown() && l > 0 }) {
			terms = append(terms, slices.DeleteFunc(slices.Clone(t), literal.unknown))
		}
	}
	return simplified(terms, f, f)
}

// holds reports whether a formula is true when each test has the outcome of its bit.
func (f formula) holds(tests []int32, outcomes int) bool {
	return slices.ContainsFunc(f.terms, func(t term) bool { return t.holds(tests, outcomes) })
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
	if !holds || !t.finite() || e.multiValued(t.Key) {
		return nil, false
	}
	if t.Operator.Base == "Null" {
		return []entry{{state: absent}}, true
	}
	list := make([]entry, 0, len(t.Values))
	for i := range t.Values {
		list = append(list, entry{state: present, values: t.Values[i : i+1]})
	}
	return list, true
}

// finite reports whether few values of a key that has but one meet the test.
func (t *Test) finite() bool {
	op := t.Operator
	if t.Resource != "" || t.variables || op.Set != "" || op.IfExists || op.Negated {
		return false
	}
	return op.Base == "StringEquals" || op.Base == "Bool" || op.Base == "Null" && strings.EqualFold(t.Values[0], "true")
}

// allHold reports whether a value of a key meets all tests of a term on that key,
// but for the one at a position.
func (e *evaluator) allHold(t term, but int, key string, value entry) bool {
	for i, l := range t {
		if i == but || l.unknown() {
			continue
		}
		other := &e.book.tests[l.test()-1]
		if other.Resource != "" || other.variables || other.session != e.book.tests[t[but].test()-1].session || !strings.EqualFold(other.Key, key) {
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
