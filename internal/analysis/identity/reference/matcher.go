package reference

import (
	"strings"
	"sync"

	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// Matcher tells which actions policies mean, and keeps what each pattern stands for. It
// is safe for concurrent use; its memory follows the different patterns that it saw.
type Matcher struct {
	table    *Table
	patterns sync.Map // pattern in lower case -> Set
}

// NewMatcher returns a matcher of the table's actions.
func NewMatcher(t *Table) *Matcher { return &Matcher{table: t} }

// Match is Table.Match. The set is shared: do not change it.
func (m *Matcher) Match(pattern string) Set {
	pattern = strings.ToLower(pattern)
	if set, ok := m.patterns.Load(pattern); ok {
		return set.(Set) //nolint:forcetypeassert // only sets are stored
	}
	set, _ := m.patterns.LoadOrStore(pattern, m.table.Match(pattern))
	return set.(Set) //nolint:forcetypeassert // only sets are stored
}

// Join puts the actions that a statement is about into a set of the table: those of its
// Action element and all but those of its NotAction element.
func (m *Matcher) Join(into Set, s *policydoc.Statement) {
	for _, pattern := range s.Actions {
		into.Join(m.Match(pattern))
	}
	if len(s.NotActions) == 0 {
		return
	}
	spared := m.table.NewSet()
	for _, pattern := range s.NotActions {
		spared.Join(m.Match(pattern))
	}
	for id := range m.table.Count() {
		if !spared.Has(uint16(id)) {
			into.Add(uint16(id))
		}
	}
}
