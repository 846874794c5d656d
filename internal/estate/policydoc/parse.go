package policydoc

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"unicode/utf8"
)

// MaxSize is the longest text Parse accepts, in bytes. The largest policy AWS
// stores has 100 kB (OpenSearch Service); percent-encoding makes it three times
// as long at most.
const MaxSize = 512 << 10

// Parse reads a policy as AWS APIs return it: as JSON or percent-encoded JSON, with
// or without a byte order mark. The error says what is not legal and in which
// statement, counted from 0; the document is nil then. It never keeps raw.
//
// A text AWS itself would refuse is an error, never a document with a part left
// out: unknown or repeated elements, an effect that is not exactly Allow or Deny,
// an element together with its Not form.
func Parse[T ~string | ~[]byte](raw T) (*Document, error) {
	document, err := parse([]byte(raw))
	if err != nil {
		return nil, fmt.Errorf("parse policy document: %w", err)
	}
	return document, nil
}

func parse(raw []byte) (*Document, error) {
	text, err := plain(raw)
	if err != nil {
		return nil, err
	}
	root, err := readTree(text)
	if err != nil {
		return nil, err
	}
	return document(root)
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// plain undoes what may be wrapped around the JSON.
func plain(raw []byte) ([]byte, error) {
	if len(raw) > MaxSize {
		return nil, fmt.Errorf("%d bytes, more than the limit of %d", len(raw), MaxSize)
	}
	text := trim(raw)
	// JSON never begins with a percent sign, so this is not a guess.
	if bytes.HasPrefix(text, []byte("%")) {
		decoded, err := url.PathUnescape(string(text))
		if err != nil {
			return nil, fmt.Errorf("percent-encoded text: %w", err)
		}
		text = trim([]byte(decoded))
	}
	if len(text) == 0 {
		return nil, errors.New("empty text")
	}
	if !utf8.Valid(text) {
		return nil, errors.New("not UTF-8")
	}
	return text, nil
}

func trim(text []byte) []byte {
	text = bytes.TrimLeft(text, " \t\r\n")
	text = bytes.TrimPrefix(text, byteOrderMark)
	return bytes.Trim(text, " \t\r\n")
}

func document(root node) (*Document, error) {
	if root.kind != kindObject {
		return nil, fmt.Errorf("want an object, got %s", root.kind)
	}
	result := &Document{}
	found := false
	for _, m := range root.members {
		var err error
		switch m.name {
		case "Version":
			result.Version, err = version(m.value)
		case "Id":
			result.ID, err = m.value.single()
		case "Statement":
			found = true
			result.Statements, err = statements(m.value)
		default:
			err = errors.New("unknown element")
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", quote(m.name), err)
		}
	}
	if !found {
		return nil, errors.New("no Statement")
	}
	return result, nil
}

func version(value node) (string, error) {
	text, err := value.single()
	if err == nil && text != "2012-10-17" && text != "2008-10-17" {
		err = fmt.Errorf("unknown version %s", quote(text))
	}
	return text, err
}

// single returns the text of a string.
func (n node) single() (string, error) {
	if n.kind != kindString {
		return "", fmt.Errorf("want a string, got %s", n.kind)
	}
	return n.text, nil
}

// strings returns the texts of a string or a list of strings, never nil.
func (n node) strings() ([]string, error) {
	return n.texts(false)
}

// scalars is like strings and takes numbers and booleans as well.
func (n node) scalars() ([]string, error) {
	return n.texts(true)
}

func (n node) texts(scalars bool) ([]string, error) {
	items := n.items
	if n.kind != kindList {
		items = []node{n}
	}
	list := make([]string, 0, len(items))
	for _, item := range items {
		if item.kind != kindString && !(scalars && item.kind == kindScalar) {
			return nil, fmt.Errorf("want a string or a list of strings, got %s", item.kind)
		}
		list = append(list, item.text)
	}
	return list, nil
}
