package compile

import (
	"strings"

	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// arnFields is the number of fields of an ARN; the last may hold colons of its own.
const arnFields = 6

// arn is a resource taken apart.
type arn struct {
	text   string
	fields [arnFields]string
	// count is how many fields there are; the last of fewer than six is not among them.
	count int
}

func splitARN(text string) arn {
	a := arn{text: text}
	rest := text
	for a.count < arnFields-1 {
		field, after, more := strings.Cut(rest, ":")
		if !more {
			return a
		}
		a.fields[a.count], rest = field, after
		a.count++
	}
	a.fields[a.count] = rest
	a.count++
	return a
}

// pattern is a resource pattern of a policy.
type pattern struct {
	text string
	// id numbers the texts of patterns from 0.
	id int32
	// variable is whether the text may hold policy variables that have a meaning.
	variable bool
	// everything is whether it is made of stars alone.
	everything bool
	// short is whether it lacks fields, wild whether it has a wildcard.
	short, wild bool
	fields      []field
	// test stands for the pattern when its variables are open.
	test *test
	// unread stands for it when a variable could not be read.
	unread    *test
	variables []variable
}

// form is how a field is compared.
type form uint8

const (
	anything form = iota
	literal
	prefixed
	globbed
)

type field struct {
	text string
	form form
}

func fieldOf(text string) field {
	at := strings.IndexAny(text, "*?")
	switch {
	case at < 0:
		return field{text, literal}
	case strings.Trim(text, "*") == "":
		return field{form: anything}
	case at == len(text)-1 && text[at] == '*':
		return field{text[:at], prefixed}
	default:
		return field{text, globbed}
	}
}

func (f *field) match(text string) bool {
	switch f.form {
	case anything:
		return true
	case literal:
		return f.text == text
	case prefixed:
		return strings.HasPrefix(text, f.text)
	default:
		return policydoc.Match(f.text, text)
	}
}

func patternOf(text string, variables bool) pattern {
	p := pattern{
		text: text, variable: variables && policydoc.HasVariable(text),
		everything: text != "" && strings.Trim(text, "*") == "",
		short:      policydoc.Short(text), wild: policydoc.IsPattern(text),
	}
	if p.variable {
		return p
	}
	for _, part := range strings.SplitN(text, ":", arnFields) {
		p.fields = append(p.fields, fieldOf(part))
	}
	return p
}

// match is policydoc.Filled.MatchARN for a pattern without variables.
func (p *pattern) match(a *arn, short bool) bool {
	if p.everything {
		return true
	}
	if len(p.fields) > a.count || len(p.fields) < arnFields && !short {
		return false
	}
	// The last fields differ most.
	for i := len(p.fields) - 1; i >= 0; i-- {
		if !p.fields[i].match(a.fields[i]) {
			return false
		}
	}
	return true
}
