package risk

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
)

//go:embed table.yaml
var builtin string

// Table is a version of the numbers that scores are made with. It never changes and may
// be shared.
type Table struct {
	version     string
	entries     map[string]Number
	steps       map[string]Number
	data        map[string]Number
	privilege   map[string]Number
	environment map[string]Number
	criticality map[string]Number
	blastWeight float64
	bands       []band
	floors      []Floor
	caps        map[string]Cap
}

// Number is a row of a table: a number with what to say of it.
type Number struct {
	Interval
	// Label says it in plain words.
	Label string
	// Question is what to find out when the number is not known; empty when it is.
	Question string
	// Also are other words for the same row.
	Also []string
}

type band struct {
	name estate.Severity
	from float64
}

// Floor lifts a score whose last step is of a kind that must never be rated lower. It
// speaks of what the step itself takes: a hole with a known exploit is a target of its
// own, and what lies behind it stands on the formula.
type Floor struct {
	// Name is how explanations call it.
	Name string
	// Steps are the kinds of last step it is about.
	Steps []string
	// Entries are where the path must begin; empty for anywhere.
	Entries []string
	// Data are the classes of data it is about, confirmed and not guessed; empty for any.
	Data []string
	// Privileged demands that the target gives some privilege.
	Privileged bool
	// Band is the least band; Because says why.
	Band    estate.Severity
	Because string
}

// Cap keeps what a rule names from a higher band than Band.
type Cap struct {
	Band    estate.Severity
	Because string
}

// Default returns the built-in table.
func Default() (*Table, error) { return Load("built-in", strings.NewReader(builtin)) }

// Source returns the text of the built-in table, for people who want to change it.
func Source() string { return builtin }

// Version returns the version of the table, which scores carry.
func (t *Table) Version() string { return t.version }

// Step returns the number for a kind of step.
func (t *Table) Step(kind string) (Number, bool) {
	n, ok := t.steps[kind]
	return n, ok
}

// Steps returns the kinds of step, sorted.
func (t *Table) Steps() []string { return sortedKeys(t.steps) }

// Entry returns the number for a place where attackers begin.
func (t *Table) Entry(kind string) (Number, bool) {
	n, ok := t.entries[kind]
	return n, ok
}

// Entries returns the places where attackers begin, sorted.
func (t *Table) Entries() []string { return sortedKeys(t.entries) }

// Floors returns the floors.
func (t *Table) Floors() []Floor { return slices.Clone(t.floors) }

// Band returns the band of a score.
func (t *Table) Band(score float64) estate.Severity {
	for _, b := range t.bands {
		if score >= b.from {
			return b.name
		}
	}
	return estate.Info
}

// Least returns the lowest score of a band.
func (t *Table) Least(name estate.Severity) float64 {
	for _, b := range t.bands {
		if b.name == name {
			return b.from
		}
	}
	return 0
}

func sortedKeys(m map[string]Number) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// unknownRow is the row of each part of impact for what nobody has told.
const unknownRow = "unknown"

// row returns the row for a word, without regard to case. Words the table does not have
// are unknown, as is no word.
func row(rows map[string]Number, word string) Number {
	if n, ok := rows[plain(word)]; ok {
		return n
	}
	return rows[unknownRow]
}

// plain returns a word as the tables have it.
func plain(word string) string { return strings.ToLower(strings.TrimSpace(word)) }
