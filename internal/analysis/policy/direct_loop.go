package policy

import (
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// looped is a loop compiled to closures. For exists and all, step is the condition and
// decides the answer that ends the loop; others go on while the condition holds.
type looped struct {
	engine *engine
	over   closure
	slot   int   // of the element; the accumulator has the next
	cost   int64 // of one round
	quick  bool
	// decides ends the loop, empty is the answer for no elements.
	decides, empty                 types.Bool
	start, condition, step, result closure
	makesList                      bool
}

func (c *closer) loop(x ast.ComprehensionExpr) closure {
	l := &looped{engine: c.engine, slot: len(c.vars), cost: nodes(x.LoopStep()) + 1}
	if l.over = c.expr(x.IterRange()); l.over == nil || x.IterVar2() != "" {
		return nil
	}
	if l.start = c.start(x, l); l.start == nil {
		return nil
	}
	c.vars = append(c.vars, x.IterVar(), x.AccuVar())
	c.most = max(c.most, len(c.vars))
	defer func() { c.vars = c.vars[:l.slot] }()
	if c.quantifies(x, l) {
		l.quick = true
		l.step = c.expr(x.LoopStep().AsCall().Args()[1])
	} else {
		l.step, l.condition = c.expr(x.LoopStep()), c.expr(x.LoopCondition())
		c.vars[l.slot] = "" // the result does not see the element
		l.result = c.expr(x.Result())
		if l.condition == nil || l.result == nil {
			return nil
		}
	}
	if l.step == nil {
		return nil
	}
	return l.eval
}

// start returns what makes the first value of the accumulator.
func (c *closer) start(x ast.ComprehensionExpr, l *looped) closure {
	init := c.constant(x.AccuInit())
	if init == nil {
		return nil
	}
	if list, isList := init.(traits.Lister); isList {
		if list.Size() != types.IntZero || !appends(x.LoopStep(), x.AccuVar()) || x.AccuVar() == x.IterVar() {
			return nil
		}
		l.makesList = true
		return func(*scope) ref.Val { return types.NewMutableList(c.engine.adapter) }
	}
	return func(*scope) ref.Val { return init }
}

// quantifies recognises exists and all.
func (c *closer) quantifies(x ast.ComprehensionExpr, l *looped) bool {
	going := x.LoopCondition()
	if !isIdent(x.Result(), x.AccuVar()) || !isCall(going, operators.NotStrictlyFalse, 1) || x.AccuVar() == x.IterVar() {
		return false
	}
	going = going.AsCall().Args()[0]
	name := operators.LogicalAnd
	if isCall(going, operators.LogicalNot, 1) {
		name, going, l.decides = operators.LogicalOr, going.AsCall().Args()[0], types.True
	}
	l.empty = !l.decides
	return isIdent(going, x.AccuVar()) && c.constant(x.AccuInit()) == l.empty &&
		isCall(x.LoopStep(), name, 2) && isIdent(x.LoopStep().AsCall().Args()[0], x.AccuVar())
}

func (l *looped) eval(s *scope) ref.Val {
	over := l.over(s)
	if types.IsUnknownOrError(over) {
		return over
	}
	if !l.quick {
		s.stack[s.base+l.slot+1] = l.start(s)
	}
	if sized, ok := over.(traits.Sizer); ok && sized.Size() == types.IntZero {
		return l.answer(s, &fold{})
	}
	list, ok := over.(*list)
	if !ok {
		return l.evalAny(s, over)
	}
	f := fold{}
	list.iterated()
	for i := range list.vals {
		if !l.round(s, &f, list.at(i)) {
			break
		}
	}
	return l.answer(s, &f)
}

// fold is what is known in the middle of a loop.
type fold struct {
	decided bool
	unknown *types.Unknown
	failure ref.Val
}

// round goes over one element and reports whether to go on.
func (l *looped) round(s *scope, f *fold, elem ref.Val) bool {
	s.spend(l.cost)
	s.stack[s.base+l.slot] = elem
	if !l.quick {
		if l.condition(s) != types.True {
			return false
		}
		v := l.step(s) // may make the stack grow
		s.stack[s.base+l.slot+1] = v
		return true
	}
	v := l.step(s)
	if b, ok := v.(types.Bool); ok {
		f.decided = b == l.decides
		return !f.decided
	}
	f.unknown, f.failure = undecidedBy(v, f.unknown, f.failure)
	return true
}

func (l *looped) answer(s *scope, f *fold) ref.Val {
	if l.quick {
		if f.decided {
			return l.decides
		}
		return conclusion(f.unknown, f.failure, l.empty)
	}
	res := l.result(s)
	if made, ok := res.(traits.MutableLister); ok && l.makesList {
		return made.ToImmutableList()
	}
	return res
}

// evalAny goes over what is no plain list: part of a collection, a map, a list that an
// expression made.
func (l *looped) evalAny(s *scope, over ref.Val) ref.Val {
	f := &folding{loop: l, scope: s}
	_, f.values = over.(traits.Lister)
	switch r := over.(type) {
	case traits.Foldable:
		r.Fold(f)
	case traits.Mapper:
		types.ToFoldableMap(r).Fold(f)
	case traits.Lister:
		types.ToFoldableList(r).Fold(f)
	default:
		return types.ValOrErr(over, "got '%T', expected iterable type", over)
	}
	return l.answer(s, &f.fold)
}

// folding is a fold that CEL's own containers can drive.
type folding struct {
	fold
	loop   *looped
	scope  *scope
	values bool // whether it goes over values, and not over keys
}

// FoldEntry takes one entry of the container.
func (f *folding) FoldEntry(key, val any) bool {
	if !f.values {
		val = key
	}
	return f.loop.round(f.scope, &f.fold, f.loop.engine.adapter.NativeToValue(val))
}

// near is a loop's collection, narrowed.
func (c *closer) near(x ast.Expr) closure {
	args := c.all(x.AsCall().Args())
	by := c.narrowings[x.ID()]
	if args == nil || by == nil {
		return nil
	}
	return func(s *scope) ref.Val {
		over := args[0](s)
		l := narrowable(over)
		if l == nil {
			return over
		}
		return by.pick(l, len(args)-1, func(i int) ref.Val { return args[i+1](s) })
	}
}
