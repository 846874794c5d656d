package policydoc

import "strings"

// Filled is a pattern whose policy variables have been replaced. What was put in
// stands for itself: a star in a value is no wildcard, and a colon divides no ARN.
type Filled struct{ text string }

// The bytes that stand for characters put in, which would otherwise mean more than
// themselves. None of them occurs in UTF-8, which documents are made of.
const (
	literalColon = 0xfd
	literalMark  = 0xfe
	literalStar  = 0xff
)

// Plain returns a pattern as it is, for documents without variables.
func Plain(pattern string) Filled { return Filled{pattern} }

// Fill replaces the policy variables of a resource or condition value ("IAM policy
// elements: Variables and tags"): ${key} by what lookup returns, ${key, 'default'}
// by the default where lookup has nothing, and ${*}, ${?} and ${$} by the character
// itself. The second result is false where a variable has neither value nor default.
// A "${" that nothing closes is text.
func Fill(pattern string, lookup func(key string) (string, bool)) (Filled, bool) {
	if !HasVariable(pattern) {
		return Filled{pattern}, true
	}
	var b strings.Builder
	rest := pattern
	for {
		before, after, found := strings.Cut(rest, "${")
		inner, next, closed := strings.Cut(after, "}")
		if !found || !closed {
			b.WriteString(rest)
			return Filled{b.String()}, true
		}
		b.WriteString(before)
		value, ok := fillOne(inner, lookup)
		if !ok {
			return Filled{}, false
		}
		b.WriteString(value)
		rest = next
	}
}

// HasVariable reports whether the text has what could be a policy variable.
func HasVariable(text string) bool { return strings.Contains(text, "${") }

// Widen replaces by a star each variable that is told to be open, and leaves the rest
// as it is: what the result does not match, no value of the variables lets match.
func Widen(pattern string, open func(key string) bool) string {
	var b strings.Builder
	for rest := pattern; ; {
		before, after, found := strings.Cut(rest, "${")
		inner, next, closed := strings.Cut(after, "}")
		if !found || !closed {
			b.WriteString(rest)
			return b.String()
		}
		b.WriteString(before)
		if key, _, _ := strings.Cut(inner, ","); isEscape(inner) || !open(strings.TrimSpace(key)) {
			b.WriteString("${" + inner + "}")
		} else {
			b.WriteByte('*')
		}
		rest = next
	}
}

func isEscape(inner string) bool { return inner == "*" || inner == "?" || inner == "$" }

func fillOne(inner string, lookup func(key string) (string, bool)) (string, bool) {
	if isEscape(inner) {
		return mark(inner), true
	}
	key, rest, hasDefault := strings.Cut(inner, ",")
	if value, ok := lookup(strings.TrimSpace(key)); ok {
		return mark(value), true
	}
	quoted := strings.TrimSpace(rest)
	if !hasDefault || len(quoted) < len("''") || quoted[0] != '\'' || quoted[len(quoted)-1] != '\'' {
		return "", false
	}
	return mark(quoted[1 : len(quoted)-1]), true
}

// mark writes a value so that each of its characters stands for itself.
func mark(value string) string {
	if !strings.ContainsAny(value, "*?:") {
		return strings.ToValidUTF8(value, "\ufffd")
	}
	marked := []byte(strings.ToValidUTF8(value, "\ufffd"))
	for i, b := range marked {
		switch b {
		case ':':
			marked[i] = literalColon
		case '?':
			marked[i] = literalMark
		case '*':
			marked[i] = literalStar
		}
	}
	return string(marked)
}

// Text returns the pattern with what was put in as plain text, for comparisons that
// know no wildcards.
func (f Filled) Text() string {
	for i := range len(f.text) {
		if f.text[i] >= literalColon {
			return unmark(f.text)
		}
	}
	return f.text
}

func unmark(text string) string {
	plain := []byte(text)
	for i, b := range plain {
		plain[i] = unmarked(b)
	}
	return string(plain)
}

func unmarked(b byte) byte {
	switch b {
	case literalColon:
		return ':'
	case literalMark:
		return '?'
	case literalStar:
		return '*'
	default:
		return b
	}
}

func equalFilled(p, v byte) bool { return unmarked(p) == v && v < literalColon }

// Match is the function Match for a filled pattern.
func (f Filled) Match(value string) bool { return match(f.text, value, equalFilled) }

// arnFields is the number of fields of an ARN; the last may hold colons of its own.
const arnFields = 6

// MatchARN matches field by field, as ARNs are: a wildcard stays within its field,
// only the last takes colons. A pattern of nothing but stars matches everything.
// With short, a pattern of fewer than six fields stands for any value of those it
// lacks ("IAM JSON policy elements: Resource", incomplete ARNs); else it matches
// nothing.
func (f Filled) MatchARN(arn string, short bool) bool {
	if f.text == "*" || strings.Trim(f.text, "*") == "" && f.text != "" {
		return true
	}
	pattern := f.text
	for range arnFields - 1 {
		p, patternRest, more := strings.Cut(pattern, ":")
		a, arnRest, whole := strings.Cut(arn, ":")
		if !whole || !match(p, a, equalFilled) {
			return false
		}
		if !more {
			return short
		}
		pattern, arn = patternRest, arnRest
	}
	return match(pattern, arn, equalFilled)
}

// Short reports whether a pattern that should be an ARN lacks fields, and is not
// made of stars alone.
func Short(pattern string) bool {
	return strings.Count(pattern, ":") < arnFields-1 && strings.Trim(pattern, "*") != ""
}
