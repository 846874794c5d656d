// Package spool keeps text apart by key while it comes in mixed, and gives it back key
// by key. It holds a bounded amount of it in memory and the rest in a temporary file.
package spool

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
)

// chunk is how much of one key is kept in memory.
const chunk = 32 << 10

// Spool keeps text by key. The zero value is ready; it must be closed. It is not safe
// for concurrent use.
type Spool struct {
	keys map[string]*entry
	file *os.File
	end  int64
}

type entry struct {
	buffer []byte
	pieces []piece
}

type piece struct{ offset, length int64 }

// Add appends text to what is kept for key.
func (s *Spool) Add(key, text string) error {
	if s.keys == nil {
		s.keys = map[string]*entry{}
	}
	e := s.keys[key]
	if e == nil {
		e = &entry{}
		s.keys[key] = e
	}
	e.buffer = append(e.buffer, text...)
	if len(e.buffer) < chunk {
		return nil
	}
	return s.spill(e)
}

func (s *Spool) spill(e *entry) error {
	if s.file == nil {
		file, err := os.CreateTemp("", "stance-report-*")
		if err != nil {
			return spoolError(err)
		}
		// Where an open file can lose its name, it is gone even when nobody calls Close.
		_ = os.Remove(file.Name())
		s.file = file
	}
	if _, err := s.file.WriteAt(e.buffer, s.end); err != nil {
		return spoolError(err)
	}
	e.pieces = append(e.pieces, piece{s.end, int64(len(e.buffer))})
	s.end += int64(len(e.buffer))
	e.buffer = e.buffer[:0]
	return nil
}

// Keys returns the keys that have text, sorted.
func (s *Spool) Keys() []string {
	keys := make([]string, 0, len(s.keys))
	for key := range s.keys {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// WriteTo writes the text of key to w in the order it was added.
func (s *Spool) WriteTo(w io.Writer, key string) error {
	e := s.keys[key]
	if e == nil {
		return nil
	}
	for _, p := range e.pieces {
		if _, err := io.Copy(w, io.NewSectionReader(s.file, p.offset, p.length)); err != nil {
			return err
		}
	}
	_, err := w.Write(e.buffer)
	return err
}

// Close removes the temporary file.
func (s *Spool) Close() error {
	if s.file == nil {
		return nil
	}
	file := s.file
	s.file = nil
	err := file.Close()
	if removing := os.Remove(file.Name()); err == nil && !errors.Is(removing, fs.ErrNotExist) {
		err = removing
	}
	return err
}

func spoolError(err error) error {
	return estate.Errorf(estate.CodeIO, "sort a report in "+os.TempDir(), "%w", err).
		WithHint("free space there, or set TMPDIR to a roomier folder")
}
