package picture

import (
	"maps"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate"
)

// reads adds the stores whose content a principal gets at, from the node that stands for it.
func (a *artist) reads(p *access.Principal, from string) {
	for _, kind := range a.shelves.kinds {
		if a.full() {
			a.cut = true
			return
		}
		class, alike := a.classOf(p, kind)
		if !alike {
			a.readsKind(p, from, kind, everyStore)
			continue
		}
		a.readsAlike(p, from, kind, class)
		if a.shelves.personal[kind] {
			a.readsKind(p, from, kind, personalStore)
		}
	}
}

// part is a part of the stores of a type: those whose policies, or those of whose keys, may
// look at who somebody is beyond the policies held, the others, or both.
type part uint8

const (
	everyStore part = iota
	personalStore
	impersonalStore
)

func (of part) has(personal bool) bool {
	return of == everyStore || personal == (of == personalStore)
}

func (a *artist) readsKind(p *access.Principal, from, kind string, of part) {
	settled := map[*group]bool{}
	for _, g := range a.shelves.groups[p.Account] {
		if g.key.kind == kind && of.has(g.stores[0].personal) && !a.full() {
			settled[g] = a.readsAll(p, from, g)
		}
	}
	for _, g := range a.shelves.open {
		if g.key.kind == kind && g.key.account != p.Account && of.has(g.stores[0].personal) && !a.full() {
			settled[g] = a.readsAll(p, from, g)
		}
	}
	for _, s := range a.candidates(p, kind, settled) {
		if a.full() {
			a.cut = true
			return
		}
		if of.has(s.personal) {
			a.readsOne(p, from, s)
		}
	}
}

// candidates are the stores of a type, by id, that a principal's policies name or whose
// policies may let it in, but for groups that are settled and do not name it.
func (a *artist) candidates(p *access.Principal, kind string, settled map[*group]bool) []*store {
	h, found := a.shelves, map[*store]bool{}
	add := func(s *store) {
		a.work++
		if s.group == nil || !settled[s.group] {
			found[s] = true
		}
	}
	for _, r := range []*rack{h.racks[p.Account][kind], h.everyone[kind]} {
		for _, way := range reading[kind] {
			if r != nil && a.directory.Holds(p, way[0].action) {
				r.each(a.wishes.of(p, way[0].action), way[0].resource, add)
			}
		}
	}
	for _, s := range h.direct[p.Account] {
		if s.ref.Type == kind {
			add(s)
		}
	}
	for _, s := range h.foreign[p.Account] {
		if s.ref.Type == kind {
			found[s] = true
		}
	}
	for _, who := range []string{p.ARN, sessionsOf(p)} {
		for arn := range h.named[who] {
			if s := h.stores[arn]; s != nil && s.ref.Type == kind {
				found[s] = true
			}
		}
	}
	return slices.SortedFunc(maps.Keys(found), byID)
}

// readsOne adds the surest way by which a principal reads a store.
func (a *artist) readsOne(p *access.Principal, from string, s *store) {
	best := attack.Step{}
	for _, way := range reading[s.ref.Type] {
		if !a.concerned(p, s, way) || a.shut(p, s, way) || a.readAnyway(p, s, way) {
			continue
		}
		step, open := a.readBy(p, s, way)
		switch {
		case !open:
		case best.Kind == "":
			best = step
		default: // what cuts them all is a cut
			step.Fixes = slices.DeleteFunc(step.Fixes, func(key estate.FixKey) bool { return !slices.Contains(best.Fixes, key) })
			if best.Fixes = step.Fixes; sureness(&step) > sureness(&best) {
				best = step
			}
		}
	}
	if best.Kind != "" {
		best.From = from
		a.step(best)
	}
}

// readBy is the step of reading a store in one way; false when the way is closed.
func (a *artist) readBy(p *access.Principal, s *store, way []ask) (attack.Step, bool) {
	questions := questionsOf(s, way)
	decisions := a.ask(p, questions)
	kind, unsure := worst(decisions)
	if kind == "" || unsure && a.anybody(p, s, &decisions[0]) {
		return attack.Step{}, false
	}
	step := attack.Step{To: s.ref.ID, Kind: kind, Label: a.name(p.ARN) + " may read " + a.name(s.ref.ID), Evidence: decisionEvidence(p, decisions, way[0].action)}
	if unsure {
		step.P = &perhaps
	}
	for _, q := range questions {
		a.work += fixing
		step.Fixes = union(step.Fixes, a.allowFixes(p, q))
	}
	return step, true
}

// anybody tells that nothing speaks for a principal but that the policy of the store was
// not read. Everybody would then perhaps read every store, which says nothing.
func (a *artist) anybody(p *access.Principal, s *store, d *decide.Decision) bool {
	resource := a.directory.Resource(s.ref.ID)
	if resource == nil || resource.Unknown == nil || len(allowers(d)) > 0 {
		return false
	}
	unread := func(source decide.Source) bool { return source.Doc == nil }
	return !slices.ContainsFunc(a.directory.Layers(p).Identity, unread)
}

// concerned spares the evaluator principals and stores that have nothing to do with each
// other: nothing that the principal holds names the store, and it is of another account, or
// its policy lets nobody in by itself. What a policy gives to its whole account, identity
// policies have to give on.
func (a *artist) concerned(p *access.Principal, s *store, way []ask) bool {
	resource := a.directory.Resource(s.ref.ID)
	switch {
	case resource == nil && p.Account != s.ref.Account:
		return false
	case resource != nil && resource.Unknown == nil && p.Account == s.ref.Account && (namesEveryone(resource) || a.shelves.names(p, resource.ARN)):
		return true
	case !a.directory.Holds(p, way[0].action):
		return false
	}
	a.work++
	return a.wishes.name(p, way[0].action, strings.ReplaceAll(way[0].resource, "%s", s.ref.ID))
}
