package decide

// Met reports whether a request, whose context settles the keys of the residue, meets
// it. A key that is still open meets nothing. A complex residue is never met: it does
// not say what it asks for.
func (r Residue) Met(request Request) bool {
	if r.Complex {
		return false
	}
	e := &evaluator{req: &request, layers: &Layers{}, work: mostWork}
	for _, tests := range r.Terms {
		if e.meets(tests) {
			return true
		}
	}
	return false
}

func (e *evaluator) meets(tests []Test) bool {
	for i := range tests {
		t := &tests[i]
		if e.outcome(t) == t.Negated {
			return false
		}
	}
	return true
}

// outcome tells whether a test holds, its negation left aside.
func (e *evaluator) outcome(t *Test) bool {
	who := &e.req.Principal
	switch {
	case t.Resource != "":
		filled, a := e.fill(t.Values[0], true)
		return a == equals && filled.MatchARN(t.Resource, t.short)
	case t.Key == sessionNameKey && t.session:
		return who.Kind == Session && who.SessionName == t.Values[0]
	}
	e.found = e.req.Context.lookup(t.Key)
	return e.judge(t.Operator, t.condition(), t.variables) == equals
}
