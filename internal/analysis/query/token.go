package query

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/stance-sec/stance/internal/estate"
)

type tokenKind int

const (
	tokenEnd    tokenKind = iota
	tokenWord             // internet, aws_db_*, a.data.class, 111122223333
	tokenString           // "anything"
	tokenParam            // $name
	tokenMark             // an arrow, an operator or a bracket
)

// token is a piece of the text. For a string, text is what stands between the quotes.
type token struct {
	kind   tokenKind
	text   string
	offset int
}

const op = "read the query"

// maxText is how long a query may be, in bytes.
const maxText = 8192

// marks are tried in order, so longer ones stand first.
var marks = []string{"<-", "->", "==", "!=", "..", "-", "|", "(", ")", "[", "]", ",", "*", "="}

// lex cuts the text into tokens and ends them with one of kind tokenEnd.
func lex(text string) ([]token, error) {
	if len(text) > maxText {
		return nil, estate.Errorf(estate.CodeInvalid, op, "it has %d bytes, and at most %d are read", len(text), maxText)
	}
	var tokens []token
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c == '#':
			i += lineEnd(text[i:])
		case c == '"':
			value, n, err := lexString(text, i)
			if err != nil {
				return nil, err
			}
			tokens = append(tokens, token{tokenString, value, i})
			i += n
		case c == '$' && wordLength(text[i+1:]) > 0:
			n := wordLength(text[i+1:])
			tokens = append(tokens, token{tokenParam, text[i+1 : i+1+n], i})
			i += 1 + n
		case wordLength(text[i:]) > 0:
			n := wordLength(text[i:])
			tokens = append(tokens, token{tokenWord, text[i : i+n], i})
			i += n
		default:
			mark := markAt(text[i:])
			if mark == "" {
				r, _ := utf8.DecodeRuneInString(text[i:])
				return nil, failAt(text, i, "%q means nothing here", r)
			}
			tokens = append(tokens, token{tokenMark, mark, i})
			i += len(mark)
		}
	}
	return append(tokens, token{tokenEnd, "", len(text)}), nil
}

func lineEnd(text string) int {
	if n := strings.IndexByte(text, '\n'); n >= 0 {
		return n
	}
	return len(text)
}

func markAt(text string) string {
	for _, m := range marks {
		if strings.HasPrefix(text, m) {
			return m
		}
	}
	return ""
}

// wordLength returns how many bytes at the start of the text are a word: letters, digits
// and _, inside it also . - and *, where a - or . that ends it is an arrow or a range.
func wordLength(text string) int {
	n := 0
	for n < len(text) && (letter(text[n]) || n > 0 && inside(text[n:])) {
		n++
	}
	return n
}

func inside(text string) bool {
	switch text[0] {
	case '*':
		return true
	case '-', '.':
		return len(text) > 1 && (letter(text[1]) || text[1] == '*')
	}
	return false
}

func letter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

// lexString reads a string in double quotes in which \" and \\ stand for " and \.
func lexString(text string, start int) (value string, length int, err error) {
	var b strings.Builder
	for i := start + 1; i < len(text); i++ {
		switch c := text[i]; c {
		case '"':
			return b.String(), i + 1 - start, nil
		case '\\':
			i++
			if i == len(text) || text[i] != '"' && text[i] != '\\' {
				return "", 0, failAt(text, i-1, `in a text, \ stands before " or \ only`)
			}
			b.WriteByte(text[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", 0, failAt(text, start, "the text has no closing quote")
}

// failAt makes an error that begins with line:column, both from 1; columns count
// characters.
func failAt(text string, offset int, format string, args ...any) error {
	offset = min(max(offset, 0), len(text))
	line := 1 + strings.Count(text[:offset], "\n")
	column := 1 + utf8.RuneCountInString(text[strings.LastIndexByte(text[:offset], '\n')+1:offset])
	return estate.Errorf(estate.CodeInvalid, op, "%d:%d: %s", line, column, fmt.Sprintf(format, args...))
}
