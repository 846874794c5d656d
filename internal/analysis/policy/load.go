package policy

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/estate"
)

// maxFile is the largest check file that is read: a file beyond it is no check.
const maxFile = 1 << 20

// Source is one check file that was read. It holds no compiled expression yet.
type Source struct {
	// ID is the path below the root with dashes, such as aws-s3-bucket-logging.
	ID string
	// Path is where the file stands in the file system it was read from.
	Path string
	file *checkFile
}

// CheckIDs returns the ids of the checks that the file makes: one, or one per row.
func (s *Source) CheckIDs() []string {
	if len(s.file.rows) == 0 {
		return []string{s.ID}
	}
	ids := make([]string, len(s.file.rows))
	for i := range s.file.rows {
		ids[i] = s.rowID(&s.file.rows[i])
	}
	return ids
}

// Deprecated reports whether the file only keeps its ids taken.
func (s *Source) Deprecated() bool { return s.file.deprecated.set() }

func (s *Source) rowID(r *rowDecl) string {
	if r.name.set() {
		return r.name.value
	}
	return s.ID + "-" + r.id.value
}

// Load reads every check below root, sorted by path: files that end in .yaml, but
// not in .test.yaml, which hold the cases of the check beside them.
//
// A file that is no check (broken YAML, a key that is unknown, missing or of the
// wrong kind) is refused. The error then joins one *estate.Error with
// estate.CodeInvalid per problem of any file, each starting with file:line:col, and
// no source is returned. A root that cannot be read is estate.CodeIO, and one that
// does not exist estate.CodeNotFound.
func Load(fsys fs.FS, root string) ([]Source, error) { return LoadFrom(fsys, root, root) }

// LoadFrom is Load for a folder that its reader knows under another name than root:
// errors start with shown in place of root. For --checks DIR it is
// LoadFrom(os.DirFS(dir), ".", dir).
func LoadFrom(fsys fs.FS, root, shown string) ([]Source, error) {
	var sources []Source
	found := &problems{}
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
		below := belowRoot(root, name)
		if s, ok := parse(found, path.Join(shown, below), idOf(below), data); ok {
			s.Path = name
			sources = append(sources, s)
		}
		return nil
	})
	if err != nil {
		return nil, readError(shown, err)
	}
	if err := found.err(); err != nil {
		return nil, err
	}
	slices.SortFunc(sources, func(a, b Source) int { return strings.Compare(a.Path, b.Path) })
	return sources, nil
}

func readError(root string, err error) error {
	code := estate.CodeIO
	if errors.Is(err, fs.ErrNotExist) {
		code = estate.CodeNotFound
	}
	return estate.Errorf(code, "read checks below "+strconv.Quote(root), "%w", err).
		WithHint("give a folder that holds check files (*.yaml)")
}

// Parse reads one check from the text of a file. Errors are those of Load.
func Parse(name, id string, data []byte) (Source, error) {
	found := &problems{}
	s, _ := parse(found, name, id, data)
	if err := found.err(); err != nil {
		return Source{}, err
	}
	return s, nil
}

// parse adds what is wrong to found and reports whether the source can be used.
func parse(found *problems, name, id string, data []byte) (Source, bool) {
	before := len(found.list)
	if len(data) > maxFile {
		found.add(position{file: name}, "a file of %d bytes is no check: the limit is %d", len(data), maxFile)
		return Source{}, false
	}
	if !checkID.MatchString(id) {
		found.add(position{file: name}, "the path makes the id %q: use lower-case words and digits joined by dashes", id)
	}
	root := parseYAML(found, name, data)
	if root == nil {
		return Source{}, false
	}
	d := &decoder{path: name, lines: strings.Split(string(data), "\n"), problems: found}
	file := d.decodeCheck(root)
	return Source{ID: id, Path: name, file: file}, len(found.list) == before
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// parseYAML returns the root node of the only document in the data, or nil.
func parseYAML(found *problems, name string, data []byte) *yaml.Node {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	if err := dec.Decode(&doc); err != nil {
		at := position{file: name, line: 1}
		text := err.Error()
		if m := yamlLine.FindStringSubmatch(text); m != nil {
			if line, err := strconv.Atoi(m[1]); err == nil {
				at.line = line
			}
			text = text[len(m[0]):]
		}
		if text == "EOF" {
			text = "the file is empty"
		}
		found.add(at, "%s", text)
		return nil
	}
	var more yaml.Node
	if dec.Decode(&more) == nil {
		found.add(position{name, more.Line, more.Column}, "one file holds one document")
		return nil
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		found.add(position{file: name, line: 1}, "the file is empty")
		return nil
	}
	return doc.Content[0]
}

func belowRoot(root, name string) string {
	if root == "." {
		return name
	}
	return strings.TrimPrefix(strings.TrimPrefix(name, path.Clean(root)), "/")
}

// idOf turns aws/s3/bucket-logging.yaml into aws-s3-bucket-logging.
func idOf(below string) string {
	return strings.ReplaceAll(strings.TrimSuffix(below, ".yaml"), "/", "-")
}
