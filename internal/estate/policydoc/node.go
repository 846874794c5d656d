package policydoc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// node is one JSON value that remembers the order of an object's members, which
// the decoder of encoding/json into structs does not.
type node struct {
	kind    nodeKind
	text    string // of a string, number or boolean
	items   []node // of a list
	members []member
}

type member struct {
	name  string
	value node
}

type nodeKind uint8

const (
	kindNull nodeKind = iota
	kindString
	kindScalar // number or boolean
	kindList
	kindObject
)

func (k nodeKind) String() string {
	return [...]string{"null", "a string", "a number or boolean", "a list", "an object"}[k]
}

// maxDepth bounds nesting. The deepest legal place is a condition value: document,
// statement list, statement, condition, operator, value list.
const maxDepth = 8

// readTree parses exactly one JSON value.
func readTree(data []byte) (node, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	root, err := readNode(decoder, 0)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("text ends too early")
	}
	if err != nil {
		return node{}, fmt.Errorf("at byte %d: %w", decoder.InputOffset(), err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return node{}, errors.New("text after the document")
	}
	return root, nil
}

func readNode(decoder *json.Decoder, depth int) (node, error) {
	if depth > maxDepth {
		return node{}, fmt.Errorf("nested deeper than %d levels", maxDepth)
	}
	token, err := decoder.Token()
	if err != nil {
		return node{}, err
	}
	switch value := token.(type) {
	case string:
		return node{kind: kindString, text: value}, nil
	case json.Number:
		return node{kind: kindScalar, text: value.String()}, nil
	case bool:
		return node{kind: kindScalar, text: fmt.Sprint(value)}, nil
	case json.Delim:
		if value == '[' {
			return readList(decoder, depth)
		}
		return readObject(decoder, depth)
	default:
		return node{kind: kindNull}, nil
	}
}

func readList(decoder *json.Decoder, depth int) (node, error) {
	list := node{kind: kindList}
	for decoder.More() {
		item, err := readNode(decoder, depth+1)
		if err != nil {
			return node{}, err
		}
		list.items = append(list.items, item)
	}
	_, err := decoder.Token()
	return list, err
}

// readObject refuses a name given twice: AWS does ("cannot contain multiple
// instances of the same key"), and any choice between the two would be a guess.
func readObject(decoder *json.Decoder, depth int) (node, error) {
	object := node{kind: kindObject}
	seen := map[string]bool{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return node{}, err
		}
		name, _ := token.(string)
		if seen[name] {
			return node{}, fmt.Errorf("%s given twice", quote(name))
		}
		seen[name] = true
		value, err := readNode(decoder, depth+1)
		if err != nil {
			return node{}, err
		}
		object.members = append(object.members, member{name, value})
	}
	_, err := decoder.Token()
	return object, err
}

// quote shows hostile text in an error: escaped and short.
func quote(s string) string {
	const most = 40
	if len(s) > most {
		return fmt.Sprintf("%q...", s[:most])
	}
	return fmt.Sprintf("%q", s)
}
