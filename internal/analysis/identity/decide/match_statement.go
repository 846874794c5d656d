package decide

import (
	"fmt"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// evaluator is the state of one decision.
type evaluator struct {
	req    *Request
	layers *Layers
	book   book
	trace  []Step
	// arn is the resource that patterns are held against: "*" where the action takes
	// no resources.
	arn string
	// found is what is known of the key of the condition at hand.
	found entry
	// why is the reason behind an answer that is hidden.
	why estate.Unknown
	// work is what is left of the bound on comparisons.
	work int
}

// mostWork bounds the comparisons of one decision, in bytes compared.
const mostWork = 1 << 28

// spend takes the cost of a comparison from the bound, and reports whether any was
// left. Comparisons too small to matter are free.
func (e *evaluator) spend(pattern, value string) bool {
	const free = 1 << 14
	if cost := len(pattern) * len(value); cost > free {
		e.work -= cost
	}
	return e.work >= 0
}

// statement judges the resources and conditions of a statement, and notes in the step
// which of them settled it.
func (e *evaluator) statement(step *Step, s *policydoc.Statement) formula {
	variables := step.Source.Doc.Variables()
	result := e.resource(step, s, variables)
	if result.shape == never {
		step.Element = ResourceElement
		return result
	}
	for i := range s.Conditions {
		f := e.condition(step, &s.Conditions[i], variables)
		if f.shape == always {
			continue
		}
		step.Element, step.Condition = ConditionElement, int32(i)
		if result = result.and(f); result.shape == never {
			return result
		}
	}
	return result
}

// where names the statement of a step as the path of an unknown.
func (e *evaluator) where(step *Step) string {
	if step.Source.Name == "" {
		return fmt.Sprintf("%s.statement[%d]", step.Layer, step.Index)
	}
	return fmt.Sprintf("%s.%.100s.statement[%d]", step.Layer, step.Source.Name, step.Index)
}

func (e *evaluator) action(s *policydoc.Statement) bool {
	for _, pattern := range s.Actions {
		if policydoc.MatchAction(pattern, e.req.Action) {
			return true
		}
	}
	if len(s.NotActions) == 0 {
		return false
	}
	for _, pattern := range s.NotActions {
		if policydoc.MatchAction(pattern, e.req.Action) {
			return false
		}
	}
	return true
}

// resource judges the Resource or NotResource element.
func (e *evaluator) resource(step *Step, s *policydoc.Statement, variables bool) formula {
	if len(s.NotResources) > 0 {
		return e.anyResource(step, s.NotResources, variables, true)
	}
	if len(s.Resources) > 0 {
		return e.anyResource(step, s.Resources, variables, false)
	}
	if step.Layer == ResourcePolicy || step.Layer == Endpoint {
		return constant(true)
	}
	return e.malformed(e.where(step), "no Resource element")
}

// anyResource tells when one of the patterns matches the resource or, negated, none
// of them. A variable without a value makes its pattern match nothing, and a negated
// element as a whole.
func (e *evaluator) anyResource(step *Step, patterns []string, variables, negated bool) formula {
	var result formula
	resolved := constant(true)
	for _, pattern := range patterns {
		f, a := e.oneResource(step, pattern, variables)
		if negated && variables && (a == unresolved || a == hangs) {
			resolved = resolved.and(e.resolved(pattern))
		}
		if result = result.or(f); result.shape == always {
			break
		}
	}
	if negated {
		return result.not().and(resolved)
	}
	return result
}

// resolved tells when all variables of a pattern have a value or a default.
func (e *evaluator) resolved(pattern string) formula {
	result := constant(true)
	taken := map[string]bool{} // open keys that are taken to have a value
	for {
		last := ""
		_, ok := policydoc.Fill(pattern, func(key string) (string, bool) {
			last = key
			found := e.req.Context.lookup(key)
			return "", taken[key] || found.state == shaped || found.state == present && len(found.values) == 1 && !e.multiValued(key)
		})
		switch {
		case ok:
			return result
		case taken[last] || e.req.Context.lookup(last).state != open:
			return formula{}
		}
		taken[last] = true
		absent := Test{Key: last, Operator: policydoc.Operator{Base: "Null"}, Values: []string{"true"}}
		result = result.and(e.book.test(absent).not())
	}
}

func (e *evaluator) oneResource(step *Step, pattern string, variables bool) (formula, answer) {
	short := false
	if policydoc.Short(pattern) {
		switch step.Layer {
		case SCP, RCP:
			return e.malformed(e.where(step), fmt.Sprintf("resource %.60q is no whole ARN", pattern)), malformed
		case ResourcePolicy, Endpoint:
			short = policydoc.IsPattern(pattern)
		default:
			short = true
		}
	}
	filled, a := e.fill(pattern, variables)
	switch {
	case !e.spend(pattern, e.arn):
		return e.malformed(e.where(step), "the policy takes too long to compare"), malformed
	case a == unresolved:
		return formula{}, a
	case a == hidden:
		return e.book.unknown(unknown{why: e.why, of: pattern}), a
	case a == hangs:
		return e.openResource(pattern, short), a
	}
	return constant(filled.MatchARN(e.arn, short)), a
}

// openResource tells when a pattern with open variables matches the resource.
func (e *evaluator) openResource(pattern string, short bool) formula {
	first := ""
	wide := policydoc.Widen(pattern, func(key string) bool {
		s := e.req.Context.lookup(key).state
		if first == "" && (s == open || s == shaped) {
			first = key
		}
		return s == open || s == shaped
	})
	if filled, a := e.fill(wide, true); a != equals || !filled.MatchARN(e.arn, short) {
		return formula{}
	}
	return e.book.test(Test{Key: first, Values: []string{pattern}, Resource: e.arn, variables: true, short: short})
}

// misplaced reports what makes a statement illegal in its layer; "" for nothing.
func misplaced(layer Layer, s *policydoc.Statement) string {
	hasPrincipal := s.Principals != nil || s.NotPrincipals != nil
	switch layer {
	case Identity, Boundary, SessionPolicy, SCP:
		if hasPrincipal {
			return "a Principal element where none may stand"
		}
	case ResourcePolicy:
		if !hasPrincipal {
			return "no Principal element"
		}
	case NoLayer, Endpoint, RCP:
	}
	return ""
}

// unread is the reason for a source without a document.
func unread(layer Layer, source *Source) estate.Unknown {
	if source.Unknown != nil {
		return *source.Unknown
	}
	path := layer.String()
	if source.Name != "" {
		path += "." + strings.ToValidUTF8(source.Name, "\ufffd")
	}
	return estate.Unknown{Path: path, Reason: estate.Uncollected}
}
