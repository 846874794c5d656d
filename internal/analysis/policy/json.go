package policy

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"github.com/valyala/fastjson"
)

// appendCanonical appends JSON with sorted keys and no white space: the same value
// gives the same bytes. A nil value is null.
func appendCanonical(dst []byte, v *fastjson.Value) []byte {
	if v == nil {
		return append(dst, "null"...)
	}
	switch v.Type() {
	case fastjson.TypeObject:
		return appendObject(dst, v)
	case fastjson.TypeArray:
		dst = append(dst, '[')
		for i, e := range v.GetArray() {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendCanonical(dst, e)
		}
		return append(dst, ']')
	case fastjson.TypeString:
		return appendText(dst, text(v.GetStringBytes()))
	default:
		return v.MarshalTo(dst)
	}
}

func appendObject(dst []byte, v *fastjson.Value) []byte {
	type member struct {
		key string
		val *fastjson.Value
	}
	members := make([]member, 0, v.GetObject().Len())
	v.GetObject().Visit(func(k []byte, e *fastjson.Value) { members = append(members, member{text(k), e}) })
	slices.SortStableFunc(members, func(a, b member) int {
		if a.key < b.key {
			return -1
		}
		if a.key > b.key {
			return 1
		}
		return 0
	})
	dst = append(dst, '{')
	for i, m := range members {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendText(dst, m.key), ':')
		dst = appendCanonical(dst, m.val)
	}
	return append(dst, '}')
}

const hexDigits = "0123456789abcdef"

// appendText appends a JSON string. Control characters are escaped and bytes that
// are not UTF-8 replaced: the text may come from an attacker.
func appendText(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
			i++
		case c < 0x20 || c == 0x7f:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
			i++
		case c < utf8.RuneSelf:
			dst = append(dst, c)
			i++
		default:
			r, n := utf8.DecodeRuneInString(s[i:])
			dst = utf8.AppendRune(dst, r)
			i += n
		}
	}
	return append(dst, '"')
}

// appendValue appends any CEL value as canonical JSON.
func appendValue(dst []byte, v ref.Val) []byte {
	switch v := v.(type) {
	case node:
		if v.json() != nil {
			return appendCanonical(dst, v.json())
		}
	case types.String:
		return appendText(dst, string(v))
	case types.Bool:
		return strconv.AppendBool(dst, bool(v))
	case types.Int:
		return strconv.AppendInt(dst, int64(v), 10)
	case types.Uint:
		return strconv.AppendUint(dst, uint64(v), 10)
	case types.Double:
		return strconv.AppendFloat(dst, float64(v), 'g', -1, 64)
	case types.Timestamp:
		return appendText(dst, v.Time.UTC().Format("2006-01-02T15:04:05.999999999Z07:00"))
	case traits.Lister:
		dst = append(dst, '[')
		n, _ := v.Size().(types.Int)
		for i := range n {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendValue(dst, v.Get(i))
		}
		return append(dst, ']')
	}
	return append(dst, "null"...)
}
