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
