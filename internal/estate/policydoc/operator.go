package policydoc

import "strings"

// Operator is a condition operator taken apart.
type Operator struct {
	// Set is "", "ForAllValues" or "ForAnyValue".
	Set string
	// Base is the comparison without its qualifiers and its negation, such as
	// StringEquals for StringNotEquals and IpAddress for NotIpAddress.
	Base string
	// Negated tells that the comparison must hold for none of the values.
	Negated bool
	// IfExists tells that a request without the key passes.
	IfExists bool
}

// operators maps an operator in lower case to its documented spelling.
var operators = spellings(
	"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike",
	"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals",
	"DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals",
	"Bool", "BinaryEquals", "IpAddress", "NotIpAddress",
	"ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "Null",
)

// spelt maps the documented spelling of every operator to its parts, so that
// documents, whose operators Parse has spelt out, need no work.
var spelt = func() map[string]Operator {
	all := map[string]Operator{}
	for lower := range operators {
		for _, set := range []string{"", "ForAllValues:", "ForAnyValue:"} {
			for _, end := range []string{"", ifExists} {
				if op, known := takeApart(set + lower + end); known {
					all[op.String()] = op
				}
			}
		}
	}
	return all
}()

// qualifiers maps a set qualifier in lower case to its documented spelling.
var qualifiers = spellings("ForAllValues", "ForAnyValue")

const ifExists = "IfExists"

func spellings(names ...string) map[string]string {
	byLower := make(map[string]string, len(names))
	for _, name := range names {
		byLower[strings.ToLower(name)] = name
	}
	return byLower
}

// ParseOperator takes a condition operator apart, without regard to case. The
// second result is false for an operator AWS does not document ("IAM JSON policy
// elements: Condition operators").
func ParseOperator(name string) (Operator, bool) {
	if op, known := spelt[name]; known {
		return op, true
	}
	return takeApart(name)
}

func takeApart(name string) (Operator, bool) {
	var op Operator
	if set, rest, found := strings.Cut(name, ":"); found {
		var known bool
		if op.Set, known = qualifiers[strings.ToLower(set)]; !known {
			return Operator{}, false
		}
		name = rest
	}
	lower := strings.ToLower(name)
	if base, found := strings.CutSuffix(lower, strings.ToLower(ifExists)); found {
		op.IfExists, lower = true, base
	}
	base, known := operators[lower]
	if !known || base == "Null" && op.IfExists {
		return Operator{}, false
	}
	op.Base = strings.Replace(base, "Not", "", 1)
	op.Negated = op.Base != base
	return op, true
}

// canonicalOperator returns the documented spelling of an operator, or the name
// itself when AWS documents no such operator.
func canonicalOperator(name string) string {
	op, known := ParseOperator(name)
	if !known {
		return name
	}
	return op.String()
}

// String returns the operator as AWS documents it.
func (o Operator) String() string {
	text := o.Base
	switch {
	case !o.Negated:
	case o.Base == "IpAddress":
		text = "NotIpAddress"
	default:
		for _, family := range []string{"String", "Numeric", "Date", "Arn"} {
			if rest, found := strings.CutPrefix(o.Base, family); found {
				text = family + "Not" + rest
			}
		}
	}
	if o.Set != "" {
		text = o.Set + ":" + text
	}
	if o.IfExists {
		text += ifExists
	}
	return text
}
