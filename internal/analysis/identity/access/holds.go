package access

import (
	"strings"
	"sync"

	"github.com/stance-sec/stance/internal/analysis/identity/reference"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// memory keeps what patterns of policies stand for. It is safe for concurrent use.
type memory struct {
	table    *reference.Table
	patterns sync.Map // pattern in lower case -> reference.Set
}

func (m *memory) match(pattern string) reference.Set {
	pattern = strings.ToLower(pattern)
	if set, ok := m.patterns.Load(pattern); ok {
		return set.(reference.Set) //nolint:forcetypeassert // only sets are stored
	}
	set := m.table.Match(pattern)
	m.patterns.Store(pattern, set)
	return set
}

// allowed returns the actions that some statement of a document allows on something.
func (m *memory) allowed(doc *policydoc.Document) reference.Set {
	all := make(reference.Set, (m.table.Count()+63)/64)
	for i := range doc.Statements {
		if s := &doc.Statements[i]; s.Allows() {
			m.actions(s, all)
		}
	}
	return all
}

// actions adds the actions of a statement to a set.
func (m *memory) actions(s *policydoc.Statement, into reference.Set) {
	for _, pattern := range s.Actions {
		for w, bits := range m.match(pattern) {
			into[w] |= bits
		}
	}
	if len(s.NotActions) == 0 {
		return
	}
	left := make(reference.Set, len(into))
	for _, pattern := range s.NotActions {
		for w, bits := range m.match(pattern) {
			left[w] |= bits
		}
	}
	for id := range m.table.Count() {
		if !left.Has(uint16(id)) {
			into.Add(uint16(id))
		}
	}
}

// Holds reports whether a policy of the principal allows the action on anything at all,
// before boundaries and denies. It is true where a policy could not be read, and for
// actions that the reference data does not know but a pattern takes in.
func (d *Directory) Holds(p *Principal, action string) bool {
	a, known := d.memory.table.Lookup(action)
	layers := d.Layers(p)
	for i := range layers.Identity {
		doc := layers.Identity[i].Doc
		switch {
		case doc == nil:
			return true
		case known && d.setOf(doc).Has(a.ID), !known && mentions(doc, action):
			return true
		}
	}
	return false
}

// setOf keeps the allowed actions of each document.
func (d *Directory) setOf(doc *policydoc.Document) reference.Set {
	if set, ok := d.sets.Load(doc); ok {
		return set.(reference.Set) //nolint:forcetypeassert // only sets are stored
	}
	set := d.memory.allowed(doc)
	d.sets.Store(doc, set)
	return set
}

func mentions(doc *policydoc.Document, action string) bool {
	for i := range doc.Statements {
		s := &doc.Statements[i]
		if !s.Allows() {
			continue
		}
		if len(s.NotActions) > 0 || anyAction(s.Actions, action) {
			return true
		}
	}
	return false
}

func anyAction(patterns []string, action string) bool {
	for _, p := range patterns {
		if policydoc.MatchAction(p, action) {
			return true
		}
	}
	return false
}
