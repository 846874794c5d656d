package compile

import (
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
)

// Request is what is asked. All but Given are needed.
type Request struct {
	Caller *Caller
	Set    *Set
	Target *Target
	// Given are condition keys that are settled beforehand. In a closed world they are
	// all there is, else what follows from caller and target comes on top.
	Given *decide.Context
	// Alone tells that Given says all that is known in an open world, too.
	Alone bool
}

// mostWork bounds a comparison, in bytes of the one side times bytes of the other. Whose
// policies ask for more is answered by package decide, which has a bound of its own.
const mostWork = 1 << 14

// evaluation is the state of one decision.
type evaluation struct {
	caller *Caller
	set    *Set
	target *Target
	given  *decide.Context
	alone  bool
	// slots are the open tests met so far, by their place in tables.
	slots [mostTests]*test
	used  int
	// spilled tells that the decision is too large for tables.
	spilled bool
}

// find tells what is known of a key in lower case.
func (e *evaluation) find(key string) decide.Fact {
	if e.given != nil {
		fact, found := e.given.Find(key)
		switch {
		case found:
			return fact
		case e.given.World() == decide.ClosedWorld:
			return decide.Fact{State: decide.KeyAbsent}
		case e.alone:
			return decide.Fact{State: decide.KeyOpen}
		}
	}
	if fact, found := e.caller.known.Find(key); found {
		return fact
	}
	if fact, found := e.target.known.Find(key); found {
		return fact
	}
	if e.target.floating && (key == "aws:resourceaccount" || key == "s3:resourceaccount") && isAccount(e.caller.Account) {
		return decide.Fact{State: decide.KeyPresent, Values: e.caller.account}
	}
	return decide.Fact{State: decide.KeyOpen}
}

// variable is the table of a test.
func (e *evaluation) variable(t *test) table {
	for i := range e.used {
		if e.slots[i] == t {
			return table{column(i), column(i)}
		}
	}
	if e.used == mostTests {
		e.spilled = true
		return unsure()
	}
	e.slots[e.used] = t
	e.used++
	return table{column(e.used - 1), column(e.used - 1)}
}

// weight is what the policies of one layer say.
type weight struct {
	allow naming
	deny  table
}

func (w *weight) any() table { return w.allow[byAccount].or(w.allow[byRole]).or(w.allow[byName]) }

// weigh judges the policies of one layer, or of one level of a layer.
func (e *evaluation) weigh(layer decide.Layer, docs []*document) weight {
	var w weight
	for _, doc := range docs {
		if doc == nil {
			w.allow[byName] = w.allow[byName].or(unsure())
			w.deny = w.deny.or(unsure())
			continue
		}
		for i := range doc.statements {
			if s := &doc.statements[i]; e.target.concerns(s) {
				e.weighStatement(&w, layer, doc, s)
			}
		}
	}
	return w
}

func (e *evaluation) weighStatement(w *weight, layer decide.Layer, doc *document, s *statement) {
	if s.misplaced(layer) {
		w.add(s, byName, unsure())
		return
	}
	if !s.speaks {
		w.add(s, byName, e.statement(layer, doc, s))
		return
	}
	who := e.named(s)
	if who[byAccount].never() && who[byRole].never() && who[byName].never() {
		return
	}
	result := e.statement(layer, doc, s)
	for g := range who {
		w.add(s, grade(g), who[g].and(result))
	}
}

func (w *weight) add(s *statement, g grade, t table) {
	if s.denies {
		w.deny = w.deny.or(t)
	} else {
		w.allow[g] = w.allow[g].or(t)
	}
}

// statement judges the resources and conditions of a statement.
func (e *evaluation) statement(layer decide.Layer, doc *document, s *statement) table {
	result := e.resource(layer, doc, s)
	for i := range s.conditions {
		if result.never() {
			break
		}
		result = result.and(e.condition(&s.conditions[i]))
	}
	return result
}

func (e *evaluation) condition(c *condition) table {
	if !c.known {
		return unsure()
	}
	switch e.judge(c, e.find(c.key)) {
	case holds:
		return certain(true)
	case fails, unresolved:
		return table{}
	case hangs:
		t := e.variable(c.test)
		if c.opposite {
			t = t.not()
		}
		return t
	case hidden:
		return e.variable(c.unread)
	default:
		return unsure()
	}
}
