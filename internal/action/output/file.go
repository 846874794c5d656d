package output

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/stance-sec/stance/internal/estate"
)

// File is a report on its way to a path. What is written goes to a temporary file
// beside the target; Commit puts it in place in one step. Until then, and after
// Discard or a crash, the target is what it was before.
type File struct {
	file   *os.File
	target string
	direct bool // the target is a pipe or device: there is nothing to replace
}

// CreateFile starts a report that will stand at path. A new file is readable by its
// owner only, since a report names what is open; a replaced file keeps its mode. A
// path that is a pipe or a device is written directly. Errors have CodeIO.
func CreateFile(path string) (*File, error) {
	target, mode, regular, err := resolve(path)
	if err != nil {
		return nil, fileError(path, err)
	}
	if !regular {
		file, err := os.OpenFile(target, os.O_WRONLY, 0)
		if err != nil {
			return nil, fileError(path, err)
		}
		return &File{file: file, target: path, direct: true}, nil
	}
	file, err := os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+".*.part")
	if err != nil {
		return nil, fileError(path, err)
	}
	if err := file.Chmod(mode); err != nil {
		return nil, errors.Join(fileError(path, err), file.Close(), os.Remove(file.Name()))
	}
	return &File{file: file, target: target}, nil
}

// resolve follows symbolic links, so that the file behind a link is replaced and the
// link stays.
func resolve(path string) (target string, mode fs.FileMode, regular bool, err error) {
	target = path
	if real, err := filepath.EvalSymlinks(path); err == nil {
		target = real
	}
	info, err := os.Stat(target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return target, 0o600, true, nil
	case err != nil:
		return "", 0, false, err
	case info.IsDir():
		return "", 0, false, syscall.EISDIR
	}
	return target, info.Mode().Perm(), info.Mode().IsRegular(), nil
}

// Write implements io.Writer. Errors have CodeIO and name the path.
func (f *File) Write(p []byte) (int, error) {
	n, err := f.file.Write(p)
	if err != nil {
		return n, fileError(f.target, err)
	}
	return n, nil
}

// Commit puts the report in place. When it fails, the target is unchanged and the
// temporary file is gone.
func (f *File) Commit() error {
	if f.direct {
		return fileErrorOrNil(f.target, f.file.Close())
	}
	if err := f.file.Sync(); err != nil {
		return errors.Join(fileError(f.target, err), f.Discard())
	}
	if err := f.file.Close(); err != nil {
		return errors.Join(fileError(f.target, err), os.Remove(f.file.Name()))
	}
	if err := os.Rename(f.file.Name(), f.target); err != nil {
		return errors.Join(fileError(f.target, err), os.Remove(f.file.Name()))
	}
	return nil
}

// Discard throws away what was written and leaves the target as it was. It does
// nothing after Commit.
func (f *File) Discard() error {
	err := f.file.Close()
	if errors.Is(err, os.ErrClosed) {
		return nil
	}
	if f.direct {
		return fileErrorOrNil(f.target, err)
	}
	return fileErrorOrNil(f.target, errors.Join(err, os.Remove(f.file.Name())))
}

func fileErrorOrNil(path string, err error) error {
	if err == nil {
		return nil
	}
	return fileError(path, err)
}

func fileError(path string, err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		err = pathErr.Err
	}
	e := estate.Errorf(estate.CodeIO, "write report "+path, "%w", err)
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return e.WithHint("free space or give another --out; a report already there was not touched")
	case errors.Is(err, fs.ErrNotExist):
		return e.WithHint("make the folder first")
	case errors.Is(err, fs.ErrPermission):
		return e.WithHint("give a path you may write to")
	}
	return e
}
