package run

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
)

// packedLimit bounds the length of a frame: no line is longer than lineLimit.
const packedLimit = lineLimit + 4*frameSize

// fetch reads the packed bytes of f into buf and checks them.
func fetch(file io.ReaderAt, f frame, buf []byte) ([]byte, error) {
	if f.Length < 8 || f.Length > packedLimit {
		return buf, fmt.Errorf("a frame of %d bytes cannot be", f.Length)
	}
	buf = slices.Grow(buf[:0], int(f.Length))[:f.Length]
	if _, err := file.ReadAt(buf, f.Offset); err != nil {
		if errors.Is(err, io.EOF) {
			return buf, errors.New("the file ends inside a frame")
		}
		return buf, err
	}
	if crc32.Checksum(buf, castagnoli()) != f.CRC32C {
		return buf, errors.New("a frame does not match its checksum")
	}
	return buf, nil
}

// verify reads every frame of the ledger and returns the damage, by scope.
func (l *ledger) verify(file *os.File) []Damage {
	var damage []Damage
	var buf []byte
	for _, c := range l.coverage() {
		for _, f := range l.entries[c.Scope].Frames {
			var err error
			if buf, err = fetch(file, f, buf); err != nil {
				damage = append(damage, Damage{Scope: c.Scope, File: resourceFile, Offset: f.Offset, Problem: err.Error()})
				break
			}
		}
	}
	return damage
}

// measure finds damage without reading the frames: what lies beyond the end of the
// file, and what a seal remembers that is no longer there.
func (l *ledger) measure(meta Meta, resources int64) []Damage {
	damage := slices.Clone(l.damage)
	if seal := meta.Seal; seal != nil {
		l.sealed = seal.Scopes
		if l.size != seal.LedgerBytes || l.torn || len(l.entries) != seal.Scopes {
			problem := fmt.Sprintf("its lines end here, and those of the finished run, of %d scopes, at byte %d", seal.Scopes, seal.LedgerBytes)
			if l.torn && l.size == seal.LedgerBytes {
				problem = "something follows the last line of the finished run"
			}
			damage = append(damage, Damage{File: ledgerFile, Offset: l.size, Problem: problem})
		}
	}
	for _, c := range l.coverage() {
		for _, f := range l.entries[c.Scope].Frames {
			if f.end() > resources {
				problem := fmt.Sprintf("the file ends at byte %d, before the frame does", resources)
				damage = append(damage, Damage{Scope: c.Scope, File: resourceFile, Offset: f.Offset, Problem: problem})
				break
			}
		}
	}
	return damage
}

// damageError sums up damage in one line: what, where, what can still be read.
func damageError(dir string, l *ledger, damage []Damage) *estate.Error {
	scopes := map[estate.Scope]bool{}
	for _, d := range damage {
		if d.Scope != (estate.Scope{}) {
			scopes[d.Scope] = true
		}
	}
	more := ""
	if len(damage) == 2 {
		more = ", and in another place"
	} else if len(damage) > 2 {
		more = fmt.Sprintf(", and in %d more places", len(damage)-1)
	}
	intact := len(l.entries) - len(scopes)
	return estate.Errorf(estate.CodeInvalid, "open saved run "+dir, "%s%s; %d of %d scopes can still be read", damage[0], more, intact, max(len(l.entries), l.sealed)).
		WithHint("read what is intact with --salvage, or read the rest again with --resume")
}
