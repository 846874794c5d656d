package strictyaml

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// Root returns the root node of the only document of a file of at most limit bytes. It is
// nil when there is none; why is then among the problems.
func (d *Decoder) Root(data []byte, limit int) *yaml.Node {
	if len(data) > limit {
		d.Problems.Add(Position{d.File, 1, 1}, "a file of %d bytes is no %s: the limit is %d", len(data), d.Noun, limit)
		return nil
	}
	reader := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	err := reader.Decode(&doc)
	switch {
	case errors.Is(err, io.EOF) || err == nil && (doc.Kind != yaml.DocumentNode || len(doc.Content) != 1):
		d.Problems.Add(Position{d.File, 1, 1}, "the file is empty")
		return nil
	case err != nil:
		at, text := syntax(err)
		d.Problems.Add(Position{File: d.File, Line: at}, "%s", text)
		return nil
	}
	switch err := reader.Decode(&more); {
	case err == nil:
		d.Problems.Add(Position{d.File, more.Line, more.Column}, "one file holds one %s", d.Noun)
		return nil
	case !errors.Is(err, io.EOF):
		at, text := syntax(err)
		d.Problems.Add(Position{File: d.File, Line: at}, "%s", text)
		return nil
	}
	return doc.Content[0]
}

// syntax takes an error of the YAML reader apart: it knows the line only.
func syntax(err error) (line int, text string) {
	text = strings.Join(strings.Fields(err.Error()), " ")
	m := yamlLine.FindStringSubmatch(text)
	if m == nil {
		return 1, text
	}
	line, err = strconv.Atoi(m[1])
	if err != nil {
		line = 1
	}
	return line, text[len(m[0]):]
}

// Into decodes the only document of the data into a value with yaml tags, and refuses keys
// that it does not have. No document at all leaves the value as it is. The error is one
// line.
func Into(data []byte, value any) error {
	reader := yaml.NewDecoder(bytes.NewReader(data))
	reader.KnownFields(true)
	err := reader.Decode(value)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return errors.New(strings.TrimPrefix(strings.Join(strings.Fields(err.Error()), " "), "yaml: "))
	}
	if !errors.Is(reader.Decode(&yaml.Node{}), io.EOF) {
		return errors.New("one file holds one document")
	}
	return nil
}
