package policydoc

import (
	"strings"
	"unicode/utf8"
)

// Match reports whether value is one of the texts the pattern stands for: "*" is
// any text including the empty one, "?" any one character, all else itself. Case
// counts, as it does for resources. The time grows with the product of the two
// lengths at worst.
func Match(pattern, value string) bool { return match(pattern, value, equalByte) }

// MatchAction is Match without regard to the case of the letters A to Z, as actions
// are compared.
func MatchAction(pattern, action string) bool { return match(pattern, action, equalFold) }

func equalByte(p, v byte) bool { return p == v }

func equalFold(p, v byte) bool { return lowerByte(p) == lowerByte(v) }

func lowerByte(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		b += 'a' - 'A'
	}
	return b
}

// match is the loop behind all forms of matching; equal compares a byte of the
// pattern, which is no wildcard, with one of the value.
func match(pattern, value string, equal func(p, v byte) bool) bool {
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
		case p < len(pattern) && equal(pattern[p], value[v]):
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
