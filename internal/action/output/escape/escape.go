// Package escape makes text that an attacker may have chosen harmless for the reader
// it goes to: a terminal, a spreadsheet, Markdown, XML, JSON.
//
// Every function leaves plain text as it is, never fails, and returns valid UTF-8.
package escape

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Terminal returns s on one line with everything that a terminal obeys or that hides
// or reorders text shown as an escape such as \x1b or \u202e.
func Terminal(s string) string {
	return replace(s, terminalUnsafe, func(b *strings.Builder, r rune) { escapeRune(b, r) })
}

// terminalUnsafe reports whether a terminal would act on r or r would hide or
// reorder its neighbours.
func terminalUnsafe(r rune) bool {
	return r == utf8.RuneError || unicode.IsControl(r) || Invisible(r)
}

// Invisible reports whether r changes how its neighbours look without being seen:
// direction marks and overrides, zero-width characters, line separators, tags.
func Invisible(r rune) bool {
	switch {
	case r == 0x00ad, r == 0x061c, r == 0x180e, r == 0xfeff:
		return true
	case r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f:
		return true
	case r >= 0xfff9 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe007f:
		return true
	}
	return false
}

// XML returns s for text and attribute values of XML 1.0: markup is escaped, and
// characters that XML cannot hold, and those that hide text, become an escape such
// as \x00.
func XML(s string) string {
	return replace(s, xmlUnsafe, func(b *strings.Builder, r rune) {
		switch r {
		case '&':
			b.WriteString("&amp;")
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '"':
			b.WriteString("&#34;")
		case '\'':
			b.WriteString("&#39;")
		case '\t', '\n', '\r':
			b.WriteString([]string{"&#9;", "&#10;", "&#13;"}[strings.IndexRune("\t\n\r", r)])
		default:
			escapeRune(b, r)
		}
	})
}

func xmlUnsafe(r rune) bool {
	return strings.ContainsRune("&<>\"'", r) || terminalUnsafe(r) || r == 0xfffe || r == 0xffff
}

// HTML returns s for text and quoted attribute values of HTML; what is not printable
// is shown escaped.
func HTML(s string) string { return XML(s) }

// CSV returns s as the content of a cell that no spreadsheet takes for a formula: what
// starts like one gets an apostrophe in front, which spreadsheets hide. Quoting is
// left to the CSV writer. What is not printable, but for line ends, is shown escaped.
func CSV(s string) string {
	s = replace(s, func(r rune) bool { return terminalUnsafe(r) && r != '\n' && r != '\t' && r != '\r' }, escapeRune)
	trimmed := strings.TrimLeft(s, " \u00a0\u3000")
	if s != "" && strings.ContainsRune("=+-@\t\r\n|%＝＋－＠", first(trimmed)) {
		return "'" + s
	}
	return s
}

// Markdown returns s as text in which no Markdown or HTML takes effect, on one line,
// also inside a table cell. Names like @team do not notify anyone.
func Markdown(s string) string {
	s = replace(s, markdownUnsafe, func(b *strings.Builder, r rune) {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '@':
			b.WriteString("&#64;")
		case terminalUnsafe(r):
			escapeRune(b, r)
		default:
			b.WriteByte('\\')
			b.WriteRune(r)
		}
	})
	s = strings.ReplaceAll(s, "://", "&#58;//") // a bare address would become a link
	if strings.Contains(strings.ToLower(s), "www.") {
		s = strings.ReplaceAll(s, ".", "&#46;") // so would this
	}
	return s
}

func markdownUnsafe(r rune) bool {
	return strings.ContainsRune("\\`*_{}[]()#+!|~<>&@$", r) || terminalUnsafe(r)
}

// MarkdownCode returns s as an inline code span, on one line, also inside a table cell.
func MarkdownCode(s string) string {
	s = strings.ReplaceAll(Terminal(s), "|", "\\|")
	if s == "" {
		return ""
	}
	fence := strings.Repeat("`", longestRun(s, '`')+1)
	if len(fence) > 1 || s[0] == ' ' || s[len(s)-1] == ' ' {
		return fence + " " + s + " " + fence
	}
	return fence + s + fence
}

// replace calls write for the runes that are unsafe and copies the others. Bytes that
// are not UTF-8 count as unsafe and reach write as the replacement character.
func replace(s string, unsafe func(rune) bool, write func(*strings.Builder, rune)) string {
	clean := strings.IndexFunc(s, unsafe) < 0
	if clean {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	for _, r := range s {
		if unsafe(r) {
			write(&b, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func first(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func longestRun(s string, of byte) int {
	longest, run := 0, 0
	for i := range len(s) {
		if s[i] == of {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	return longest
}

// MarkdownBlock returns s as a fenced block of code in the language, with its line ends.
func MarkdownBlock(s, language string) string {
	fence := strings.Repeat("`", max(3, longestRun(s, '`')+1))
	return fence + language + "\n" + Text(s) + "\n" + fence
}

// Text returns s like Terminal but with its line ends and tabs, for blocks of code.
func Text(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return replace(s, func(r rune) bool { return terminalUnsafe(r) && r != '\n' && r != '\t' }, escapeRune)
}
