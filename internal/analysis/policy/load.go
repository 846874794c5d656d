package policy

import (
	"io/fs"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate/strictyaml"
)

// maxFile is the largest check file that is read: a file beyond it is no check.
const maxFile = 1 << 20

// noun is what a file is.
const noun = "check"

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
	folder := strictyaml.Folder{FS: fsys, Root: root, Shown: shown, Noun: noun}
	err := folder.Walk(func(f strictyaml.File) {
		if s, ok := parse(found, f.Shown, f.ID, f.Data); ok {
			s.Path = f.Name
			sources = append(sources, s)
		}
	})
	if err != nil {
		return nil, err
	}
	if err := found.Err(); err != nil {
		return nil, err
	}
	slices.SortFunc(sources, func(a, b Source) int { return strings.Compare(a.Path, b.Path) })
	return sources, nil
}

// Parse reads one check from the text of a file. Errors are those of Load.
func Parse(name, id string, data []byte) (Source, error) {
	found := &problems{}
	s, _ := parse(found, name, id, data)
	if err := found.Err(); err != nil {
		return Source{}, err
	}
	return s, nil
}

// parse adds what is wrong to found and reports whether the source can be used.
func parse(found *problems, name, id string, data []byte) (Source, bool) {
	before := found.Len()
	if !checkID.MatchString(id) {
		found.Add(position{File: name}, "the path makes the id %q: use lower-case words and digits joined by dashes", id)
	}
	d := &decoder{Decoder: &strictyaml.Decoder{File: name, Noun: noun, Problems: found}, lines: strings.Split(string(data), "\n")}
	root := d.Root(data, maxFile)
	if root == nil {
		return Source{}, false
	}
	file := d.decodeCheck(root)
	return Source{ID: id, Path: name, file: file}, found.Len() == before
}
