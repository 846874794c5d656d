package escalate

import (
	"io/fs"

	"github.com/stance-sec/stance/internal/estate/strictyaml"
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
	found := &strictyaml.Problems{}
	folder := strictyaml.Folder{FS: fsys, Root: root, Shown: root, Noun: "escalation rule"}
	err := folder.Walk(func(f strictyaml.File) { rules = append(rules, read(found, f.Shown, f.ID, f.Data)) })
	if err != nil {
		return nil, err
	}
	if err := found.Err(); err != nil {
		return nil, err
	}
	return rules, nil
}

// Parse reads the one rule of a file. Errors are those of Load.
func Parse(name string, data []byte) (Rule, error) {
	found := &strictyaml.Problems{}
	r := read(found, name, strictyaml.ID(name), data)
	if err := found.Err(); err != nil {
		return Rule{}, err
	}
	return r, nil
}

// read returns the rule of a file and adds what is wrong to found.
func read(found *strictyaml.Problems, name, id string, data []byte) Rule {
	d := &decoder{strictyaml.Decoder{File: name, Noun: "rule", Problems: found}}
	root := d.strict.Root(data, maxFile)
	if root == nil {
		return Rule{}
	}
	r := d.rule(root)
	r.ID = id
	return r
}
