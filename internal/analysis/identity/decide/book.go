package decide

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// Class is the kind of thing that a test of a residue is about.
type Class uint8

// The classes.
const (
	Other Class = iota
	MFA
	SourceIP
	VPCEndpoint
	Organization
	Tag
	Time
)

var classNames = [...]string{"other", "mfa", "source-ip", "vpc-endpoint", "organization", "tag", "time"}

// String returns the class in lower case.
func (c Class) String() string {
	if int(c) >= len(classNames) {
		return classNames[Other]
	}
	return classNames[c]
}

var classOf = map[string]Class{
	"aws:multifactorauthpresent": MFA, "aws:multifactorauthage": MFA,
	"aws:sourceip": SourceIP, "aws:vpcsourceip": SourceIP,
	"aws:sourcevpce": VPCEndpoint, "aws:sourcevpc": VPCEndpoint, "aws:sourcevpcarn": VPCEndpoint,
	"aws:vpceaccount": VPCEndpoint, "aws:vpceorgid": VPCEndpoint, "aws:vpceorgpaths": VPCEndpoint,
	"aws:principalorgid": Organization, "aws:principalorgpaths": Organization,
	"aws:resourceorgid": Organization, "aws:resourceorgpaths": Organization,
	"aws:sourceorgid": Organization, "aws:sourceorgpaths": Organization,
	"aws:currenttime": Time, "aws:epochtime": Time, "aws:tokenissuetime": Time,
}

func classify(key string) Class {
	lower := strings.ToLower(key)
	if class, found := classOf[lower]; found {
		return class
	}
	if lower == "aws:tagkeys" || strings.Contains(lower, "tag/") || strings.Contains(lower, "tagkeys") {
		return Tag
	}
	return Other
}

// sessionNameKey is the key under which a residue asks for the name of a role's
// session, where a policy names one session.
const sessionNameKey = "sts:RoleSessionName"

// Test is one comparison that only a request can settle.
type Test struct {
	// Key is the condition key as the policy writes it. For a resource it is the
	// first variable of the pattern that is not known.
	Key string
	// Operator is the comparison. It is empty for a resource.
	Operator policydoc.Operator
	// Values are those of the policy; for a resource its pattern.
	Values []string
	// Resource is the ARN that the pattern has to match; empty for a condition.
	Resource string
	// Negated turns the test round.
	Negated bool
	// Class is what the key is about.
	Class Class

	variables bool // the document is of a version with variables
	short     bool // a resource pattern may lack fields
	session   bool // the test is about the name of the principal's session
}

// identity returns a text that is the same for tests that ask the same.
func (t *Test) identity() string {
	values := slices.Clone(t.Values)
	slices.Sort(values)
	parts := append([]string{strings.ToLower(t.Key), t.Operator.String(), t.Resource}, values...)
	if t.variables {
		parts = append(parts, "variables")
	}
	if t.session {
		parts = append(parts, "session")
	}
	return strings.Join(parts, "\x00")
}

var words = map[string]string{
	"StringEquals": "is", "StringEqualsIgnoreCase": "is, in any case,", "StringLike": "is like",
	"NumericEquals": "=", "NumericLessThan": "<", "NumericLessThanEquals": "<=", "NumericGreaterThan": ">", "NumericGreaterThanEquals": ">=",
	"DateEquals": "is at", "DateLessThan": "is before", "DateLessThanEquals": "is not after", "DateGreaterThan": "is after", "DateGreaterThanEquals": "is not before",
	"Bool": "is", "BinaryEquals": "has the bytes", "IpAddress": "is in", "ArnEquals": "is like", "ArnLike": "is like",
}

// String returns the test in words. It quotes a policy: escape it.
func (t *Test) String() string {
	if t.Resource != "" {
		return opposite(t.Negated, "${"+t.Key+"} makes "+t.Values[0]+" match "+t.Resource)
	}
	if t.Operator.Base == "Null" {
		absent := len(t.Values) == 1 && strings.EqualFold(t.Values[0], "true")
		if absent != t.Negated {
			return t.Key + " is absent"
		}
		return t.Key + " is present"
	}
	values := " " + strings.Join(t.Values, " or ")
	switch verb := words[t.Operator.Base]; {
	case t.Operator.Set == "" && t.Operator.IfExists && t.Negated:
		return t.Key + " is present and " + phrase(verb, !t.Operator.Negated) + values
	case t.Operator.IfExists:
		return opposite(t.Negated, t.subject()+" "+phrase(verb, t.Operator.Negated)+values+", or is absent")
	case t.Operator.Set == "":
		return t.Key + " " + phrase(verb, t.Operator.Negated != t.Negated) + values
	default:
		return opposite(t.Negated, t.subject()+" "+phrase(verb, t.Operator.Negated)+values)
	}
}

// phrase turns a verb round where it is negated.
func phrase(verb string, negated bool) string {
	switch rest, isVerb := strings.CutPrefix(verb, "is"); {
	case !negated:
		return verb
	case isVerb:
		return "is not" + rest
	default:
		return "not " + verb
	}
}

func (t *Test) subject() string {
	switch t.Operator.Set {
	case "ForAllValues":
		return "each value of " + t.Key
	case "ForAnyValue":
		return "some value of " + t.Key
	default:
		return t.Key
	}
}

func opposite(negated bool, text string) string {
	if negated {
		return "not (" + text + ")"
	}
	return text
}

// book numbers the tests that a decision meets.
type book struct {
	tests    []Test
	numbers  map[string]literal
	unknowns []unknown
}

// unknown is something that nothing can settle.
type unknown struct {
	why estate.Unknown
	// denies tells what a hidden policy denies from what it allows.
	denies bool
	// of tells what is asked about a key that could not be read from what else is.
	of string
}

// test returns the formula of a test.
func (b *book) test(t Test) formula {
	id := t.identity()
	if number, found := b.numbers[id]; found {
		return single(number)
	}
	if b.numbers == nil {
		b.numbers = map[string]literal{}
	}
	t.Class = classify(t.Key)
	b.tests = append(b.tests, t)
	number := literal(len(b.tests))
	if number >= firstUnknown {
		return formula{shape: tangled}
	}
	b.numbers[id] = number
	return single(number)
}

// unknown returns a formula that nothing can settle, and keeps why.
func (b *book) unknown(u unknown) formula {
	for i := range b.unknowns {
		if b.unknowns[i] == u {
			return single(literal(firstUnknown + i))
		}
	}
	const most = 1000
	if len(b.unknowns) >= most {
		return formula{shape: tangled, unknown: true}
	}
	b.unknowns = append(b.unknowns, u)
	return single(literal(firstUnknown + len(b.unknowns) - 1))
}

// condition returns the test as a condition of a policy.
func (t *Test) condition() *policydoc.Condition {
	return &policydoc.Condition{Operator: t.Operator.String(), Key: t.Key, Values: t.Values}
}
