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

// shut spares the tracing evaluator what the fast one denies.
func (a *artist) shut(p *access.Principal, s *store, way []ask) bool {
	return a.shutAt(p, questionsOf(s, way)) >= 0
}

// shutAt returns which question is denied first; -1 when none is.
func (a *artist) shutAt(p *access.Principal, questions []access.Question) int {
	for i, q := range questions {
		a.work += quick
		switch a.directory.May(p, q.Action, q.Resource) {
		case decide.DeniedExplicitly, decide.DeniedImplicitly:
			return i
		default:
		}
	}
	return -1
}

// questionsOf are what must be allowed to read a store in one way, its key included.
func questionsOf(s *store, way []ask) []access.Question {
	questions := make([]access.Question, 0, len(way)+1)
	for _, r := range way {
		questions = append(questions, access.Question{Action: r.action, Resource: strings.ReplaceAll(r.resource, "%s", s.ref.ID)})
	}
	if s.key != "" && needsDecrypt(s.ref.Type) {
		questions = append(questions, access.Question{Action: "kms:Decrypt", Resource: s.key})
	}
	return questions
}

// ask weighs questions one by one, with what is said in proof of it.
func (a *artist) ask(p *access.Principal, questions []access.Question) []decide.Decision {
	decisions := make([]decide.Decision, len(questions))
	for i, q := range questions {
		a.work += traced
		decisions[i] = a.directory.AskFor(p, q)
	}
	return decisions
}

// readAnyway spares a principal as it would be the stores that it reads as it is.
func (a *artist) readAnyway(p *access.Principal, s *store, way []ask) bool {
	now := a.directory.Principal(p.ARN)
	if now == p || now == nil || s.key != "" {
		return false
	}
	for _, r := range way {
		if a.directory.May(now, r.action, strings.ReplaceAll(r.resource, "%s", s.ref.ID)) != decide.Allowed {
			return false
		}
	}
	return true
}

// sureness orders steps of the kinds of readBy.
func sureness(s *attack.Step) int {
	switch {
	case s.Kind != "reads-data":
		return 0
	case s.P != nil:
		return 1
	default:
		return 2
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

// worst is the kind of step that decisions which must all allow come to; empty when one
// denies.
func worst(decisions []decide.Decision) (kind string, unsure bool) {
	kind = "reads-data"
	for i := range decisions {
		switch d := &decisions[i]; d.Outcome {
		case decide.Allowed:
		case decide.Unknown:
			unsure = true
		case decide.Conditional:
			kind = conditionKind("reads-data", d.Residue)
		default:
			return "", false
		}
	}
	return kind, unsure
}

// conditionKind is the kind of a step under conditions: narrow when all of them are about
// where a request comes from.
func conditionKind(kind string, r decide.Residue) string {
	classes := r.Classes()
	narrow := len(classes) > 0 && !r.Complex
	for _, c := range classes {
		narrow = narrow && (c == decide.SourceIP || c == decide.VPCEndpoint)
	}
	if narrow {
		return kind + "-narrow"
	}
	return kind + "-conditional"
}

func decisionEvidence(p *access.Principal, decisions []decide.Decision, action string) []estate.StepEvidence {
	var list []estate.StepEvidence
	for i := range decisions {
		d := &decisions[i]
		text := action + " by " + strings.TrimSpace(d.By.Layer.String()+" policy "+d.By.Source)
		if d.Outcome == decide.Conditional {
			text += ", if " + d.Residue.String()
		}
		if d.Outcome == decide.Unknown && len(d.Unknown) > 0 {
			text += ", as far as is known: " + string(d.Unknown[0].Reason) + " " + d.Unknown[0].Permission
		}
		list = append(list, estate.StepEvidence{Resource: p.ARN, Text: text})
		if i > 0 {
			list[i].Text = strings.Replace(list[i].Text, action, "with its key", 1)
		}
	}
	return list
}
