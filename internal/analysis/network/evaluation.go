package network

import "github.com/stance-sec/stance/internal/estate"

// evaluation walks rules in the order in which they decide and keeps, for one
// protocol and port, bounds from both sides on who gets in.
type evaluation struct {
	// open is let in for certain; mayOpen is all that may be let in.
	open, mayOpen Set
	// denied is all that a deny rule was about for certain, mayDeny all that one
	// may have been about. What a rule before it let in stays in.
	denied, mayDeny Set
	// matched are the rules that are or may be about this traffic.
	matched []match
}

// match is a rule that is, or may be, about the traffic asked for.
type match struct {
	*rule
	// sure and all bound the peers the rule is about.
	sure, all Set
	// decides are the peers for whom no earlier rule may have decided otherwise.
	decides Set
}

func newMatch(r *rule, about estate.Tri) match {
	m := match{rule: r, sure: r.sure, all: r.sure}
	if about == estate.Maybe {
		m.sure = Set{}
	}
	if r.possible {
		m.all = everyone
	}
	return m
}

// mostWork bounds the steps spent on one question. Rule sets of real clouds stay
// far below: a thousand rules of sixty ranges need some thousands of steps.
const mostWork = 1 << 25

// evaluate answers for one protocol and port. It reports false when the work left
// in the budget does not suffice.
func evaluate(rules []rule, asked protocol, port int, work *int) (*evaluation, bool) {
	e := &evaluation{}
	if *work -= len(rules); *work <= 0 {
		return e, false
	}
	for i := range rules {
		if about := rules[i].matches(asked, port); about != estate.No {
			e.matched = append(e.matched, newMatch(&rules[i], about))
		}
	}
	for from := 0; from < len(e.matched); {
		to := from + 1
		for to < len(e.matched) && e.matched[to].effect == e.matched[from].effect {
			to++
		}
		if *work <= 0 {
			return e, false
		}
		*work -= e.step(e.matched[from:to])
		from = to
	}
	return e, *work > 0
}

// step applies a run of rules of one effect and returns the work it took. Among
// rules of one effect the order does not matter.
func (e *evaluation) step(run []match) int {
	sure, all := gather(run)
	before := e.mayDeny
	if run[0].effect == deny {
		before = e.mayOpen
	}
	for i := range run {
		run[i].decides = run[i].sure.Subtract(before)
	}
	switch run[0].effect {
	case allow:
		e.open = e.open.Union(sure.Subtract(e.mayDeny))
		e.mayOpen = e.mayOpen.Union(all.Subtract(e.denied))
	case deny:
		e.denied = e.denied.Union(sure)
		e.mayDeny = e.mayDeny.Union(all)
	default:
		e.mayOpen = e.mayOpen.Union(all.Subtract(e.denied))
		e.mayDeny = e.mayDeny.Union(all)
	}
	return len(run) + sure.size() + all.size() + e.open.size() + e.mayOpen.size() + e.denied.size() + e.mayDeny.size()
}

// gather unites the peers of a run of rules.
func gather(run []match) (sure, all Set) {
	for f := range families {
		var certain, possible []span
		for i := range run {
			certain = append(certain, run[i].sure.of[f]...)
			possible = append(possible, run[i].all.of[f]...)
		}
		sure.of[f], all.of[f] = normalise(certain), normalise(possible)
	}
	return sure, all
}

// wanted is what the allow rules name, denied or not.
func (e *evaluation) wanted() Set {
	var run []match
	for _, m := range e.matched {
		if m.effect != deny {
			run = append(run, m)
		}
	}
	_, all := gather(run)
	return all
}

// verdict tells whether enough of the internet gets in.
func (e *evaluation) verdict() estate.Tri {
	switch {
	case e.open.IsInternet():
		return estate.Yes
	case !e.mayOpen.IsInternet():
		return estate.No
	default:
		return estate.Maybe
	}
}
