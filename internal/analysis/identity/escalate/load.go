package escalate

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/estate"
)

// maxFile is the largest rule file that is read, in bytes.
const maxFile = 1 << 18

// Load reads every rule below root, in the order of their paths: files that end in
// .yaml, but not in .test.yaml, which hold cases.
//
// A file that is no rule is refused: the error joins one *estate.Error with
// estate.CodeInvalid per problem, each starting with file:line:column, and no rule is
// returned. A root that cannot be read is estate.CodeIO, or estate.CodeNotFound.
func Load(fsys fs.FS, root string) ([]Rule, error) {
	var rules []Rule
	var found []problem
	err := fs.WalkDir(fsys, root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() || path.Ext(name) != ".yaml" || strings.HasSuffix(name, ".test.yaml") {
			return nil
		}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		d := &decoder{file: name}
		r := d.read(data)
		r.ID = idOf(root, name)
		rules, found = append(rules, r), append(found, d.problems...)
		return nil
	})
	if err != nil {
		code := estate.CodeIO
		if errors.Is(err, fs.ErrNotExist) {
			code = estate.CodeNotFound
		}
		return nil, estate.Errorf(code, fmt.Sprintf("read escalation rules below %q", root), "%w", err)
	}
	if len(found) > 0 {
		return nil, join(found)
	}
	return rules, nil
}

// Parse reads the one rule of a file. Errors are those of Load.
func Parse(name string, data []byte) (Rule, error) {
	d := &decoder{file: name}
	r := d.read(data)
	r.ID = idOf(".", name)
	if len(d.problems) > 0 {
		return Rule{}, join(d.problems)
	}
	return r, nil
}

// idOf turns aws/lambda/create-function.yaml into aws-lambda-create-function.
func idOf(root, name string) string {
	if root != "." {
		name = strings.TrimPrefix(strings.TrimPrefix(name, path.Clean(root)), "/")
	}
	return strings.ReplaceAll(strings.TrimSuffix(name, ".yaml"), "/", "-")
}

// problem is what is wrong at a place; line and column count from 1.
type problem struct {
	file         string
	line, column int
	text         string
}

func join(found []problem) error {
	slices.SortStableFunc(found, func(a, b problem) int {
		if c := strings.Compare(a.file, b.file); c != 0 {
			return c
		}
		return (a.line-b.line)*maxFile + a.column - b.column
	})
	list := make([]error, len(found))
	for i, p := range found {
		list[i] = estate.Errorf(estate.CodeInvalid, fmt.Sprintf("%s:%d:%d", p.file, p.line, p.column), "%s", p.text)
	}
	return errors.Join(list...)
}

// read returns the rule of a file; what is wrong is in d.problems.
func (d *decoder) read(data []byte) Rule {
	if len(data) > maxFile {
		d.problems = append(d.problems, problem{d.file, 1, 1, fmt.Sprintf("a file of %d bytes is no rule: the limit is %d", len(data), maxFile)})
		return Rule{}
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	if err := dec.Decode(&doc); err != nil {
		line, text := 1, strings.TrimPrefix(err.Error(), "yaml: ")
		if _, err := fmt.Sscanf(text, "line %d:", &line); err == nil {
			_, text, _ = strings.Cut(text, ": ")
		}
		if text == "EOF" {
			text = "the file is empty"
		}
		d.problems = append(d.problems, problem{d.file, line, 1, text})
		return Rule{}
	}
	if dec.Decode(&more) == nil {
		d.fail(&more, "one file holds one rule")
		return Rule{}
	}
	return d.rule(doc.Content[0])
}
