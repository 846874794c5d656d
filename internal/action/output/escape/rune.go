package escape

import (
	"strings"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// escapeRune writes r as \n, \t, \r, \x1b, \u202e or \U000e0041; what was not UTF-8
// becomes the replacement character.
func escapeRune(b *strings.Builder, r rune) {
	switch {
	case r == utf8.RuneError:
		b.WriteRune(r)
	case r == '\n':
		b.WriteString(`\n`)
	case r == '\t':
		b.WriteString(`\t`)
	case r == '\r':
		b.WriteString(`\r`)
	case r < 0x100:
		b.WriteString(`\x`)
		writeHex(b, r, 2)
	case r < 0x10000:
		b.WriteString(`\u`)
		writeHex(b, r, 4)
	default:
		b.WriteString(`\U`)
		writeHex(b, r, 8)
	}
}

func writeHex(b *strings.Builder, r rune, digits int) {
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		b.WriteByte(hexDigits[(r>>shift)&0xf])
	}
}

// JSON returns the JSON text data with what a terminal obeys or what hides text
// written as \u escapes. The value is the same. It returns data itself when there is
// nothing to change; data must be valid JSON.
func JSON(data []byte) []byte {
	for i := 0; i < len(data); i++ {
		if data[i] >= 0x7f {
			return escapeJSON(data, i)
		}
	}
	return data
}

func escapeJSON(data []byte, from int) []byte {
	out := append(make([]byte, 0, len(data)+32), data[:from]...)
	for i := from; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r < 0x7f || r == utf8.RuneError && size > 1 || !terminalUnsafe(r) {
			out = append(out, data[i:i+size]...)
		} else {
			out = appendUnicode(out, r)
		}
		i += size
	}
	return out
}

// appendUnicode appends r as one \u escape, or two when it needs a surrogate pair.
func appendUnicode(out []byte, r rune) []byte {
	if r >= 0x10000 {
		r -= 0x10000
		return appendUnicode(appendUnicode(out, 0xd800+(r>>10)), 0xdc00+(r&0x3ff))
	}
	return append(out, '\\', 'u', hexDigits[r>>12&0xf], hexDigits[r>>8&0xf], hexDigits[r>>4&0xf], hexDigits[r&0xf])
}
