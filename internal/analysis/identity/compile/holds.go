package compile

import (
	"github.com/stance-sec/stance/internal/analysis/identity/reference"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// Holds reports whether an identity policy allows the action on anything at all, before
// boundaries and denies. It is true where a policy could not be read.
func (c *Compiler) Holds(s *Set, action string) bool {
	id := reference.NoID
	if c.table != nil {
		a, _ := c.table.Lookup(action)
		id = a.ID
	}
	for _, doc := range s.identity {
		if doc == nil || doc.allows(id, action) {
			return true
		}
	}
	return false
}

// allows reports whether some statement of a document allows an action on something.
func (d *document) allows(id uint16, action string) bool {
	if id != reference.NoID {
		return d.allowed.Has(id)
	}
	for i := range d.statements {
		if s := &d.statements[i]; !s.denies && s.means(action) {
			return true
		}
	}
	return false
}

// means reports whether a statement is about an action, by its patterns.
func (s *statement) means(action string) bool {
	for _, pattern := range s.patterns {
		if policydoc.MatchAction(pattern, action) {
			return true
		}
	}
	for _, pattern := range s.notPatterns {
		if policydoc.MatchAction(pattern, action) {
			return false
		}
	}
	return len(s.notPatterns) > 0
}
