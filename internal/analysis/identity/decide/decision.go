package decide

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
)

// Outcome is what AWS would answer.
type Outcome uint8

// The outcomes. The zero value is Unknown: something that could not be read or
// understood decides. Conditional hangs on the request alone, as the residue says.
const (
	Unknown Outcome = iota
	Allowed
	Conditional
	DeniedImplicitly
	DeniedExplicitly
)

var outcomeNames = [...]string{"unknown", "allow", "conditional", "deny-implicit", "deny-explicit"}

// String returns "allow", "conditional", "deny-implicit", "deny-explicit" or
// "unknown".
func (o Outcome) String() string {
	if int(o) >= len(outcomeNames) {
		return outcomeNames[Unknown]
	}
	return outcomeNames[o]
}

// Statement points at what decided.
type Statement struct {
	Layer Layer
	// Level is that of an SCP or RCP, from 0 for the root; 0 for other layers.
	Level int
	// Source is the name of the policy; empty for a layer as a whole.
	Source string
	// Index is the position of the statement in its document; -1 for a layer as a
	// whole, such as one in which nothing allows.
	Index int
	// SID is the statement's own name.
	SID string
}

// Decision is the answer to a request.
type Decision struct {
	Outcome Outcome
	// By is what decided: the statement that denies, or the one that allows, or the
	// first layer in which an allow is missing. Of a Conditional it is the statement
	// whose conditions stay open, of an Unknown the first that could not be judged.
	By Statement
	// Residue is what the request has to meet; empty unless the outcome is
	// Conditional, or Unknown with open keys.
	Residue Residue
	// Trace is every statement looked at, layer by layer, and the layers left out.
	Trace []Step
	// Unknown is what kept the answer from being known; empty unless it is Unknown.
	Unknown []estate.Unknown
}

// Residue is a disjunction of terms, each a conjunction of tests. A request is
// allowed when it meets one of the terms.
type Residue struct {
	// Terms are in a fixed order, the shortest first; at most 16.
	Terms [][]Test
	// Complex tells that the formula is too large to show: Terms then hold each test
	// that occurs in the policies, on its own, and say no more than that.
	Complex bool
}

// mostShown is the number of terms beyond which a residue is complex.
const mostShown = 16

// Empty reports whether there is no residue.
func (r Residue) Empty() bool { return len(r.Terms) == 0 && !r.Complex }

// Classes returns what the tests are about, sorted, each once.
func (r Residue) Classes() []Class {
	var list []Class
	for _, t := range r.Terms {
		for i := range t {
			list = append(list, t[i].Class)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// String returns the residue in words, such as "aws:SourceVpce is vpce-1 and not
// (...); or ...". It quotes policies: escape it.
func (r Residue) String() string {
	terms := make([]string, 0, len(r.Terms))
	for _, t := range r.Terms {
		tests := make([]string, 0, len(t))
		for i := range t {
			tests = append(tests, t[i].String())
		}
		terms = append(terms, strings.Join(tests, " and "))
	}
	if r.Complex {
		return "complex: it hangs on " + strings.Join(terms, "; ")
	}
	return strings.Join(terms, "; or ")
}

// residue writes a formula out. Tests that nothing can settle are left out.
func (b *book) residue(f formula) Residue {
	if f.shape == tangled || len(f.terms) > mostShown {
		r := Residue{Complex: true}
		for i := range b.tests[:min(len(b.tests), mostShown)] {
			r.Terms = append(r.Terms, []Test{b.tests[i]})
		}
		return r
	}
	var r Residue
	for _, t := range f.terms {
		tests := make([]Test, 0, len(t))
		for _, l := range t {
			if l.unknown() {
				continue
			}
			test := b.tests[l.test()-1]
			test.Negated = l < 0
			tests = append(tests, test)
		}
		if len(tests) > 0 {
			r.Terms = append(r.Terms, tests)
		}
	}
	return r
}

// reasons returns why a formula cannot be settled, each reason once.
func (b *book) reasons(f formula) []estate.Unknown {
	used := make([]bool, len(b.unknowns))
	for _, t := range f.terms {
		for _, l := range t {
			if l.unknown() {
				used[l.test()-firstUnknown] = true
			}
		}
	}
	var list []estate.Unknown
	for i := range b.unknowns {
		if u := b.unknowns[i]; (used[i] || f.shape == tangled) && !slices.Contains(list, u.why) {
			list = append(list, u.why)
		}
	}
	return list
}
