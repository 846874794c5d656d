package run

import (
	"errors"
	"os"
	"path/filepath"
	"sync"

	"github.com/klauspost/compress/zstd"

	"github.com/stance-sec/stance/internal/estate"
)

// Reader reads a saved run. It is safe for concurrent use.
type Reader struct {
	dir       string
	meta      Meta
	ledger    *ledger
	coverage  []estate.Coverage
	resources *os.File
	decoder   *zstd.Decoder
	buffers   sync.Pool
}

// Open opens the run in dir for reading. An interrupted run opens: it has the scopes
// that ended, and Meta has no Finished.
//
// A folder without a run gives CodeNotFound. A file that was cut or damaged gives one
// error of CodeInvalid that says where and how much can still be read; damage inside a
// frame is found by Verify, or when the frame is read.
func Open(dir string) (*Reader, error) {
	r, damage, err := open(dir)
	if err != nil {
		return nil, err
	}
	if len(damage) > 0 {
		return nil, errors.Join(damageError(dir, r.ledger, damage), r.Close())
	}
	return r, nil
}

// Salvage opens the run in dir and reads what is intact. Every frame is checked. A scope
// that is damaged becomes failed coverage without resources, with what is wrong as its
// detail; lines of the ledger that are lost are among the damage only. Its error is for
// folders in which there is nothing to salvage.
func Salvage(dir string) (*Reader, []Damage, error) {
	r, damage, err := open(dir)
	if err != nil {
		return nil, nil, err
	}
	short := map[estate.Scope]bool{}
	for _, d := range damage {
		short[d.Scope] = true
	}
	for _, d := range r.ledger.verify(r.resources) {
		if !short[d.Scope] {
			damage = append(damage, d)
		}
	}
	for _, d := range damage {
		if e, ok := r.ledger.entries[d.Scope]; ok {
			r.ledger.entries[d.Scope] = e.failed(d)
		}
	}
	r.coverage = r.ledger.coverage()
	return r, damage, nil
}

// failed is the entry of a scope whose saved resources are damaged.
func (e entry) failed(d Damage) entry {
	e.Status, e.Reason, e.Permissions = estate.CoverageFailed, estate.Malformed, nil
	e.Detail = "the saved data is damaged: " + d.Problem
	e.Resources, e.Unknowns, e.Frames = 0, 0, nil
	return e
}

func open(dir string) (*Reader, []Damage, error) {
	meta, err := ReadMeta(dir)
	if err != nil {
		return nil, nil, err
	}
	ledger, err := readLedger(dir)
	if err != nil {
		return nil, nil, err
	}
	file, err := os.Open(filepath.Join(dir, resourceFile))
	if err != nil {
		return nil, nil, estate.Errorf(estate.CodeIO, "open saved run "+dir, "%w", err)
	}
	r := &Reader{dir: dir, meta: meta, ledger: ledger, coverage: ledger.coverage(), resources: file}
	info, err := file.Stat()
	if err != nil {
		return nil, nil, errors.Join(estate.Errorf(estate.CodeIO, "open saved run "+dir, "%w", err), file.Close())
	}
	r.decoder, err = zstd.NewReader(nil, zstd.WithDecoderMaxMemory(packedLimit), zstd.WithDecoderConcurrency(0))
	if err != nil {
		return nil, nil, errors.Join(estate.Errorf(estate.CodeInternal, "open saved run "+dir, "%w", err), file.Close())
	}
	return r, ledger.measure(meta, info.Size()), nil
}

// Close frees the files. No other method may be called after it.
func (r *Reader) Close() error {
	r.decoder.Close()
	return ioErrorOrNil(r.dir, r.resources.Close())
}

// Meta returns what the run is about.
func (r *Reader) Meta() Meta { return r.meta }

// Interrupted reports whether the run did not end well: scopes are missing that
// nobody can name.
func (r *Reader) Interrupted() bool { return r.meta.Finished == nil }

// Coverage returns the ledger sorted by scope. The caller must not change it.
func (r *Reader) Coverage() []estate.Coverage { return r.coverage }

// Scopes returns the scopes of the ledger, sorted.
func (r *Reader) Scopes() []estate.Scope {
	scopes := make([]estate.Scope, len(r.coverage))
	for i := range r.coverage {
		scopes[i] = r.coverage[i].Scope
	}
	return scopes
}

// Verify reads every frame and returns the error of Open when one is damaged.
func (r *Reader) Verify() error {
	if damage := r.ledger.verify(r.resources); len(damage) > 0 {
		return damageError(r.dir, r.ledger, damage)
	}
	return nil
}

// Lines yields every line of the scopes that match, scope by scope in their order and
// by id inside a scope. A nil match takes all. It ends at the first error of yield and
// returns it. The line is valid only during the call.
func (r *Reader) Lines(match func(estate.Scope) bool, yield func(estate.Scope, []byte) error) error {
	for i := range r.coverage {
		scope := r.coverage[i].Scope
		if match != nil && !match(scope) {
			continue
		}
		if err := r.Each(scope, func(line []byte) error { return yield(scope, line) }); err != nil {
			return err
		}
	}
	return nil
}

func (r *Reader) damaged(scope estate.Scope, f frame, err error) error {
	d := Damage{Scope: scope, File: resourceFile, Offset: f.Offset, Problem: err.Error()}
	return damageError(r.dir, r.ledger, []Damage{d})
}
