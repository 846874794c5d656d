package table

import (
	"strconv"
	"strings"
	"unicode"
)

// columns returns how many columns s takes on a terminal.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n += runeColumns(r)
	}
	return n
}

// visible returns how many columns s takes when its colours take none.
func visible(s string) int {
	n := 0
	for s != "" {
		head, rest, found := strings.Cut(s, "\x1b[")
		n += columns(head)
		if !found {
			break
		}
		_, s, _ = strings.Cut(rest, "m")
	}
	return n
}

func runeColumns(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case r >= 0x1100 && r <= 0x115f, r >= 0x2e80 && r <= 0xa4cf, r >= 0xac00 && r <= 0xd7a3,
		r >= 0xf900 && r <= 0xfaff, r >= 0xfe30 && r <= 0xfe6f, r >= 0xff00 && r <= 0xff60,
		r >= 0xffe0 && r <= 0xffe6, r >= 0x1f300 && r <= 0x1faff, r >= 0x20000 && r <= 0x3fffd:
		return 2
	}
	return 1
}

// pad fills s with spaces to the width.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-columns(s)))
}

// wrap breaks s at spaces into lines of at most width columns. A word that is longer
// than a line is broken.
func wrap(s string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		for columns(word) > width {
			if line != "" {
				lines, line = append(lines, line), ""
			}
			head, rest := split(word, width)
			lines, word = append(lines, head), rest
		}
		switch {
		case line == "":
			line = word
		case columns(line)+1+columns(word) <= width:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}

func split(word string, width int) (head, rest string) {
	used := 0
	for i, r := range word {
		if used+runeColumns(r) > width && i > 0 {
			return word[:i], word[i:]
		}
		used += runeColumns(r)
	}
	return word, ""
}

// clip cuts s to the width; dots stand for what is gone.
func clip(s string, width int, dots string) string {
	if columns(s) <= width {
		return s
	}
	head, _ := split(s, width-columns(dots))
	return head + dots
}

// number writes n with thousands separated.
func number(n int) string {
	digits := strconv.Itoa(n)
	start := len(digits) % 3
	if start == 0 || digits[0] == '-' && start == 1 {
		start += 3
	}
	for i := start; i < len(digits); i += 4 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// count writes n with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if noun[len(noun)-1] == 'x' {
		noun += "e"
	}
	return number(n) + " " + noun + "s"
}
