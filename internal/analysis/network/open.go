package network

import (
	"slices"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
)

// Result tells whether a rule set opens a port to the internet, and why.
type Result struct {
	// Verdict is Yes when enough of the internet gets in for certain, No when it
	// does not whatever the unknown parts are, else Maybe.
	Verdict estate.Tri
	// Rules are the positions of the deciding rules, rising. For Yes: the allow
	// rules that let some of the internet in. For No: the deny rules that keep out
	// what an allow rule names. For Maybe: the rules that are not fully known and
	// could change the answer, and the allow rules that do let some in.
	Rules []int
	// Ranges are the merged ranges let in for certain that reach the internet; at
	// most eight. Empty for No when none does.
	Ranges []string
	// More counts the ranges left out of Ranges.
	More int
	// Unknown names what was not known, for a Maybe; at most eight entries. Text
	// from the cloud is quoted in it.
	Unknown []string
}

// OpenToInternet tells whether the union of rules lets enough of the internet reach
// a port. See facet.Rule for how rules combine; a stateful allow-list is the case
// without priorities and denies. Peers named by Groups are never the internet.
//
// The protocol is a name or a number as in facet.Rule. "all" asks whether a rule
// for every protocol opens the port. The port is ignored for protocols without
// ports; one outside 0 to 65535, or a protocol that cannot be read, gives Maybe.
func OpenToInternet(rules []facet.Rule, protocol string, port int) Result {
	asked := parseProtocol(protocol)
	if asked == unknownProtocol {
		return Result{Unknown: []string{"protocol " + quote(protocol)}}
	}
	if asked.hasPorts() && (port < 0 || port > lastPort) {
		return Result{Unknown: []string{"a port outside 0 to 65535"}}
	}
	work := mostWork
	compiled := compile(rules)
	e, done := evaluate(compiled, asked, port, &work)
	if !done {
		return Result{Unknown: []string{"too many rules to decide"}}
	}
	part := e.open.Part()
	result := Result{Verdict: e.verdict(), Ranges: part.Ranges, More: part.More}
	e.explain(&result)
	return result
}

// explain adds the deciding rules to a result whose verdict stands.
func (e *evaluation) explain(result *Result) {
	wanted := e.wanted()
	for i := range e.matched {
		m := &e.matched[i]
		var decides bool
		switch {
		case result.Verdict == estate.Maybe && len(m.doubts) > 0:
			decides = true
			if len(result.Unknown) < mostRanges {
				result.Unknown = append(result.Unknown, m.doubts[0])
			}
		case result.Verdict == estate.No:
			decides = m.effect == deny && reaches(m.decides.Intersect(wanted))
		default:
			decides = m.effect == allow && reaches(m.decides)
		}
		if decides {
			result.Rules = append(result.Rules, m.index)
		}
	}
	slices.Sort(result.Rules)
}

// reaches reports whether the set holds any address of the internet.
func reaches(s Set) bool { return !s.Internet().Empty() }
