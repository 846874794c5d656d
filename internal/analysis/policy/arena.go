package policy

import "cel.dev/cel-go/common/types/ref"

// arena hands out the adapters of one document after another without allocating:
// everything handed out becomes invalid at the next reset.
type arena struct {
	objects chunks[object]
	lists   chunks[list]
	maps    chunks[mapping]
	slots   [][]ref.Val
	block   int // index into slots
	used    int // of that block
}

const slotBlock = 512

// values returns n empty slots.
func (a *arena) values(n int) []ref.Val {
	if n > slotBlock/4 {
		return make([]ref.Val, n)
	}
	if len(a.slots) == 0 || a.used+n > slotBlock {
		if len(a.slots) > 0 {
			a.block++
		}
		if a.block == len(a.slots) {
			a.slots = append(a.slots, make([]ref.Val, slotBlock))
		}
		a.used = 0
	}
	out := a.slots[a.block][a.used : a.used+n : a.used+n]
	a.used += n
	return out
}

func (a *arena) reset() {
	a.objects.reset()
	a.lists.reset()
	a.maps.reset()
	for i := range a.slots {
		if i < a.block {
			clear(a.slots[i])
		} else if i == a.block {
			clear(a.slots[i][:a.used])
		}
	}
	a.block, a.used = 0, 0
}

// chunks is a growing pool of T whose elements keep their address.
type chunks[T any] struct {
	all  [][]T
	next int
}

const chunkSize = 32

func (c *chunks[T]) new() *T {
	i := c.next / chunkSize
	if i == len(c.all) {
		c.all = append(c.all, make([]T, chunkSize))
	}
	out := &c.all[i][c.next%chunkSize]
	c.next++
	return out
}

func (c *chunks[T]) reset() {
	for i := range c.all {
		if i*chunkSize >= c.next {
			break
		}
		clear(c.all[i][:min(chunkSize, c.next-i*chunkSize)])
	}
	c.next = 0
}
