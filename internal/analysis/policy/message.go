package policy

import (
	"strings"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// maxMessage is how many bytes of a message are kept.
const maxMessage = 1000

// message is what a failing check says: pieces of text and expressions.
type message struct {
	pieces []piece
}

type piece struct {
	text string
	*program
}

// message compiles a message: an expression of type string, or text with
// expressions in braces ({{ stands for a brace). Nil when there is neither.
func (c *compiler) message(env *cel.Env, text, expr literal) *message {
	switch {
	case expr.set():
		if p := c.typed(env, expr, types.StringType); p != nil {
			return &message{[]piece{{program: p}}}
		}
	case text.set():
		return c.template(env, text)
	}
	return nil
}

func (c *compiler) template(env *cel.Env, l literal) *message {
	m := &message{}
	for i := 0; i < len(l.value); {
		rest := l.value[i:]
		switch brace := strings.IndexAny(rest, "{}"); {
		case brace < 0:
			m.pieces = append(m.pieces, piece{text: rest})
			return m
		case brace > 0:
			m.pieces = append(m.pieces, piece{text: rest[:brace]})
			i += brace
		case strings.HasPrefix(rest, "{{") || strings.HasPrefix(rest, "}}"):
			m.pieces = append(m.pieces, piece{text: rest[:1]})
			i += 2
		default:
			end := strings.IndexByte(rest, '}')
			if rest[0] == '}' || end < 0 {
				c.found.Add(l.offset(utf8.RuneCountInString(l.value[:i])), "a brace without its pair; write {{ or }} for a brace")
				return nil
			}
			p := c.placeholder(env, l, i+1, i+end)
			if p == nil {
				return nil
			}
			m.pieces = append(m.pieces, piece{program: p})
			i += end + 1
		}
	}
	return m
}

// placeholder compiles the part of a literal between two bytes.
func (c *compiler) placeholder(env *cel.Env, l literal, from, to int) *program {
	found := &problems{}
	inner := literal{value: l.value[from:to], file: l.file}
	p := c.engine.compile(env, inner, found)
	at := l.offset(utf8.RuneCountInString(l.value[:from]))
	for _, e := range found.All() {
		c.found.Add(at, "in {%s}: %s", inner.value, e.Err.Err)
	}
	return p
}

// render evaluates the message. What cannot be rendered shows as such: a message
// that fails never loses the finding.
func (m *message) render(s *scope, title string) string {
	var out strings.Builder
	if m == nil {
		out.WriteString("Not so: " + title)
		m = &message{}
	}
	for _, p := range m.pieces {
		if p.program == nil {
			out.WriteString(p.text)
			continue
		}
		v := s.eval(p.program)
		if types.IsUnknownOrError(v) && len(m.pieces) == 1 {
			out.WriteString("Not so: " + title + " ")
		}
		out.WriteString(shown(v))
		if out.Len() > maxMessage {
			break
		}
	}
	return shorten(out.String(), maxMessage)
}

func shown(v ref.Val) string {
	switch v := v.(type) {
	case types.String:
		return string(v)
	case *types.Unknown:
		return "(unknown)"
	case *types.Err:
		return "(" + v.Error() + ")"
	case traits.Lister:
		n, _ := v.Size().(types.Int)
		parts := make([]string, 0, n)
		for i := range n {
			parts = append(parts, shown(v.Get(i)))
		}
		return strings.Join(parts, ", ")
	default:
		return string(appendValue(nil, v))
	}
}

// shorten cuts text at a whole character and makes it valid UTF-8.
func shorten(s string, limit int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= limit {
		return s
	}
	cut := limit - len("…")
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
