//go:build unix

package run

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"

	"github.com/stance-sec/stance/internal/estate"
)

// lock takes the run for this process. The system frees it when the process ends.
func lock(dir string) (*os.File, error) {
	file, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, ioError(dir, err)
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return file, nil
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = estate.Errorf(estate.CodeInvalid, "save run "+dir, "another process is writing it").
			WithHint("wait for it or stop it; each run has one writer")
	} else {
		err = ioError(dir, err)
	}
	return nil, errors.Join(err, file.Close())
}
