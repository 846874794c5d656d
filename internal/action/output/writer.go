package output

import (
	"bufio"
	"errors"
	"io"
	"syscall"

	"github.com/stance-sec/stance/internal/estate"
)

// Writer buffers what a format writes and remembers the first error, so that a format
// writes freely and reports Err once per call of its Handler.
type Writer struct {
	buf *bufio.Writer
	err error
}

// NewWriter returns a Writer on w.
func NewWriter(w io.Writer) *Writer { return &Writer{buf: bufio.NewWriterSize(w, 64<<10)} }

// Write implements io.Writer. After an error it writes nothing more.
func (w *Writer) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	n, err := w.buf.Write(p)
	w.Fail(err)
	return n, w.err
}

// Text writes the strings one after the other.
func (w *Writer) Text(parts ...string) {
	for _, part := range parts {
		if w.err != nil {
			return
		}
		_, err := w.buf.WriteString(part)
		w.Fail(err)
	}
}

// Bytes writes data.
func (w *Writer) Bytes(data []byte) { _, _ = w.Write(data) } // the error is kept for Err

// Err returns the first error, nil when there is none.
func (w *Writer) Err() error { return w.err }

// Flush writes what is buffered and returns the first error of all.
func (w *Writer) Flush() error {
	if w.err == nil {
		w.Fail(w.buf.Flush())
	}
	return w.err
}

// Fail makes err the error of the Writer unless it is nil or there is one already. An
// error without a code gets CodeIO.
func (w *Writer) Fail(err error) {
	if err == nil || w.err != nil {
		return
	}
	var coded *estate.Error
	if errors.As(err, &coded) {
		w.err = err
		return
	}
	e := estate.Errorf(estate.CodeIO, "write report", "%w", err)
	if errors.Is(err, syscall.ENOSPC) {
		e = e.WithHint("free space on the disk and run again")
	}
	w.err = e
}
