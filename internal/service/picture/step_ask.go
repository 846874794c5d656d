package picture

import (
	"strings"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate"
)

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
