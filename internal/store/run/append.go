package run

import (
	"encoding/binary"
	"errors"
	"hash/crc32"

	"github.com/stance-sec/stance/internal/estate"
)

// append compresses data and writes it as a frame.
func (w *Writer) append(f frame, data []byte) (frame, error) {
	packed := w.takeBuffer()
	defer w.giveBuffer(packed)
	packed.data = w.encoder.EncodeAll(data, packed.data)
	f.Length = int64(len(packed.data))
	f.CRC32C = crc32.Checksum(packed.data, castagnoli())
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return f, estate.Errorf(estate.CodeInternal, "save run "+w.dir, "the run is closed")
	}
	f.Offset = w.end
	if _, err := w.resources.WriteAt(packed.data, w.end); err != nil {
		return f, ioError(w.dir, err) // the next frame goes over what was written
	}
	w.end = f.end()
	w.dirty = true
	return f, nil
}

// commit writes the line of a scope and buries the frames it replaces.
func (w *Writer) commit(e entry) error {
	line, err := e.encode()
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return estate.Errorf(estate.CodeInternal, "save run "+w.dir, "the run is closed")
	}
	if w.syncErr != nil {
		return w.syncErr
	}
	if _, err := w.file.WriteAt(line, w.ledger.size); err != nil {
		return errors.Join(ioError(w.dir, err), ioErrorOrNil(w.dir, w.file.Truncate(w.ledger.size)))
	}
	replaced := w.ledger.entries[e.Scope].Frames
	w.ledger.entries[e.Scope] = e
	w.ledger.size += int64(len(line))
	w.ledger.lines++
	w.dirty = true
	return w.buryLocked(replaced)
}

func (w *Writer) bury(frames []frame) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return nil // Resume buries what no line points at
	}
	return w.buryLocked(frames)
}

// skippable is the first of the magic numbers of frames that every zstd reader skips.
const skippable = 0x184D2A50

// buryLocked overwrites the head of frames so that readers of the bare file skip them.
func (w *Writer) buryLocked(frames []frame) error {
	for _, f := range frames {
		var head [8]byte
		binary.LittleEndian.PutUint32(head[:], skippable)
		binary.LittleEndian.PutUint32(head[4:], uint32(f.Length-8)) // a frame is longer than its head and far under 4 GiB
		if _, err := w.resources.WriteAt(head[:], f.Offset); err != nil {
			return ioError(w.dir, err)
		}
		w.dirty = true
	}
	return nil
}

func (w *Writer) takeBuffer() *buffer {
	if b, ok := w.buffers.Get().(*buffer); ok {
		return b
	}
	return &buffer{}
}

// giveBuffer keeps b for the next frame, unless one huge line made it huge.
func (w *Writer) giveBuffer(b *buffer) {
	if cap(b.data) > 4*frameSize {
		return
	}
	clear(b.lines) // the ids would stay alive
	b.data, b.lines = b.data[:0], b.lines[:0]
	w.buffers.Put(b)
}
