package attack

// heap is a queue of nodes by distance, with four children to a node: shallower than
// two, and its children share a line of cache. Nodes may be in it more than once.
type heap []item

type item struct {
	distance uint64
	node     uint32
}

const arity = 4

func (h *heap) push(distance uint64, node uint32) {
	*h = append(*h, item{distance, node})
	s := *h
	i := len(s) - 1
	for i > 0 {
		parent := (i - 1) / arity
		if s[parent].distance <= distance {
			break
		}
		s[i] = s[parent]
		i = parent
	}
	s[i] = item{distance, node}
}

func (h *heap) pop() item {
	s := *h
	top, last := s[0], s[len(s)-1]
	s = s[:len(s)-1]
	*h = s
	if len(s) == 0 {
		return top
	}
	i := 0
	for {
		first := arity*i + 1
		if first >= len(s) {
			break
		}
		least := first
		for c := first + 1; c < min(first+arity, len(s)); c++ {
			if s[c].distance < s[least].distance {
				least = c
			}
		}
		if s[least].distance >= last.distance {
			break
		}
		s[i] = s[least]
		i = least
	}
	s[i] = last
	return top
}
