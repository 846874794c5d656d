package network

import "slices"

// span is a run of addresses, both ends inclusive.
type span struct{ from, to address }

// spans are disjoint, not adjacent, in rising order.
type spans []span

// normalise sorts and merges; it takes over the slice.
func normalise(list []span) spans {
	slices.SortFunc(list, func(a, b span) int { return a.from.compare(b.from) })
	merged := spans(list[:0])
	for _, s := range list {
		merged = merged.extend(s)
	}
	return merged
}

func (a spans) union(b spans) spans {
	switch {
	case len(a) == 0:
		return b
	case len(b) == 0:
		return a
	}
	merged := make(spans, 0, len(a)+len(b))
	for len(a) > 0 || len(b) > 0 {
		if len(a) == 0 || len(b) > 0 && b[0].from.less(a[0].from) {
			a, b = b, a
		}
		merged = merged.extend(a[0])
		a = a[1:]
	}
	return merged
}

// extend adds a span that does not begin before the last one.
func (a spans) extend(s span) spans {
	if n := len(a); n > 0 && !a[n-1].to.plus(one).less(s.from) {
		a[n-1].to = higher(a[n-1].to, s.to)
		return a
	}
	return append(a, s)
}

// reaching returns the spans from the first that does not end before the address.
func (a spans) reaching(from address) spans {
	i, _ := slices.BinarySearchFunc(a, from, func(s span, from address) int { return s.to.compare(from) })
	return a[i:]
}

func (a spans) intersect(b spans) spans {
	if len(a) == 0 || len(b) == 0 {
		return nil
	}
	a, b = a.reaching(b[0].from), b.reaching(a[0].from)
	var common spans
	for i, j := 0, 0; i < len(a) && j < len(b); {
		both := span{higher(a[i].from, b[j].from), lower(a[i].to, b[j].to)}
		if !both.to.less(both.from) {
			common = append(common, both)
		}
		if a[i].to.less(b[j].to) {
			i++
		} else {
			j++
		}
	}
	return common
}

func (a spans) subtract(b spans) spans {
	if len(a) == 0 || len(b) == 0 {
		return a
	}
	b = b.reaching(a[0].from)
	var rest spans
	j := 0
	for _, s := range a {
		for j < len(b) && b[j].to.less(s.from) {
			j++
		}
		whole := true
		for k := j; k < len(b) && !s.to.less(b[k].from); k++ {
			if s.from.less(b[k].from) {
				rest = append(rest, span{s.from, b[k].from.minus(one)})
			}
			if !b[k].to.less(s.to) {
				whole = false
				break
			}
			s.from = b[k].to.plus(one)
		}
		if whole {
			rest = append(rest, s)
		}
	}
	return rest
}

// count returns how many addresses there are, or the greatest number where there
// are 2 to the 128.
func (a spans) count() address {
	var sum address
	for _, s := range a {
		sum = sum.plus(s.to.minus(s.from).plus(one))
	}
	return sum
}
