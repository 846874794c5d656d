package run

import (
	"bufio"
	"errors"
	"io"
	"os"

	"github.com/klauspost/compress/s2"

	"github.com/stance-sec/stance/internal/estate"
)

// eachSpilled merges more sources than memory should hold: groups of them go to sorted
// temporary files, which are merged in turn.
func (r *Reader) eachSpilled(sources []source, yield func([]byte) error) (err error) {
	var files []*os.File
	defer func() {
		for _, file := range files {
			err = errors.Join(err, file.Close(), remove(file.Name()))
		}
	}()
	for len(sources) > mergeLimit {
		var runs []source
		for len(sources) > 0 {
			n := min(mergeLimit, len(sources))
			file, err := os.CreateTemp("", "stance-sort-*")
			if err != nil {
				return spillError(err)
			}
			files = append(files, file)
			if err := spill(file, sources[:n]); err != nil {
				return err
			}
			runs = append(runs, newSpillSource(file))
			sources = sources[n:]
		}
		sources = runs
	}
	return merge(sources, yield)
}

// spill writes the merged sources to the file and goes back to its start.
func spill(file *os.File, sources []source) error {
	out := s2.NewWriter(file, s2.WriterBlockSize(64<<10), s2.WriterConcurrency(1))
	err := merge(sources, func(line []byte) error {
		if _, err := out.Write(line); err != nil {
			return spillError(err)
		}
		if _, err := out.Write([]byte("\n")); err != nil {
			return spillError(err)
		}
		return nil
	})
	if err := errors.Join(err, out.Close()); err != nil {
		return err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return spillError(err)
	}
	return nil
}

func spillError(err error) error {
	return estate.Errorf(estate.CodeIO, "sort a large scope in "+os.TempDir(), "%w", err).
		WithHint("free space there, or set TMPDIR to a roomier folder")
}

// spillSource reads a sorted temporary file.
type spillSource struct {
	in      *bufio.Reader
	current []byte
	key     string
}

func newSpillSource(file *os.File) *spillSource {
	unpacked := s2.NewReader(file, s2.ReaderMaxBlockSize(64<<10), s2.ReaderAllocBlock(64<<10))
	return &spillSource{in: bufio.NewReaderSize(unpacked, 64<<10)}
}

func (s *spillSource) first() string { return "" }
func (s *spillSource) id() string    { return s.key }
func (s *spillSource) line() []byte  { return s.current }

func (s *spillSource) next() (bool, error) {
	s.current = s.current[:0]
	for {
		part, err := s.in.ReadSlice('\n')
		s.current = append(s.current, part...)
		switch {
		case err == nil:
			s.current = s.current[:len(s.current)-1]
			s.key, err = lineID(s.current)
			return err == nil, err
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(s.current) == 0:
			return false, nil
		default:
			return false, spillError(err)
		}
	}
}
