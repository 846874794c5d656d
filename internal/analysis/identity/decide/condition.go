package decide

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// condition judges one condition of a statement.
func (e *evaluator) condition(step *Step, c *policydoc.Condition, variables bool) formula {
	op, known := policydoc.ParseOperator(c.Operator)
	if !known {
		return e.malformed(e.where(step), fmt.Sprintf("unknown condition operator %.60q", c.Operator))
	}
	e.found = e.req.Context.lookup(c.Key)
	switch e.judge(op, c, variables) {
	case equals:
		return constant(true)
	case differs, unresolved:
		return formula{}
	case hangs:
		return e.openTest(op, c, variables)
	case hidden:
		return e.book.unknown(unknown{why: e.why, of: ConditionIdentity(c)})
	default:
		return e.malformed(e.where(step), fmt.Sprintf("a value of %s %.60q cannot be read, or takes too long", op, c.Key))
	}
}

// malformed is what nothing can settle about the statement at hand. Policies of one name
// at several levels are told apart by the step.
func (e *evaluator) malformed(where, detail string) formula {
	return e.book.unknown(unknown{why: estate.Unknown{Path: where, Reason: estate.Malformed, Detail: detail}, of: strconv.Itoa(len(e.trace))})
}

// judge holds a condition against what is known of its key, e.found: equals and
// differs are yes and no here.
func (e *evaluator) judge(op policydoc.Operator, c *policydoc.Condition, variables bool) answer {
	if e.found.state == unreadable {
		e.why = *e.found.why
		return hidden
	}
	if op.Base == "Null" {
		return e.judgeNull(c)
	}
	if e.found.state == absent || e.found.state == open {
		if wrong := e.wellFormed(op, c); wrong == malformed {
			return malformed
		}
	}
	switch e.found.state {
	case absent:
		return answerOf(whenAbsent(op))
	case open:
		return hangs
	case shaped:
		return judgeShaped(op, c, e.found.like, variables)
	case present:
	}
	if op.Set == "" {
		if len(e.found.values) > 1 || e.multiValued(c.Key) {
			return differs
		}
		return e.judgeOne(op, e.found.values[0], c, variables)
	}
	return e.judgeSet(op, c, variables)
}

// judgeSet judges the values of a request for ForAllValues and ForAnyValue.
func (e *evaluator) judgeSet(op policydoc.Operator, c *policydoc.Condition, variables bool) answer {
	settling := equals // the answer for one value that settles the whole
	if op.Set == "ForAllValues" {
		settling = differs
	}
	result := answerOf(settling == differs)
	if NullSet(e.found.values) {
		return result
	}
	for _, have := range e.found.values {
		switch a := e.judgeOne(op, have, c, variables); {
		case a == settling || a == unresolved && settling == differs:
			return settling
		case a == malformed || a == hidden || a == hangs && result <= hangs:
			result = a
		}
	}
	return result
}

// judgeOne holds one value of a request against those of a condition.
func (e *evaluator) judgeOne(op policydoc.Operator, have string, c *policydoc.Condition, variables bool) answer {
	worst := differs
	for _, want := range c.Values {
		switch a := e.compare(op.Base, have, want, variables); a {
		case equals:
			return answerOf(!op.Negated)
		case differs:
		case unresolved:
			if op.Negated {
				worst = max(worst, a)
			}
		default:
			worst = max(worst, a)
		}
	}
	if worst == differs {
		return answerOf(op.Negated)
	}
	return worst
}

// whenAbsent is what a condition yields when the request lacks the key ("Condition
// operators: ...IfExists" and "Set operators for multivalued context keys").
func whenAbsent(op policydoc.Operator) bool {
	switch {
	case op.IfExists, op.Set == "ForAllValues":
		return true
	case op.Set == "ForAnyValue":
		return false
	default:
		return op.Negated
	}
}

func (e *evaluator) judgeNull(c *policydoc.Condition) answer {
	wantsAbsent, wantsPresent := false, false
	for _, value := range c.Values {
		switch {
		case strings.EqualFold(value, "true"):
			wantsAbsent = true
		case strings.EqualFold(value, "false"):
			wantsPresent = true
		default:
			return malformed
		}
	}
	if e.found.state == open {
		if wantsAbsent == wantsPresent {
			return answerOf(wantsAbsent)
		}
		return hangs
	}
	if e.found.state == absent {
		return answerOf(wantsAbsent)
	}
	return answerOf(wantsPresent)
}

// wellFormed finds values that the operator cannot read where no value of the
// request brings it to light.
func (e *evaluator) wellFormed(op policydoc.Operator, c *policydoc.Condition) answer {
	switch op.Base {
	case "StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike":
		return differs
	}
	for _, want := range c.Values {
		if e.compare(op.Base, "", want, false) == malformed {
			return malformed
		}
	}
	return differs
}

// judgeShaped judges a key whose one value is known by a pattern only.
func judgeShaped(op policydoc.Operator, c *policydoc.Condition, like string, variables bool) answer {
	pattern := op.Base == "StringLike"
	arn := op.Base == "ArnLike" || op.Base == "ArnEquals" // an ARN that matches field by field matches as a text
	if !pattern && !arn && op.Base != "StringEquals" {
		return hangs
	}
	result := differs
	for _, want := range c.Values {
		switch {
		case variables && policydoc.HasVariable(want):
			result = hangs
		case pattern && policydoc.Covers(want, like):
			return answerOf(!op.Negated)
		case (pattern || arn) && policydoc.Overlap(want, like), !pattern && !arn && policydoc.Match(like, want):
			result = hangs
		}
	}
	if result == differs {
		return answerOf(op.Negated)
	}
	return hangs
}

// openTest returns the formula of a condition on an open key.
func (e *evaluator) openTest(op policydoc.Operator, c *policydoc.Condition, variables bool) formula {
	t, opposite := normalTest(op, c, variables, e.multiValued(c.Key))
	f := e.book.test(t)
	if opposite {
		return f.not()
	}
	return f
}

// normalTest returns the test of a condition on an open key, and whether the condition
// asks for its opposite. Negated operators are written as the opposite of their positive
// form, so that an allow and a deny that complement each other are seen to.
func normalTest(op policydoc.Operator, c *policydoc.Condition, variables, multi bool) (t Test, opposite bool) {
	t = Test{Key: c.Key, Operator: op, Values: c.Values}
	for _, value := range c.Values {
		t.variables = t.variables || variables && policydoc.HasVariable(value)
	}
	switch {
	case op.Base == "Null":
		if !strings.EqualFold(c.Values[0], "true") {
			t.Values = []string{"true"}
			return t, true
		}
	case op.Base == "Bool" && op.Set == "" && op.IfExists && len(c.Values) == 1:
		// "false or absent" is the opposite of "true".
		t.Operator, t.Values = policydoc.Operator{Base: "Bool"}, []string{boolText(!strings.EqualFold(c.Values[0], "true"))}
		return t, true
	case op.Set == "ForAllValues":
		t.Operator.IfExists = false
		fallthrough
	case op.Set == "ForAnyValue" && !op.IfExists, op.Set == "" && !multi:
		if op.Negated && !t.variables {
			t.Operator = policydoc.Operator{Base: op.Base, Set: otherSet[op.Set]}
			return t, true
		}
	}
	return t, false
}

var otherSet = map[string]string{"ForAllValues": "ForAnyValue", "ForAnyValue": "ForAllValues"}

// multiValued reports whether a request may carry several values of a key.
func (e *evaluator) multiValued(key string) bool {
	if e.req.Reference != nil {
		return e.req.Reference.ConditionKeyMultiValued(key)
	}
	var buffer [96]byte
	return multiValuedKeys[string(appendLower(buffer[:0], key))]
}

// multiValuedKeys are the keys that "AWS global condition context keys" calls
// multivalued, in lower case.
var multiValuedKeys = map[string]bool{
	"aws:calledvia": true, "aws:principalorgpaths": true, "aws:principalservicenameslist": true,
	"aws:resourceorgpaths": true, "aws:sourceorgpaths": true, "aws:tagkeys": true, "aws:vpceorgpaths": true,
}
