package compile

import (
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// variable is a policy variable of a pattern or value.
type variable struct {
	name, key string // as written, and in lower case
	// multi is whether a request may carry several values of the key.
	multi bool
	// hasDefault is whether a value is given for requests that lack the key.
	hasDefault bool
	// absent is the test that a request lacks the key.
	absent *test
}

// variables adds the variables of a text to a list, in their order.
func (c *Compiler) variables(list []variable, text string) []variable {
	// Fill asks for each variable, and takes its default where there is no answer.
	policydoc.Fill(text, func(name string) (string, bool) {
		key := strings.ToLower(name)
		list = append(list, variable{name: name, key: key, multi: c.multiValued(name), absent: c.absentTest(key)})
		return "", true
	})
	for i := range list {
		v := &list[i]
		_, v.hasDefault = policydoc.Fill(text, func(name string) (string, bool) { return "", name != v.name })
	}
	return list
}

// fill replaces the policy variables of a text: holds when that went well, hangs or hidden
// where a variable is open or unread, unresolved where one has no value, or several.
func (e *evaluation) fill(text string, variables []variable) (policydoc.Filled, verdict) {
	result := holds
	filled, ok := policydoc.Fill(text, func(name string) (string, bool) {
		v := called(variables, name)
		switch found := e.find(v.key); {
		case found.State == decide.KeyOpen || found.State == decide.KeyShaped:
			result = max(result, hangs)
			return "", true
		case found.State == decide.KeyUnread:
			result = hidden
			return "", true
		case found.State == decide.KeyPresent && len(found.Values) == 1 && !v.multi:
			return found.Values[0], true
		default:
			return "", false
		}
	})
	if !ok {
		return filled, unresolved
	}
	return filled, result
}

// called returns the variable of a name, which is in the list.
func called(variables []variable, name string) *variable {
	i := 0
	for variables[i].name != name {
		i++
	}
	return &variables[i]
}
