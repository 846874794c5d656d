package compile

import (
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
		c.edges = slices.DeleteFunc(c.edges, func(e edge) bool { return e.group < 0 && changed[e.number] })
	}
	first := int32(r.groups)
	r.groups = len(r.index.groups)
	for i, groups := range r.concerned(numbers, first) {
		if len(groups) > 0 {
			r.again(&r.classes[i], groups, changed, first)
		}
	}
}

// split gives things that a new pattern tells apart classes of their own, with the edges
// that they had.
func (r *Relations) split(fresh []*pattern) {
	moved := map[int32]bool{}
	for _, p := range fresh {
		anchor := anchorOf(p.text)
		if p.everything {
			continue
		}
		for i := range r.things {
			if r.touches(p, anchor, &r.things[i]) {
				moved[int32(i)] = true
			}
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

// touches reports whether a pattern matches a thing, or what stands for its content.
func (r *Relations) touches(p *pattern, anchor string, t *Thing) bool {
	if !strings.HasPrefix(t.ARN, anchor[:min(len(anchor), len(t.ARN))]) {
		return false
	}
	if p.variable {
		return true
	}
	for _, suffix := range r.suffixes[t.Kind] {
		if a := splitARN(t.ARN + suffix); p.match(&a, true) {
			return true
		}
	}
	return false
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

// concerned finds, for each class, those groups of some principals that may have edges to
// it which are not known.
func (r *Relations) concerned(numbers []int32, first int32) [][]int32 {
	var groups []int32
	for _, n := range numbers {
		groups = append(groups, r.index.in[n])
	}
	slices.Sort(groups)
	found := make([][]int32, len(r.classes))
	for _, in := range slices.Compact(groups) {
		g := &r.index.groups[in]
		near, wide := r.near(g)
		for i := range r.classes {
			c := &r.classes[i]
			if c.example < 0 {
				continue
			}
			t := &r.things[c.example]
			fresh := in >= first && (near[int32(i)] || wide && t.Account == g.caller.Account)
			if fresh || t.Policy != nil {
				found[i] = append(found[i], in)
			}
		}
	}
	return found
}

// near returns the classes that the policies of a group name, and whether they also
// name everything.
func (r *Relations) near(g *group) (near map[int32]bool, wide bool) {
	near = map[int32]bool{}
	wide = g.caller.Kind == decide.Root
	for _, doc := range g.set.identity {
		if doc == nil {
			return near, true
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
	return near, wide
}

// again works out the edges of some groups to a class: of new groups as a whole, of the
// principals that changed where they are told apart by their names.
func (r *Relations) again(c *class, groups []int32, changed map[int32]bool, first int32) {
	for _, capability := range r.byKind[r.things[c.example].Kind] {
		target := r.target(c, capability)
		for _, in := range groups {
			g := &r.index.groups[in]
			if !target.personal {
				if o := r.index.outcome(g.caller, g.set, target, nil); in >= first && !denied(o) {
					c.edges = append(c.edges, edge{capability, in, -1, o})
				}
				continue
			}
			for _, n := range g.members {
				if !changed[n] {
					continue
				}
				if o := r.index.outcome(r.index.callers[n], r.index.sets[n], target, nil); !denied(o) {
					c.edges = append(c.edges, edge{capability, -1, n, o})
				}
			}
		}
	}
}
