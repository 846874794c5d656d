package run

import (
	"cmp"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
)

// Resume opens the run in dir to go on with it. A torn last line of the ledger, frames
// that no line points at, and scopes whose data is damaged are dropped; Coverage then
// lists the scopes that need not be read again, and Dropped what was damaged.
//
// A run that another process writes gives CodeInvalid, a folder without a run
// CodeNotFound, a disk that refuses CodeIO.
func Resume(dir string) (*Writer, error) {
	meta, err := ReadMeta(dir)
	if err != nil {
		return nil, err
	}
	held, err := lock(dir)
	if err != nil {
		return nil, err
	}
	w := &Writer{dir: dir, meta: meta, lock: held}
	if err := w.recover(); err != nil {
		return nil, errors.Join(err, held.Close())
	}
	if err := w.open(); err != nil {
		return nil, errors.Join(err, held.Close())
	}
	if err := w.clean(); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	w.meta.Finished, w.meta.Seal = nil, nil
	if err := writeMeta(dir, w.meta); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// recover reads the ledger and drops the scopes whose frames do not hold.
func (w *Writer) recover() error {
	ledger, err := readLedger(w.dir)
	if err != nil {
		return err
	}
	resources, err := os.OpenFile(filepath.Join(w.dir, resourceFile), os.O_RDONLY|os.O_CREATE, 0o600)
	if err != nil {
		return ioError(w.dir, err)
	}
	defer resources.Close() //nolint:errcheck // opened for reading: nothing to lose
	damage := ledger.verify(resources)
	for _, d := range damage {
		delete(ledger.entries, d.Scope)
	}
	w.ledger, w.dropped = ledger, slices.Concat(ledger.damage, damage)
	if len(w.dropped) == 0 {
		return nil
	}
	return w.rewriteLedger()
}

// rewriteLedger replaces the ledger by one with only the lines that hold.
func (w *Writer) rewriteLedger() error {
	var data []byte
	for _, c := range w.ledger.coverage() {
		line, err := w.ledger.entries[c.Scope].encode()
		if err != nil {
			return err
		}
		data = append(data, line...)
	}
	path := filepath.Join(w.dir, ledgerFile)
	if err := writeSynced(path+".part", data); err != nil {
		return errors.Join(ioError(w.dir, err), remove(path+".part"))
	}
	if err := os.Rename(path+".part", path); err != nil {
		return errors.Join(ioError(w.dir, err), remove(path+".part"))
	}
	w.ledger.size, w.ledger.lines = int64(len(data)), len(w.ledger.entries)
	return nil
}

// clean cuts torn ends and buries every byte that no line points at.
func (w *Writer) clean() error {
	var frames []frame
	for _, e := range w.ledger.entries {
		frames = append(frames, e.Frames...)
	}
	slices.SortFunc(frames, func(a, b frame) int { return cmp.Compare(a.Offset, b.Offset) })
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, f := range frames {
		if err := w.buryGap(w.end, f.Offset); err != nil {
			return err
		}
		w.end = f.end()
	}
	w.dirty = true
	return w.trim()
}

// gapLimit is the most that one skippable frame can hide.
const gapLimit = 1 << 31

// buryGap hides the bytes from start to end from readers of the bare file. What is too
// short for the head of a frame was never one and cannot occur in a sound run.
func (w *Writer) buryGap(start, end int64) error {
	for end-start >= 8 {
		length := min(end-start, gapLimit)
		if rest := end - start - length; rest > 0 && rest < 8 {
			length -= 8
		}
		var head [8]byte
		binary.LittleEndian.PutUint32(head[:], skippable)
		binary.LittleEndian.PutUint32(head[4:], uint32(length-8)) // at most gapLimit
		if _, err := w.resources.WriteAt(head[:], start); err != nil {
			return ioError(w.dir, err)
		}
		start += length
	}
	return nil
}

// Done reports whether the scope's reading ended well before: it need not be read again.
func (w *Writer) Done(scope estate.Scope) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	e, ok := w.ledger.entries[scope]
	return ok && e.Status != estate.CoverageFailed
}
