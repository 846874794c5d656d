package policy

import (
	"fmt"

	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"
)

// scope holds the variables of one check on one resource. It is reused for the next.
type scope struct {
	ev       *Evaluator
	check    *check
	resource *object
	params   *object
	now      ref.Val
	lets     []ref.Val
	elem     ref.Val
	// elementPath is where the element of for_each stands.
	elementPath string
	frame       *interpreter.ExecutionFrame
	// stack holds the variables of loops, those of the running expression from base to
	// top; budget is what it may still cost.
	stack     []ref.Val
	base, top int
	budget    int64
}

var _ interpreter.Activation = (*scope)(nil)

// enter prepares the scope for a check.
func (s *scope) enter(c *check, resource, params *object) {
	s.check, s.resource, s.params, s.elem, s.elementPath = c, resource, params, nil, ""
	s.forget()
}

// forget drops the values of named expressions, so that they are read again.
func (s *scope) forget() {
	s.lets = s.lets[:0]
	for range s.check.lets {
		s.lets = append(s.lets, nil)
	}
}

// element makes v the element of for_each, or leaves the list when v is nil.
func (s *scope) element(v ref.Val, path string) {
	s.elem, s.elementPath = v, path
	clear(s.lets[s.check.late:])
}

func (s *scope) eachName() string {
	if s.check.each == nil {
		return ""
	}
	return s.check.each.name
}

// ResolveName returns the value of a variable. Named expressions are evaluated when
// they are first used.
func (s *scope) ResolveName(name string) (any, bool) {
	switch name {
	case "resource":
		return s.resource, true
	case "params":
		return s.params, true
	case "now":
		return s.now, true
	}
	for i := range s.check.lets {
		if s.check.lets[i].name == name {
			return s.named(i), true
		}
	}
	if s.elem != nil && s.check.each.name == name {
		return s.elem, true
	}
	for i := range s.check.collect {
		if c := &s.check.collect[i]; c.name == name {
			return s.ev.collection(c), true
		}
	}
	return nil, false
}

// named returns the value of a named expression. It is kept, unless it was read unnoted:
// it must be read again for evidence.
func (s *scope) named(i int) ref.Val {
	v := s.lets[i]
	if v == nil {
		v = s.eval(s.check.lets[i].program)
		if !s.ev.run.muted {
			s.lets[i] = v
		}
	}
	return v
}

// Parent returns nil: there are no variables beyond these.
func (s *scope) Parent() interpreter.Activation { return nil }

// eval evaluates an expression. Whatever goes wrong comes back as an error value.
func (s *scope) eval(p *program) (v ref.Val) {
	if p.direct != nil && !s.ev.Interpreted {
		return s.evalDirect(p.direct)
	}
	costs := s.frame.CostTracker()
	defer func() {
		if r := recover(); r != nil {
			v = recovered(r)
		}
		if s.frame.CostTracker() != costs {
			s.frame.SetCostTracker(costs)
		}
	}()
	return p.eval.Exec(s.frame)
}

func (s *scope) evalDirect(d *direct) (v ref.Val) {
	base, top, budget := s.base, s.top, s.budget
	s.base, s.top, s.budget = top, top+d.locals, s.ev.lib.engine.costLimit
	for len(s.stack) < s.top {
		s.stack = append(s.stack, nil)
	}
	defer func() {
		if r := recover(); r != nil {
			v = recovered(r)
		}
		clear(s.stack[s.base:s.top])
		s.base, s.top, s.budget = base, top, budget
	}()
	return d.root(s)
}

func recovered(r any) ref.Val {
	switch r := r.(type) {
	case interpreter.EvalCancelledError:
		return types.NewErr("the expression costs more than the limit")
	case cost.LimitExceededError:
		return types.NewErr("the expression costs more than the limit")
	case error:
		return types.WrapErr(fmt.Errorf("evaluate: %w", r))
	default:
		return types.NewErr("evaluate: %v", r)
	}
}
