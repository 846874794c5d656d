package run

import (
	"errors"
	"syscall"

	"github.com/stance-sec/stance/internal/estate"
)

// ioError is a disk that refused while a run was written.
func ioError(dir string, err error) *estate.Error {
	e := estate.Errorf(estate.CodeIO, "save run "+dir, "%w", err)
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return e.WithHint("free space and resume: every scope that ended before is kept")
	}
	return e
}

func ioErrorOrNil(dir string, err error) error {
	if err == nil {
		return nil
	}
	return ioError(dir, err)
}
