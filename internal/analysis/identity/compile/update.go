package compile

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
)

// Update works out the edges of principals whose policies were replaced in the index.
func (r *Relations) Update(numbers []int32) {
	r.split(r.learn())
	changed := make(map[int32]bool, len(numbers))
	for _, n := range numbers {
		changed[n] = true
	}
	for i := range r.classes {
		c := &r.classes[i]
		c.edges = slices.DeleteFunc(c.edges, func(e Edge) bool { return changed[e.Number] })
	}
	for i, members := range r.concerned(numbers) {
		if len(members) > 0 {
			r.again(&r.classes[i], members)
		}
	}
}

// split gives things that a new pattern tells apart classes of their own, with the edges
// that they had.
func (r *Relations) split(fresh []*pattern) {
	moved := map[int32]bool{}
	for _, p := range fresh {
		anchor := p.anchor()
		if p.everything {
			continue
		}
		for i := range r.things {
			arn := r.things[i].ARN
			if len(anchor) <= len(arn) && !strings.HasPrefix(arn, anchor) || len(anchor) > len(arn) && !strings.HasPrefix(anchor, arn) {
				continue
			}
			moved[int32(i)] = true
		}
	}
	for _, thing := range slices.Sorted(maps.Keys(moved)) {
		before, count := r.of[thing], len(r.classes)
		r.of[thing] = r.classOf(thing)
		if len(r.classes) > count && before >= 0 {
			r.classes[count].edges = slices.Clone(r.classes[before].edges)
		}
	}
	r.leave(moved)
}

// leave gives classes whose example went elsewhere another one.
func (r *Relations) leave(moved map[int32]bool) {
	lost := map[int32]bool{}
	for i := range r.classes {
		if example := r.classes[i].example; moved[example] && r.of[example] != int32(i) {
			lost[int32(i)] = true
		}
	}
	if len(lost) == 0 {
		return
	}
	for i, number := range r.of {
		if number >= 0 && lost[number] {
			r.classes[number].example = int32(i)
			delete(lost, number)
		}
	}
	for number := range lost {
		r.classes[number] = class{example: -1}
	}
}

// concerned finds, for each class, those of some principals that may have edges to it.
func (r *Relations) concerned(numbers []int32) [][]int32 {
	found := make([][]int32, len(r.classes))
	for _, n := range numbers {
		caller, set := r.index.callers[n], r.index.sets[n]
		wide := caller.Kind == decide.Root || slices.Contains(set.identity, nil)
		near := map[int32]bool{}
		for _, doc := range set.identity {
			if doc == nil {
				continue
			}
			for i := range doc.statements {
				s := &doc.statements[i]
				if s.denies {
					continue
				}
				wide = wide || len(s.resources) == 0 || s.speaks
				for j := range s.resources {
					wide = wide || s.resources[j].everything
					for _, number := range r.matched[s.resources[j].id] {
						near[number] = true
					}
				}
			}
		}
		for i := range r.classes {
			c := &r.classes[i]
			if c.example < 0 {
				continue
			}
			t := &r.things[c.example]
			if t.Policy != nil || near[int32(i)] || wide && t.Account == caller.Account {
				found[i] = append(found[i], n)
			}
		}
	}
	return found
}

// again works out the edges of some principals to a class.
func (r *Relations) again(c *class, members []int32) {
	for _, capability := range r.byKind[r.things[c.example].Kind] {
		target := r.target(c, capability)
		for _, n := range members {
			o := r.index.compiler.Decide(&Request{Caller: r.index.callers[n], Set: r.index.sets[n], Target: target})
			if o != decide.DeniedImplicitly && o != decide.DeniedExplicitly {
				c.edges = append(c.edges, Edge{capability, n, o})
			}
		}
	}
	slices.SortFunc(c.edges, func(a, b Edge) int {
		return cmp.Or(cmp.Compare(a.Capability, b.Capability), cmp.Compare(a.Number, b.Number))
	})
}
