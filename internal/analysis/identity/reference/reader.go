package reference

import (
	"encoding/binary"
	"errors"
)

var (
	errShort = errors.New("the data ends too early")
	errIndex = errors.New("an entry names another that does not exist")
)

// reader takes values off the front of data. After the first error it returns zeros,
// so that err need be asked once.
type reader struct {
	data []byte
	err  error
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
	r.data = nil
}

func (r *reader) number() uint64 {
	v, n := binary.Uvarint(r.data)
	if n <= 0 {
		r.fail(errShort)
		return 0
	}
	r.data = r.data[n:]
	return v
}

// length returns the length of a list, whose entries take a byte each at least.
func (r *reader) length() int {
	n := r.number()
	if n > uint64(len(r.data)) {
		r.fail(errShort)
		return 0
	}
	return int(n)
}

func (r *reader) text() string {
	n := r.length()
	s := string(r.data[:n])
	r.data = r.data[n:]
	return s
}

// texts returns all texts; they share one block of memory.
func (r *reader) texts() []string {
	lengths, total := make([]int, r.length()), 0
	for i := range lengths {
		lengths[i] = r.length()
		total += lengths[i]
	}
	if total > len(r.data) {
		r.fail(errShort)
		return nil
	}
	block := string(r.data[:total])
	r.data = r.data[total:]
	texts := make([]string, len(lengths))
	for i, n := range lengths {
		texts[i], block = block[:n], block[n:]
	}
	return texts
}

// index returns an index below n.
func (r *reader) index(n int) int {
	i := r.number()
	if i >= uint64(n) {
		r.fail(errIndex)
		return 0
	}
	return int(i)
}

// at returns the entry of a list that the next number names.
func at[T any](r *reader, list []T) T {
	if i := r.index(len(list)); i < len(list) {
		return list[i]
	}
	var none T
	return none
}
