package policydoc

import (
	"strings"
	"unicode/utf8"
)

// Match reports whether value is one of the texts the pattern stands for: "*" is
// any text including the empty one, "?" any one character, all else itself. Case
// counts, as it does for resources. The time grows with the product of the two
// lengths at worst.
func Match(pattern, value string) bool {
	star, retry := -1, 0
	p, v := 0, 0
	for v < len(value) {
		var width int
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, retry = p, v
			p++
			continue
		case p < len(pattern) && pattern[p] == '?':
			_, width = utf8.DecodeRuneInString(value[v:])
			p++
			v += width
			continue
		case p < len(pattern) && pattern[p] == value[v]:
			p++
			v++
			continue
		case star < 0:
			return false
		}
		_, width = utf8.DecodeRuneInString(value[retry:])
		retry += width
		p, v = star+1, retry
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// MatchAction is Match without regard to case, as actions are compared.
func MatchAction(pattern, action string) bool {
	return Match(strings.ToLower(pattern), strings.ToLower(action))
}
