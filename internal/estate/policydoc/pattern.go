package policydoc

import (
	"strings"
	"unicode/utf8"
)

// The symbols of a pattern that stand for more than themselves. They lie outside
// the range of characters.
const (
	anyText rune = utf8.MaxRune + 1 + iota
	anyRune
	// brokenByte and the 255 symbols after it are bytes that are no UTF-8.
	brokenByte
)

// Covers reports whether every text the narrow pattern stands for is one the wide
// pattern stands for. Case counts. True is always right. False is right when the
// wide pattern has no "?"; with one it may only mean that no proof was found, as
// for "?*" over "*a".
func Covers(wide, narrow string) bool {
	w, n := symbols(wide), symbols(narrow)
	star, retry := -1, 0
	i, j := 0, 0
	for j < len(n) {
		switch {
		case i < len(w) && w[i] == anyText:
			star, retry = i, j
			i++
		case i < len(w) && (w[i] == n[j] || w[i] == anyRune && n[j] != anyText):
			i++
			j++
		case star >= 0:
			retry++
			i, j = star+1, retry
		default:
			return false
		}
	}
	return i == len(w) || i == len(w)-1 && w[i] == anyText
}

// Overlap reports whether some text is meant by both patterns. Case counts. The
// time grows with the product of the two lengths; for patterns too long for that
// it answers true without looking.
func Overlap(a, b string) bool {
	const most = 1 << 22
	x, y := symbols(a), symbols(b)
	if len(x)*len(y) > most {
		return true
	}
	// reach[j] tells whether x[:i] and y[:j] share a text.
	reach := make([]bool, len(y)+1)
	for i := 0; i <= len(x); i++ {
		diagonal := false // reach of (i-1, j-1)
		for j := 0; j <= len(y); j++ {
			above := reach[j] // reach of (i-1, j)
			met := i == 0 && j == 0
			if i > 0 {
				met = met || above && (x[i-1] == anyText || j > 0 && y[j-1] == anyText)
			}
			if j > 0 {
				met = met || reach[j-1] && (y[j-1] == anyText || i > 0 && x[i-1] == anyText)
			}
			if i > 0 && j > 0 {
				met = met || diagonal && same(x[i-1], y[j-1])
			}
			diagonal = above
			reach[j] = met
		}
	}
	return reach[len(y)]
}

// same reports whether two symbols, neither of them any text, share a character.
func same(a, b rune) bool {
	return a == b || a == anyRune || b == anyRune
}

// symbols takes a pattern apart, each run of wildcards brought into one order:
// first the single characters, then at most one star.
func symbols(pattern string) []rune {
	list := make([]rune, 0, len(pattern))
	star := false
	flush := func() {
		if star {
			list = append(list, anyText)
		}
		star = false
	}
	for i, r := range pattern {
		switch {
		case r == '*':
			star = true
		case r == '?':
			list = append(list, anyRune)
		default:
			if _, width := utf8.DecodeRuneInString(pattern[i:]); r == utf8.RuneError && width == 1 {
				r = brokenByte + rune(pattern[i])
			}
			flush()
			list = append(list, r)
		}
	}
	flush()
	return list
}

// IsPattern reports whether the text has a wildcard.
func IsPattern(text string) bool { return strings.ContainsAny(text, "*?") }
