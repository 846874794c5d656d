package picture

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate"
)

// reads adds the stores whose content a principal gets at, from the node that stands for it.
func (a *artist) reads(p *access.Principal, from string) {
	shelves := a.shelves
	for _, key := range shelves.groups[p.Account] {
		group := shelves.alike[key]
		if len(group) > fewAlike && a.readsAll(p, from, key, group) {
			continue
		}
		for _, s := range group {
			a.readsOne(p, from, s)
		}
	}
	for _, list := range [][]*store{shelves.single[p.Account], shelves.foreign[p.Account], shelves.everyone} {
		for _, s := range list {
			a.readsOne(p, from, s)
		}
	}
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
	for _, q := range questionsOf(s, way) {
		a.work += quick
		switch a.directory.May(p, q.Action, q.Resource) {
		case decide.DeniedExplicitly, decide.DeniedImplicitly:
			return true
		default:
		}
	}
	return false
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
// has no policy that would let it in.
func (a *artist) concerned(p *access.Principal, s *store, way []ask) bool {
	resource := a.directory.Resource(s.ref.ID)
	if resource != nil && resource.Unknown == nil && len(resource.Documents) > 0 && p.Account == s.ref.Account {
		return true
	}
	if resource == nil && p.Account != s.ref.Account {
		return false
	}
	if !a.directory.Holds(p, way[0].action) {
		return false
	}
	a.work++
	return resource == nil || a.wishes.name(p, way[0].action, strings.ReplaceAll(way[0].resource, "%s", s.ref.ID))
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
