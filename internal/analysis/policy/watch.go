package policy

import "github.com/stance-sec/stance/internal/estate"

// Outcome tells which assert decided a verdict. It serves the tests of checks.
type Outcome struct {
	// Check is the id of the check.
	Check  string
	Status estate.Status
	// Assert is the index of the assert that is false; -1 unless the status is fail.
	Assert int
}

// Watch has f told of every verdict, pass included, before its finding is emitted.
func (e *Evaluator) Watch(f func(Outcome)) {
	e.onVerdict = func(c *check, v *verdict) { f(Outcome{Check: c.ID, Status: v.status, Assert: v.assert}) }
}

// AssertLines returns the line in its file of each assert of a check; nil when there
// is no such check.
func (l *Library) AssertLines(id string) []int {
	c := l.byName[id]
	if c == nil {
		return nil
	}
	lines := make([]int, len(c.asserts))
	for i := range c.asserts {
		lines[i] = c.asserts[i].line
	}
	return lines
}
