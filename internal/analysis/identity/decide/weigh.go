package decide

import (
	"strings"

	"github.com/stance-sec/stance/internal/estate/policydoc"
)

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
		step := Step{Layer: layer, Level: level, Source: &sources[i], Condition: -1}
		if step.Source.Doc == nil {
			step.Index, step.Match = -1, Unjudged
			hidden = append(hidden, e.note(step))
			continue
		}
		for index := range step.Source.Doc.Statements {
			step.Index = index
			e.weighStatement(&w, step)
		}
	}
	for _, step := range hidden {
		why := unread(layer, e.trace[step].Source)
		w.allow[byName].add(e.book.unknown(why), step)
		// What it allows and what it denies are two questions.
		why.Detail = strings.TrimSpace(why.Detail + " (what it denies)")
		w.deny.add(e.book.unknown(why), step)
	}
	return w
}

func (e *evaluator) weighStatement(w *weight, step Step) {
	s := &step.Source.Doc.Statements[step.Index]
	var how naming
	var result formula
	if why := misplaced(step.Layer, s); why != "" {
		result = e.malformed(e.where(&step), why)
		how[byName] = constant(true)
	} else {
		how, step.Note = e.principalsOf(s)
		if how.empty() {
			step.Element = PrincipalElement
		} else {
			result = e.statement(&step, s)
		}
	}
	total := formula{}
	number := len(e.trace)
	for g := range how {
		f := how[g].and(result)
		total = total.or(f)
		if s.Denies() {
			w.deny.add(f, number)
		} else {
			w.allow[g].add(f, number)
		}
	}
	step.Match = matchOf(total)
	e.note(step)
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

// principalsOf judges the principals of a statement, where its layer has any. An
// endpoint policy without them is about everyone.
func (e *evaluator) principalsOf(s *policydoc.Statement) (naming, Note) {
	if s.Principals == nil && s.NotPrincipals == nil {
		var everyone naming
		everyone[byName] = constant(true)
		return everyone, NoNote
	}
	return e.principals(s)
}

func (n *naming) empty() bool {
	for g := range n {
		if n[g].shape != never {
			return false
		}
	}
	return true
}
