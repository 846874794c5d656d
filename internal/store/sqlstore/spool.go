package sqlstore

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

// maxSpool is how many bytes of a spool stay in memory.
const maxSpool = 4 << 20

// spool holds records in memory, and in a file that only this process can read when they
// are many.
type spool struct {
	memory []byte
	// flushed is how many bytes went to the file before those in memory.
	flushed int64
	file    *os.File
}

// add keeps a record and returns where it is.
func (s *spool) add(record []byte) (int64, error) {
	if len(s.memory)+len(record) > maxSpool {
		if err := s.flush(); err != nil {
			return 0, err
		}
	}
	at := s.flushed + int64(len(s.memory))
	s.memory = append(s.memory, record...)
	return at, nil
}

func (s *spool) flush() error {
	if s.file == nil {
		f, err := os.CreateTemp("", "stance-spool-*")
		if err != nil {
			return err
		}
		s.file = f
		_ = os.Remove(f.Name()) // it goes when the process does; where that fails, close removes it
	}
	n, err := s.file.WriteAt(s.memory, s.flushed)
	if err != nil {
		return fmt.Errorf("write the spool: %w", err)
	}
	s.flushed += int64(n)
	s.memory = s.memory[:0]
	return nil
}

// get returns the record at a place.
func (s *spool) get(at int64, size int32) (record, error) {
	raw := make([]byte, size)
	if at >= s.flushed {
		copy(raw, s.memory[at-s.flushed:])
		return unframe(raw)
	}
	if _, err := s.file.ReadAt(raw, at); err != nil {
		return record{}, fmt.Errorf("read the spool: %w", err)
	}
	return unframe(raw)
}

func (s *spool) close() error {
	s.memory = nil
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	if gone := os.Remove(s.file.Name()); gone != nil && !errors.Is(gone, os.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	s.file = nil
	return err
}

func frame(head, body []byte) []byte {
	raw := make([]byte, 0, 4+len(head)+len(body))
	raw = binary.BigEndian.AppendUint32(raw, uint32(len(head)))
	return append(append(raw, head...), body...)
}

func unframe(raw []byte) (record, error) {
	var r record
	n := int(binary.BigEndian.Uint32(raw))
	if err := json.Unmarshal(raw[4:4+n], &r); err != nil {
		return r, err
	}
	r.body = raw[4+n:]
	return r, nil
}
