package compile

import (
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// condition is one comparison of a statement.
type condition struct {
	op policydoc.Operator
	// known is whether AWS documents the operator.
	known bool
	key   string // in lower case
	multi bool   // a request may carry several values of the key
	// malformed is whether a value cannot be read where no value of a request meets it.
	malformed bool
	// variables are the policy variables of the values, where they have a meaning.
	variables []variable
	// filled is whether values have anything to fill in.
	filled bool
	text   textual
	values []string
	// ifAbsent is what the condition yields when the request lacks the key.
	ifAbsent verdict
	// test stands for the condition when its key is open, or opposite of it; nil where
	// the condition never hangs on its key.
	test     *test
	opposite bool
	// unread stands for the condition when its key could not be read.
	unread *test
}

// textual is how an operator on text compares.
type textual uint8

const (
	noText textual = iota
	sameText
	foldedText
	likeText
	likeARN
)

// verdict is how a comparison ends.
type verdict uint8

const (
	fails verdict = iota
	holds
	hangs
	unresolved
	malformed
	// hidden is on a key that could not be read.
	hidden
)

func verdictOf(yes bool) verdict {
	if yes {
		return holds
	}
	return fails
}

func (c *Compiler) condition(from *policydoc.Condition, variables bool) condition {
	op, known := policydoc.ParseOperator(from.Operator)
	multi := c.multiValued(from.Key)
	made := c.plainCondition(op, from, variables, multi)
	made.known, made.unread = known, c.unreadTest("condition\x00"+decide.ConditionIdentity(from))
	if known && !(op.Base == "Null" && nullOf(from.Values) != nullDecides) {
		made.test, made.opposite = c.testOf(op, from, variables, multi)
	}
	return *made
}

// plainCondition is a condition without the test that stands for it.
func (c *Compiler) plainCondition(op policydoc.Operator, from *policydoc.Condition, variables, multi bool) *condition {
	made := &condition{op: op, known: true, key: strings.ToLower(from.Key), multi: multi, values: from.Values, text: textOf(op.Base)}
	for _, value := range from.Values {
		if variables && policydoc.HasVariable(value) {
			made.filled = true
			made.variables = c.variables(made.variables, value)
		}
		if made.text == noText && op.Base != "Null" && decide.CompareValue(op.Base, "", value) == decide.ValueMalformed {
			made.malformed = true
		}
	}
	switch {
	case op.IfExists, op.Set == "ForAllValues":
		made.ifAbsent = holds
	case op.Set == "ForAnyValue":
		made.ifAbsent = fails
	default:
		made.ifAbsent = verdictOf(op.Negated)
	}
	return made
}

func textOf(base string) textual {
	switch base {
	case "StringEquals":
		return sameText
	case "StringEqualsIgnoreCase":
		return foldedText
	case "StringLike":
		return likeText
	case "ArnEquals", "ArnLike":
		return likeARN
	default:
		return noText
	}
}

// nullness is what the values of a Null condition ask for.
type nullness uint8

const (
	nullMalformed nullness = iota
	nullNothing
	nullBoth
	// nullDecides is one of the two.
	nullDecides
)

func nullOf(values []string) nullness {
	absent, present := false, false
	for _, value := range values {
		switch {
		case strings.EqualFold(value, "true"):
			absent = true
		case strings.EqualFold(value, "false"):
			present = true
		default:
			return nullMalformed
		}
	}
	switch {
	case absent && present:
		return nullBoth
	case absent || present:
		return nullDecides
	default:
		return nullNothing
	}
}
