package graph

import "hash/maphash"

// names gives each text a dense number. The bytes lie in one block and the table is an
// open-addressed array, which takes a fifth of what a map of strings takes.
type names struct {
	seed  maphash.Seed
	text  []byte
	ends  []uint64 // where each name ends in text
	slots []uint32 // number+1, or 0 for an empty slot; a power of two long
	held  bool     // whether a snapshot reads the slots
}

const firstSlots = 16

func newNames() *names {
	return &names{seed: maphash.MakeSeed(), slots: make([]uint32, firstSlots)}
}

func (n *names) len() int { return len(n.ends) }

func (n *names) name(i uint32) []byte {
	var start uint64
	if i > 0 {
		start = n.ends[i-1]
	}
	return n.text[start:n.ends[i]]
}

// slot returns where the name stands, or the empty slot where it would.
func (n *names) slot(name string) int {
	mask := len(n.slots) - 1
	s := int(maphash.String(n.seed, name)) & mask
	for n.slots[s] != 0 && string(n.name(n.slots[s]-1)) != name {
		s = (s + 1) & mask
	}
	return s
}

func (n *names) find(name string) (uint32, bool) {
	found := n.slots[n.slot(name)]
	return found - 1, found != 0
}

// add returns the number of the name, a new one when it had none.
func (n *names) add(name string) uint32 {
	s := n.slot(name)
	if n.slots[s] != 0 {
		return n.slots[s] - 1
	}
	if n.held {
		n.slots = append([]uint32(nil), n.slots...)
		n.held = false
	}
	n.text = append(n.text, name...)
	n.ends = append(n.ends, uint64(len(n.text)))
	n.slots[s] = uint32(len(n.ends))
	if 2*len(n.ends) > len(n.slots) {
		n.grow()
	}
	return uint32(len(n.ends) - 1)
}

func (n *names) grow() {
	slots := make([]uint32, 2*len(n.slots))
	mask := len(slots) - 1
	for i := range uint32(len(n.ends)) {
		s := int(maphash.Bytes(n.seed, n.name(i))) & mask
		for slots[s] != 0 {
			s = (s + 1) & mask
		}
		slots[s] = i + 1
	}
	n.slots = slots
}

// freeze returns a view that later additions do not change: they append behind what it
// sees, and copy the table before they write to it.
func (n *names) freeze() names {
	n.held = true
	return *n
}
