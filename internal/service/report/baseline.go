package report

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/json"
	"github.com/stance-sec/stance/internal/estate"
)

// baselineHead is the first line of a compact baseline.
const baselineHead = "# stance baseline 1"

// keySize is how many bytes a finding's key stands for.
const keySize = 12

type key [keySize]byte

// Baseline is the set of failures that are known already. It takes 12 bytes a failure
// and is safe for concurrent use.
type Baseline struct{ keys []key }

// ReadBaseline reads a saved JSON report, whose failures become the baseline, or a
// compact list as BaselineWriter makes it. Name is what errors call the file; they have
// CodeInvalid.
func ReadBaseline(name string, data io.Reader) (*Baseline, error) {
	in := bufio.NewReaderSize(data, 64<<10)
	head, err := in.Peek(1)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, estate.Errorf(estate.CodeIO, "read baseline "+name, "%w", err)
	}
	b := &Baseline{}
	if len(head) > 0 && head[0] == '#' {
		err = b.readList(in)
	} else {
		err = json.Read(in, &pass{finding: b.addFailure})
	}
	if err != nil {
		return nil, estate.Errorf(estate.CodeInvalid, "read baseline "+name, "%w", err).
			WithHint("give a JSON report that stance wrote, or a baseline it made")
	}
	slices.SortFunc(b.keys, compareKeys)
	b.keys = slices.Compact(b.keys)
	return b, nil
}

func compareKeys(a, b key) int { return bytes.Compare(a[:], b[:]) }

func (b *Baseline) add(text string) error {
	var k key
	if n, err := hex.Decode(k[:], []byte(text[:min(len(text), 2*keySize)])); err != nil || n != keySize || len(text) != 2*keySize {
		return fmt.Errorf("%.40q is no key of a finding", text)
	}
	b.keys = append(b.keys, k)
	return nil
}

func (b *Baseline) addFailure(f *estate.Finding) error {
	if f.Status != estate.Fail {
		return nil
	}
	return b.add(f.Key)
}

func (b *Baseline) readList(in io.Reader) error {
	lines := bufio.NewScanner(in)
	for n := 1; lines.Scan(); n++ {
		if n == 1 {
			if lines.Text() != baselineHead {
				return fmt.Errorf("line 1 is %.40q and not %q", lines.Text(), baselineHead)
			}
			continue
		}
		if err := b.add(lines.Text()); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return lines.Err()
}

// Len returns how many failures the baseline holds.
func (b *Baseline) Len() int { return len(b.keys) }

// Mark sets f.New on a failure that the baseline does not hold, and clears it otherwise.
func (b *Baseline) Mark(f *estate.Finding) { f.New = f.Status == estate.Fail && !b.has(f.Key) }

func (b *Baseline) has(text string) bool {
	var k key
	if len(text) != 2*keySize {
		return false
	}
	if _, err := hex.Decode(k[:], []byte(text)); err != nil {
		return false
	}
	_, found := slices.BinarySearchFunc(b.keys, k, compareKeys)
	return found
}

// NewBaselineWriter returns a handler that writes the keys of all failures to w, as a
// compact baseline.
func NewBaselineWriter(w io.Writer) output.Handler { return &baselineWriter{out: output.NewWriter(w)} }

type baselineWriter struct{ out *output.Writer }

func (h *baselineWriter) Begin(output.Run) error {
	h.out.Text(baselineHead, "\n")
	return h.out.Err()
}

func (h *baselineWriter) Coverage(estate.Coverage) error { return nil }

func (h *baselineWriter) Finding(f *estate.Finding) error {
	if f.Status == estate.Fail {
		h.out.Text(f.Key, "\n")
	}
	return h.out.Err()
}

func (h *baselineWriter) End(output.Summary) error { return h.out.Flush() }
