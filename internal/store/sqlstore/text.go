package sqlstore

import (
	"database/sql/driver"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// text is a string as columns hold it. PostgreSQL refuses NUL and what is not UTF-8, so
// these are escaped, in all databases alike: the byte 1 starts an escape, 1 1 is NUL, 1 2
// is 1, and 1 3 with two hex digits is a byte that is no UTF-8. All other text is as it is,
// and order is that of the bytes.
type text string

// Value implements driver.Valuer.
func (t text) Value() (driver.Value, error) { return escape(string(t)), nil }

// Scan implements sql.Scanner.
func (t *text) Scan(src any) error {
	switch v := src.(type) {
	case string:
		*t = text(unescape(v))
	case []byte:
		*t = text(unescape(string(v)))
	default:
		return fmt.Errorf("a text column holds %T", src)
	}
	return nil
}

func escape(s string) string {
	if strings.IndexByte(s, 0) < 0 && strings.IndexByte(s, 1) < 0 && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteString("\x01\x03" + hex.EncodeToString([]byte{s[i]}))
		case r == 0:
			b.WriteString("\x01\x01")
		case r == 1:
			b.WriteString("\x01\x02")
		default:
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	return b.String()
}

func unescape(s string) string {
	if strings.IndexByte(s, 1) < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != 1 || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch s[i] {
		case 1:
			b.WriteByte(0)
		case 2:
			b.WriteByte(1)
		case 3:
			if raw, err := hex.DecodeString(s[min(i+1, len(s)):min(i+3, len(s))]); err == nil {
				b.Write(raw)
			}
			i += 2
		}
	}
	return b.String()
}

// How many bytes of names and of words (owners, types, checks) lists keep: the entry of an
// index has a bound.
const (
	maxName = 512
	maxWord = 256
)

// cut returns what of s takes at most n bytes in a column, whole characters where s is
// UTF-8.
func cut(s string, n int) string {
	for {
		over := len(s) - n
		if over <= 0 {
			over = (len(escape(s)) - n + 3) / 4
		}
		if over <= 0 {
			return s
		}
		end := len(s) - over
		for end > 0 && !utf8.RuneStart(s[end]) {
			end--
		}
		s = s[:end]
	}
}

// folded is text as it is searched: in lower case.
func folded(parts ...string) text {
	return text(strings.ToLower(strings.Join(parts, "\n")))
}

// never is the moment of what has no end and the due date of what has none.
const never = int64(1) << 62

// micros is a time as columns hold it; 0 for the zero time.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// moment is the time of micros; zero for 0 and never.
func moment(us int64) time.Time {
	if us == 0 || us == never {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
