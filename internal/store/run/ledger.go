package run

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
)

// frame says where a piece of a scope's resources lies.
type frame struct {
	Offset int64  `json:"offset"`
	Length int64  `json:"length"`
	Count  int    `json:"count"`
	CRC32C uint32 `json:"crc32c"`
	// First and Last are the lowest and highest id in it.
	First string `json:"first"`
	Last  string `json:"last"`
}

func (f frame) end() int64 { return f.Offset + f.Length }

// entry is one line of the ledger.
type entry struct {
	estate.Coverage
	Frames []frame `json:"frames,omitempty"`
}

// Damage is one thing wrong with a saved run.
type Damage struct {
	// Scope is whose resources cannot be read; the zero value when a line of the
	// ledger is lost, since then nobody can say whose it was.
	Scope estate.Scope
	// File is the file, and Offset the byte in it.
	File   string
	Offset int64
	// Problem is what is wrong, in words.
	Problem string
}

// String returns the damage on one line.
func (d Damage) String() string {
	where := fmt.Sprintf("%s at byte %d: %s", d.File, d.Offset, d.Problem)
	if d.Scope == (estate.Scope{}) {
		return where
	}
	return where + " (" + d.Scope.String() + ")"
}

// ledger is what ledger.jsonl says: the last line of every scope.
type ledger struct {
	entries map[estate.Scope]entry
	lines   int
	size    int64 // bytes up to the end of the last whole line
	torn    bool  // something without a line end follows
	sealed  int   // how many scopes the seal remembers; 0 without a seal
	damage  []Damage
}

func (l *ledger) coverage() []estate.Coverage {
	list := make([]estate.Coverage, 0, len(l.entries))
	for _, e := range l.entries {
		list = append(list, e.Coverage)
	}
	slices.SortFunc(list, func(a, b estate.Coverage) int { return a.Scope.Compare(b.Scope) })
	return list
}

func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// encode returns the line of e with its checksum and its end.
func (e entry) encode() ([]byte, error) {
	data, err := json.Marshal(e)
	if err != nil {
		return nil, estate.Errorf(estate.CodeInternal, "save run", "%w", err)
	}
	sum := crc32.Checksum(data, castagnoli())
	return append(data[:len(data)-1], fmt.Sprintf(`,"sum":"%08x"}`+"\n", sum)...), nil
}

// sumLength is the length of `,"sum":"00000000"}`.
const sumLength = 18

func decodeEntry(line []byte) (entry, error) {
	var e entry
	cut := len(line) - sumLength
	if cut < 1 {
		return e, errors.New("the line is too short")
	}
	body := append(bytes.Clone(line[:cut]), '}')
	if want := fmt.Sprintf(`,"sum":"%08x"}`, crc32.Checksum(body, castagnoli())); want != string(line[cut:]) {
		return e, errors.New("the line does not match its checksum")
	}
	err := json.Unmarshal(body, &e)
	return e, err
}

// readLedger reads dir's ledger. Lines that do not hold are damage, not an error.
func readLedger(dir string) (*ledger, error) {
	file, err := os.Open(filepath.Join(dir, ledgerFile))
	if err != nil {
		return nil, estate.Errorf(estate.CodeIO, "open saved run "+dir, "%w", err)
	}
	defer file.Close() //nolint:errcheck // opened for reading: nothing to lose
	l := &ledger{entries: map[estate.Scope]entry{}}
	in := bufio.NewReaderSize(file, 256<<10)
	for {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			l.torn = len(line) > 0
			return l, nil
		}
		if err != nil {
			return nil, estate.Errorf(estate.CodeIO, "open saved run "+dir, "%w", err)
		}
		l.add(line)
	}
}

func (l *ledger) add(line []byte) {
	e, err := decodeEntry(bytes.TrimSuffix(line, []byte("\n")))
	if err != nil {
		l.damage = append(l.damage, Damage{File: ledgerFile, Offset: l.size, Problem: err.Error()})
	} else {
		l.entries[e.Scope] = e
	}
	l.lines++
	l.size += int64(len(line))
}
