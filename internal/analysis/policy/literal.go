package policy

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// literal is a scalar of a check file that remembers where each of its characters
// stands in the file.
type literal struct {
	value string
	file  string
	node  *yaml.Node
	lines []string // of the whole file
}

// set reports whether the file holds the literal.
func (l literal) set() bool { return l.node != nil }

func (l literal) position() position {
	if l.node == nil {
		return position{File: l.file}
	}
	return position{File: l.file, Line: l.node.Line, Column: l.node.Column}
}

// offset returns where the n-th character of the value stands.
func (l literal) offset(n int) position {
	if l.node == nil {
		return l.position()
	}
	if l.node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return l.inLines(n, l.node.Line+1, 1)
	}
	start := l.node.Column
	if l.node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		start++
	}
	if l.oneLine() {
		return position{File: l.file, Line: l.node.Line, Column: start + l.rawWidth(n)}
	}
	return l.inLines(n, l.node.Line, start)
}

func (l literal) oneLine() bool {
	line := l.line(l.node.Line)
	skip := min(l.node.Column-1, utf8.RuneCountInString(line))
	rest := string([]rune(line)[skip:])
	switch {
	case l.node.Style&yaml.SingleQuotedStyle != 0:
		return strings.HasPrefix(rest, "'"+strings.ReplaceAll(l.value, "'", "''")+"'")
	case l.node.Style&yaml.DoubleQuotedStyle != 0:
		return strings.Count(rest, `"`) >= 2 && !strings.HasSuffix(strings.TrimSpace(rest), `\`)
	default:
		return strings.HasPrefix(rest, l.value)
	}
}

// rawWidth is how many characters the first n characters of the value take in the
// file: quotes and backslashes are written with more than one.
func (l literal) rawWidth(n int) int {
	switch {
	case l.node.Style&yaml.SingleQuotedStyle != 0:
		return n + strings.Count(firstRunes(l.value, n), "'")
	case l.node.Style&yaml.DoubleQuotedStyle != 0:
		raw := []rune(l.line(l.node.Line))
		at := l.node.Column
		for range n {
			at += escapeWidth(raw, at)
		}
		return at - l.node.Column
	default:
		return n
	}
}

func escapeWidth(raw []rune, at int) int {
	if at+1 >= len(raw) || raw[at] != '\\' {
		return 1
	}
	switch raw[at+1] {
	case 'x':
		return 4
	case 'u':
		return 6
	case 'U':
		return 10
	default:
		return 2
	}
}

// inLines finds the n-th character of a value that goes over several lines: each
// line of the file, without its indentation, stands in the value in turn.
func (l literal) inLines(n, line, col int) position {
	value := []rune(l.value)
	n = min(n, len(value))
	at := position{File: l.file, Line: line, Column: col}
	for next := 0; line <= len(l.lines); line++ {
		text := []rune(l.line(line))
		from := col - 1
		col = 1
		for from < len(text) && (text[from] == ' ' || text[from] == '\t') && !startsAt(value, next, text[from:]) {
			from++
		}
		for next < len(value) && (value[next] == '\n' || value[next] == ' ') && (from >= len(text) || value[next] != text[from]) {
			next++
		}
		if next > n {
			return at
		}
		at = position{File: l.file, Line: line, Column: from + 1 + n - next}
		if n-next <= len(text)-from {
			return at
		}
		next += len(text) - from
	}
	return at
}

// startsAt reports whether the line's text stands in the value at an index.
func startsAt(value []rune, at int, line []rune) bool {
	for at < len(value) && value[at] == '\n' {
		at++
	}
	line = []rune(strings.TrimRight(string(line), " \t"))
	if len(line) == 0 || at+len(line) > len(value) {
		return false
	}
	return string(value[at:at+len(line)]) == string(line)
}

func (l literal) line(n int) string {
	if n < 1 || n > len(l.lines) {
		return ""
	}
	return strings.TrimSuffix(l.lines[n-1], "\r")
}

// at returns the position of a line and column of the value; lines count from 1 and
// columns from 0, as CEL counts them.
func (l literal) at(line, col int) position {
	n := 0
	for rest := l.value; line > 1; line-- {
		i := strings.IndexByte(rest, '\n')
		if i < 0 {
			break
		}
		n += utf8.RuneCountInString(rest[:i+1])
		rest = rest[i+1:]
	}
	return l.offset(n + max(col, 0))
}

func firstRunes(s string, n int) string {
	r := []rune(s)
	return string(r[:min(n, len(r))])
}
