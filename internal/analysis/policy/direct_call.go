package policy

import (
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/functions"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/overloads"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

func (c *closer) call(x ast.Expr) closure {
	call := x.AsCall()
	switch name := call.FunctionName(); name {
	case operators.OptSelect, operators.OptIndex, operators.NotStrictlyFalse:
		return nil
	case operators.Index:
		return c.index(call.Args())
	case nearCall:
		return c.near(x)
	case operators.In:
		if set := textSet(c.constant(call.Args()[1])); set != nil {
			return c.member(call.Args()[0], set)
		}
	case overloads.Matches:
		if call.IsMemberFunction() && len(call.Args()) == 1 {
			return c.matches(call)
		}
	}
	var exprs []ast.Expr
	if call.IsMemberFunction() {
		exprs = append(exprs, call.Target())
	}
	args := c.all(append(exprs, call.Args()...))
	if args == nil {
		return nil
	}
	switch name := call.FunctionName(); name {
	case operators.LogicalAnd:
		return conjunction(args, types.False)
	case operators.LogicalOr:
		return conjunction(args, types.True)
	case operators.Conditional:
		return conditional(args)
	case operators.Equals, operators.NotEquals:
		return c.equality(args, name == operators.NotEquals)
	case operators.LogicalNot:
		return negation(args[0])
	}
	return c.function(x, args)
}

// textSet returns nil unless v is a list of texts.
func textSet(v ref.Val) map[types.String]bool {
	l, ok := v.(traits.Lister)
	if !ok {
		return nil
	}
	set := map[types.String]bool{}
	n, _ := l.Size().(types.Int)
	for i := range n {
		text, ok := l.Get(i).(types.String)
		if !ok {
			return nil
		}
		set[text] = true
	}
	return set
}

// member is `in` for constant texts.
func (c *closer) member(x ast.Expr, set map[types.String]bool) closure {
	if len(set) == 0 {
		return func(*scope) ref.Val { return types.False }
	}
	elem := c.expr(x)
	if elem == nil {
		return nil
	}
	return func(s *scope) ref.Val {
		switch v := elem(s).(type) {
		case types.String:
			return types.Bool(set[v])
		case *types.Unknown, *types.Err:
			return v
		default:
			return types.False
		}
	}
}

// firstObstacle is what a function answers whose arguments it cannot use.
func firstObstacle(a, b ref.Val) ref.Val {
	au, _ := a.(*types.Unknown)
	bu, _ := b.(*types.Unknown)
	switch {
	case au != nil && bu != nil:
		return types.MergeUnknowns(au, bu)
	case au != nil:
		return au
	case bu != nil || types.IsError(b):
		return b
	default:
		return types.MaybeNoSuchOverloadErr(a)
	}
}

// function calls a function by the binding that the interpreter has for it.
func (c *closer) function(x ast.Expr, args []closure) closure {
	name := x.AsCall().FunctionName()
	known := c.tree.ReferenceMap()[x.ID()]
	if known == nil {
		return nil
	}
	overload := name
	if len(known.OverloadIDs) == 1 {
		overload = known.OverloadIDs[0]
	}
	o, found := c.engine.disp.FindOverload(overload)
	if !found {
		if o, found = c.engine.disp.FindOverload(name); !found {
			return nil
		}
	}
	if o.NonStrict || o.LateBound || o.Async != nil {
		return nil
	}
	switch {
	case len(args) == 1 && o.Unary != nil:
		return c.unary(args[0], o)
	case len(args) == 2 && o.Binary != nil:
		return c.binary(args, o, quick(name))
	case len(args) > 0 && o.Function != nil:
		return c.variadic(args, o)
	default:
		return nil
	}
}

func (c *closer) unary(arg closure, o *functions.Overload) closure {
	return func(s *scope) ref.Val {
		v := arg(s)
		if types.IsUnknownOrError(v) {
			return v
		}
		if c.metered {
			s.charge(v)
		}
		if !fits(o, v) {
			return types.MaybeNoSuchOverloadErr(v)
		}
		return o.Unary(v)
	}
}

// binary tries the quick answer first; there may be none.
func (c *closer) binary(args []closure, o *functions.Overload, quick quickAnswer) closure {
	left, right := args[0], args[1]
	return func(s *scope) ref.Val {
		l := left(s)
		if types.IsError(l) {
			return l
		}
		r := right(s)
		if c.metered {
			s.charge(l, r)
		}
		if types.IsUnknownOrError(l) || types.IsUnknownOrError(r) {
			return firstObstacle(l, r)
		}
		if quick != nil {
			if res, ok := quick(l, r); ok {
				return types.Bool(res)
			}
		}
		if !fits(o, l) {
			return types.MaybeNoSuchOverloadErr(l)
		}
		return o.Binary(l, r)
	}
}

func (c *closer) variadic(args []closure, o *functions.Overload) closure {
	return func(s *scope) ref.Val {
		vals := make([]ref.Val, len(args))
		var unknown *types.Unknown
		for i, arg := range args {
			switch v := arg(s).(type) {
			case *types.Err:
				return v
			case *types.Unknown:
				if unknown == nil {
					unknown = v
				} else {
					unknown = types.MergeUnknowns(unknown, v)
				}
			default:
				vals[i] = v
			}
		}
		if unknown != nil {
			return unknown
		}
		if c.metered {
			s.charge(vals...)
		}
		if !fits(o, vals[0]) {
			return types.MaybeNoSuchOverloadErr(vals[0])
		}
		return o.Function(vals...)
	}
}

// fits reports whether a function can be called on a value. What the checker let through
// always fits.
func fits(o *functions.Overload, v ref.Val) bool {
	return o.OperandTrait == 0 || v.Type().HasTrait(o.OperandTrait)
}
