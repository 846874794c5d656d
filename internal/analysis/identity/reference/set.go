package reference

import (
	"iter"
	"math/bits"
)

const wordBits = 64

// Set is a set of action IDs as bits, 64 to a word, lowest first.
type Set []uint64

// Has reports whether the set holds the ID.
func (s Set) Has(id uint16) bool {
	return int(id)/wordBits < len(s) && s[id/wordBits]&(1<<(id%wordBits)) != 0
}

// Add puts an ID into the set, which must have been made for it.
func (s Set) Add(id uint16) { s[id/wordBits] |= 1 << (id % wordBits) }

// Len returns how many IDs the set holds.
func (s Set) Len() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// IDs returns the members from lowest to highest.
func (s Set) IDs() iter.Seq[uint16] {
	return func(yield func(uint16) bool) {
		for i, w := range s {
			for ; w != 0; w &= w - 1 {
				if !yield(uint16(i*wordBits + bits.TrailingZeros64(w))) {
					return
				}
			}
		}
	}
}

// Join puts every member of another set of the same table into the set.
func (s Set) Join(other Set) {
	for i := range other {
		s[i] |= other[i]
	}
}
