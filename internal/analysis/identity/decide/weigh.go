package decide

import "github.com/stance-sec/stance/internal/estate/policydoc"

// candidate is a formula together with the step of the trace that stands for it.
type candidate struct {
	formula
	// step is the statement that makes the formula hold for certain, else the first
	// that may; -1 when there is none.
	step int
}

// weight is what the policies of one layer say.
type weight struct {
	// allow is by grade; layers other than the resource's use byName alone.
	allow [grades]candidate
	deny  candidate
}

func newWeight() weight {
	w := weight{deny: candidate{step: -1}}
	for g := range w.allow {
		w.allow[g].step = -1
	}
	return w
}

// add joins another way for the candidate to hold.
func (c *candidate) add(f formula, step int) {
	if f.shape == never {
		return
	}
	if c.step < 0 || f.shape == always && c.shape != always {
		c.step = step
	}
	c.formula = c.or(f)
}

// anyway returns a candidate that always holds, for a layer that asks for nothing.
func anyway() candidate { return candidate{constant(true), -1} }

// weigh judges the policies of one layer, or of one level of a layer. Policies that
// could not be read are weighed last, so that what was read stands for the layer.
func (e *evaluator) weigh(layer Layer, level int, sources []Source) weight {
	w := newWeight()
	var hidden []int // steps
	for i := range sources {
		step := Step{Layer: layer, Level: int32(level), Source: &sources[i], Condition: -1}
		if step.Source.Doc == nil {
			step.Index, step.Match = -1, Unjudged
			hidden = append(hidden, e.note(step))
			continue
		}
		for index := range step.Source.Doc.Statements {
			step.Index = int32(index)
			e.weighStatement(&w, step)
		}
	}
	for _, step := range hidden {
		why := unread(layer, e.trace[step].Source)
		w.allow[byName].add(e.book.unknown(unknown{why: why}), step)
		w.deny.add(e.book.unknown(unknown{why: why, denies: true}), step)
	}
	return w
}

// weighStatement judges one statement and adds what it says to the weight. Most
// statements are about other actions, so these are looked at first.
func (e *evaluator) weighStatement(w *weight, step Step) {
	number := e.note(step)
	at := &e.trace[number]
	s := &at.Source.Doc.Statements[at.Index]
	if !e.action(s) {
		at.Element = ActionElement
		return
	}
	if why := misplaced(at.Layer, s); why != "" {
		w.add(s, byName, e.malformed(e.where(at), why), number)
		at.Match = Unjudged
		return
	}
	if s.Principals == nil && s.NotPrincipals == nil {
		f := e.statement(at, s)
		w.add(s, byName, f, number)
		at.Match = matchOf(f)
		return
	}
	var how naming
	if how, at.Note = e.principals(s); how.empty() {
		at.Element = PrincipalElement
		return
	}
	e.weighNamed(w, at, s, &how, number)
}

// weighNamed is weighStatement for a statement that names the principal.
func (e *evaluator) weighNamed(w *weight, at *Step, s *policydoc.Statement, how *naming, number int) {
	result := e.statement(at, s)
	var total formula
	for g := range how {
		if how[g].shape == never {
			continue
		}
		f := how[g].and(result)
		total = total.or(f)
		w.add(s, grade(g), f, number)
	}
	at.Match = matchOf(total)
}

// add adds what a statement says.
func (w *weight) add(s *policydoc.Statement, g grade, f formula, number int) {
	if s.Denies() {
		w.deny.add(f, number)
	} else {
		w.allow[g].add(f, number)
	}
}

func matchOf(f formula) Match {
	switch {
	case f.shape == never:
		return NoMatch
	case f.shape == always:
		return Matches
	case f.hasUnknown():
		return Unjudged
	default:
		return MatchesIf
	}
}

// note adds a step to the trace and returns its number.
func (e *evaluator) note(step Step) int {
	e.trace = append(e.trace, step)
	return len(e.trace) - 1
}

// rule notes a rule of AWS that is about a layer as a whole.
func (e *evaluator) rule(layer Layer, note Note) int {
	return e.note(Step{Layer: layer, Index: -1, Condition: -1, Note: note})
}

func (n *naming) empty() bool {
	for g := range n {
		if n[g].shape != never {
			return false
		}
	}
	return true
}
