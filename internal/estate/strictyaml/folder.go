package strictyaml

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
)

// Folder is where files of a kind stand.
type Folder struct {
	// FS holds the folder Root.
	FS   fs.FS
	Root string
	// Shown is what the reader knows the folder as.
	Shown string
	// Noun is what a file is, such as check.
	Noun string
}

// File is one file of a folder.
type File struct {
	// Name is its path in the file system, Shown the path that the reader knows.
	Name, Shown string
	// ID is the path below the folder without its ending, with dashes: aws/s3/log.yaml
	// is aws-s3-log.
	ID   string
	Data []byte
}

// Walk calls visit with each file below the folder that ends in .yaml, but not in
// .test.yaml, which hold cases, in the order of fs.WalkDir. A folder that cannot be read is
// estate.CodeIO, and one that does not exist estate.CodeNotFound.
func (f Folder) Walk(visit func(File)) error {
	err := fs.WalkDir(f.FS, f.Root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() || path.Ext(name) != ".yaml" || strings.HasSuffix(name, ".test.yaml") {
			return nil
		}
		data, err := fs.ReadFile(f.FS, name)
		if err != nil {
			return err
		}
		below := f.below(name)
		visit(File{Name: name, Shown: path.Join(f.Shown, below), ID: ID(below), Data: data})
		return nil
	})
	if err == nil {
		return nil
	}
	code := estate.CodeIO
	if errors.Is(err, fs.ErrNotExist) {
		code = estate.CodeNotFound
	}
	return estate.Errorf(code, fmt.Sprintf("read %ss below %q", f.Noun, f.Shown), "%w", err).
		WithHint("give a folder that holds " + f.Noun + " files (*.yaml)")
}

func (f Folder) below(name string) string {
	if f.Root == "." {
		return name
	}
	return strings.TrimPrefix(strings.TrimPrefix(name, path.Clean(f.Root)), "/")
}

// ID turns the path of a file below its folder, such as aws/s3/log.yaml, into aws-s3-log.
func ID(below string) string {
	return strings.ReplaceAll(strings.TrimSuffix(below, ".yaml"), "/", "-")
}
