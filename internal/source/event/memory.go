package event

import (
	"github.com/stance-sec/stance/internal/source"
)

// memory knows the latest ids again: at least limit of them, and at most twice as many.
type memory struct {
	limit      int
	young, old map[string]bool
}

func (m *memory) has(id string) bool { return m.young[id] || m.old[id] }

func (m *memory) add(id string) {
	if m.young == nil || len(m.young) >= m.limit {
		m.old, m.young = m.young, map[string]bool{}
	}
	m.young[id] = true
}

func (m *memory) remove(id string) {
	delete(m.young, id)
	delete(m.old, id)
}

// Credit returns who last changed a resource, by its id and name: the newest credit whose
// name means it, or else the one of what was not named, or of the only event there was.
func (w Work) Credit(id, name string) (Credit, bool) {
	var best Credit
	found := false
	for _, c := range w.Credits {
		if c.Name != "" && source.NewNames(c.Name).Match(id, name) && (!found || c.Time.After(best.Time)) {
			best, found = c, true
		}
	}
	if !found && len(w.Credits) > 0 && w.Credits[0].Name == "" {
		return w.Credits[0], true
	}
	if !found && len(w.Events) == 1 && len(w.Credits) > 0 {
		return w.Credits[0], true
	}
	return best, found
}
