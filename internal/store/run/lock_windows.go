package run

import (
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/sys/windows"

	"github.com/stance-sec/stance/internal/estate"
)

// lock takes the run for this process. The system frees it when the process ends.
func lock(dir string) (*os.File, error) {
	file, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, ioError(dir, err)
	}
	flags := uint32(windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY)
	err = windows.LockFileEx(windows.Handle(file.Fd()), flags, 0, 1, 0, &windows.Overlapped{})
	if err == nil {
		return file, nil
	}
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		err = estate.Errorf(estate.CodeInvalid, "save run "+dir, "another process is writing it").
			WithHint("wait for it or stop it; each run has one writer")
	} else {
		err = ioError(dir, err)
	}
	return nil, errors.Join(err, file.Close())
}
