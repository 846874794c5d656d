package compile

import "github.com/stance-sec/stance/internal/analysis/identity/decide"

// possible is the table of the outcomes that some request brings about: one key does not
// have two values at once.
func (e *evaluation) possible() uint64 {
	rows := everywhere
	for i := range e.used {
		if t := e.slots[i]; t.finite && (len(t.values) == 0 || e.shared(i)) {
			rows &= ^column(i) | e.consistent(i)
		}
	}
	return rows
}

// shared reports whether another test is on the key of a test.
func (e *evaluation) shared(test int) bool {
	for i := range e.used {
		if i != test && e.slots[i].key == e.slots[test].key {
			return true
		}
	}
	return false
}

// consistent is the table of the outcomes that a value which meets the test brings about.
func (e *evaluation) consistent(test int) uint64 {
	var rows uint64
	e.slots[test].choices(func(fact decide.Fact) {
		fits := everywhere
		for i := range e.used {
			other := e.slots[i]
			if i == test || other.key != e.slots[test].key {
				continue
			}
			switch e.judge(other.condition, fact) {
			case holds:
				fits &= column(i)
			case fails:
				fits &^= column(i)
			}
		}
		rows |= fits
	})
	return rows
}
