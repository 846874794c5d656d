package run

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/stance-sec/stance/internal/estate"
)

// syncEvery is how long what is committed may wait to be forced to the disk. A killed
// process loses nothing of it, a machine without power at most this much.
const syncEvery = time.Second

// Writer writes one run. It is safe for concurrent use.
type Writer struct {
	dir     string
	encoder *zstd.Encoder
	buffers sync.Pool
	lock    *os.File
	dropped []Damage
	stop    chan struct{}
	syncing sync.WaitGroup

	mu        sync.Mutex
	meta      Meta
	resources *os.File
	end       int64 // where the next frame goes
	file      *os.File
	ledger    *ledger
	dirty     bool
	syncErr   error
	closed    bool
}

// Create starts a run in dir, which must be empty or not exist. Only its owner can
// read it. A folder that holds something gives CodeInvalid, a disk that refuses CodeIO.
func Create(dir string, meta Meta) (*Writer, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, ioError(dir, err)
	}
	if len(entries) > 0 {
		return nil, estate.Errorf(estate.CodeInvalid, "save run "+dir, "the folder is not empty").
			WithHint("give a new folder, or resume the run in it")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, ioError(dir, err)
	}
	held, err := lock(dir)
	if err != nil {
		return nil, err
	}
	meta = meta.Redact()
	meta.Format, meta.Finished, meta.Seal = formatVersion, nil, nil
	w := &Writer{dir: dir, meta: meta, lock: held, ledger: &ledger{entries: map[estate.Scope]entry{}}}
	if err := w.open(); err != nil {
		return nil, errors.Join(err, held.Close())
	}
	if err := writeMeta(dir, meta); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// open opens the data files and starts what syncs them.
func (w *Writer) open() error {
	encoder, err := zstd.NewWriter(nil, zstd.WithWindowSize(frameSize), zstd.WithLowerEncoderMem(true), zstd.WithEncoderCRC(true))
	if err != nil {
		return estate.Errorf(estate.CodeInternal, "save run "+w.dir, "%w", err)
	}
	w.encoder = encoder
	w.resources, err = os.OpenFile(filepath.Join(w.dir, resourceFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return ioError(w.dir, err)
	}
	w.file, err = os.OpenFile(filepath.Join(w.dir, ledgerFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return errors.Join(ioError(w.dir, err), w.resources.Close())
	}
	w.stop = make(chan struct{})
	w.syncing.Go(w.keepSynced)
	return nil
}

// Meta returns what the run is about.
func (w *Writer) Meta() Meta {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.meta
}

// Coverage returns the scopes that count so far, sorted. After Resume these are those
// of the interrupted run, failed ones included.
func (w *Writer) Coverage() []estate.Coverage {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ledger.coverage()
}

// Dropped returns what Resume found damaged and therefore not read; nil after Create.
func (w *Writer) Dropped() []Damage { return w.dropped }

// Finish seals the run as ended at the time, and closes it.
func (w *Writer) Finish(at time.Time) error {
	if err := w.sync(); err != nil {
		return errors.Join(err, w.Close())
	}
	w.mu.Lock()
	if w.closed || w.syncErr != nil {
		err := w.syncErr
		w.mu.Unlock()
		return errors.Join(err, w.Close())
	}
	at = at.UTC()
	w.meta.Finished = &at
	w.meta.Seal = &Seal{Scopes: len(w.ledger.entries), LedgerBytes: w.ledger.size, ResourceBytes: w.end}
	meta := w.meta
	w.mu.Unlock()
	if err := w.Close(); err != nil {
		return err
	}
	return writeMeta(w.dir, meta)
}

// Close ends the run as interrupted: everything committed stays, and Resume goes on
// from there. It does nothing after Finish or Close.
func (w *Writer) Close() error {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return nil
	}
	w.closed = true
	w.mu.Unlock()
	close(w.stop)
	w.syncing.Wait()
	err := w.sync()
	return errors.Join(err, w.trim(), w.encoder.Close(), w.resources.Close(), w.file.Close(), w.lock.Close())
}

// trim cuts what a failed write may have left behind the ends.
func (w *Writer) trim() error {
	return errors.Join(ioErrorOrNil(w.dir, w.resources.Truncate(w.end)), ioErrorOrNil(w.dir, w.file.Truncate(w.ledger.size)))
}

// keepSynced forces to the disk what was committed, at most once in syncEvery.
func (w *Writer) keepSynced() {
	ticker := time.NewTicker(syncEvery)
	defer ticker.Stop()
	for {
		select {
		case <-w.stop:
			return
		case <-ticker.C:
			if err := w.sync(); err != nil {
				w.mu.Lock()
				w.syncErr = err // the next commit returns it
				w.mu.Unlock()
			}
		}
	}
}

// sync forces data before ledger, so that no line lasts longer than its frames.
func (w *Writer) sync() error {
	w.mu.Lock()
	dirty := w.dirty
	w.dirty = false
	w.mu.Unlock()
	if !dirty {
		return nil
	}
	if err := errors.Join(w.resources.Sync(), w.file.Sync()); err != nil {
		return ioError(w.dir, err)
	}
	return nil
}
