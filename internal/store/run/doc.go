// Package run keeps what one scan read: a folder that is written while the scan goes,
// survives a kill at any moment, and can be judged again without credentials.
//
// The folder holds
//
//	run.json             what was asked; a seal when the run ended well
//	ledger.jsonl         one line per ended scope: its coverage and where its resources lie
//	resources.jsonl.zst  zstd frames of JSON lines, one resource per line
//	lock                 held by the process that writes
//
// The rules that make it safe:
//
//   - A frame holds resources of one attempt at one scope, sorted by id. Frames of many
//     scopes mix in the file, in the order they were full.
//   - Frames are written first, the ledger line after. A scope counts only when its
//     line is whole, and a later line of the same scope replaces the earlier one.
//   - A frame that no line points at (an aborted scope, a replaced one, a torn one) is
//     overwritten in place with the header of a skippable frame, at the latest when a
//     killed run is resumed. Then zstd -dc resources.jsonl.zst shows what counts; only an
//     id that one scope listed twice, far apart, shows twice there and once in a Reader.
//   - Frames and lines carry a CRC-32C. What does not match is never read as if it were
//     shorter: it is an error that names the file and the place, and Salvage turns it
//     into failed coverage.
//
// Nothing secret is kept: Create replaces the values of flags that may hold one.
package run

// Names of the files of a run.
const (
	metaFile     = "run.json"
	ledgerFile   = "ledger.jsonl"
	resourceFile = "resources.jsonl.zst"
	lockFile     = "lock"
)

// formatVersion changes when a reader of today's runs could not read tomorrow's.
const formatVersion = 1

const (
	// frameSize is how many bytes of lines a frame holds; a longer line has its own.
	frameSize = 1 << 20
	// lineLimit is the longest line a run takes.
	lineLimit = 32 << 20
)
