package policy

import (
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// conjunction is && when one false decides, and || when one true does.
func conjunction(terms []closure, decides types.Bool) closure {
	return func(s *scope) ref.Val {
		var unknown *types.Unknown
		var failure ref.Val
		for _, term := range terms {
			v := term(s)
			if b, ok := v.(types.Bool); ok {
				if b == decides {
					return b
				}
				continue
			}
			unknown, failure = undecidedBy(v, unknown, failure)
		}
		return conclusion(unknown, failure, !decides)
	}
}

// undecidedBy takes in a value that is neither true nor false.
func undecidedBy(v ref.Val, unknown *types.Unknown, failure ref.Val) (*types.Unknown, ref.Val) {
	if u, ok := v.(*types.Unknown); ok {
		if unknown == nil {
			return u, failure
		}
		return types.MergeUnknowns(unknown, u), failure
	}
	if failure == nil {
		failure = v
		if !types.IsError(v) {
			failure = types.MaybeNoSuchOverloadErr(v)
		}
	}
	return unknown, failure
}

// conclusion is what holds when no term decided: something unknown, else the first
// failure, else what all terms agree on.
func conclusion(unknown *types.Unknown, failure ref.Val, agreed types.Bool) ref.Val {
	switch {
	case unknown != nil:
		return unknown
	case failure != nil:
		return failure
	default:
		return agreed
	}
}

func conditional(args []closure) closure {
	return func(s *scope) ref.Val {
		switch v := args[0](s).(type) {
		case types.Bool:
			if v {
				return args[1](s)
			}
			return args[2](s)
		case *types.Unknown:
			return v
		default:
			return types.MaybeNoSuchOverloadErr(v)
		}
	}
}

func negation(of closure) closure {
	return func(s *scope) ref.Val {
		switch v := of(s).(type) {
		case types.Bool:
			return !v
		case *types.Unknown, *types.Err:
			return v
		default:
			return types.MaybeNoSuchOverloadErr(v)
		}
	}
}

func (c *closer) equality(args []closure, negate bool) closure {
	left, right := args[0], args[1]
	e := &equality{negate: negate}
	return func(s *scope) ref.Val {
		l, r := left(s), right(s)
		if a, ok := l.(types.String); ok {
			if b, ok := r.(types.String); ok {
				return types.Bool((a == b) != negate)
			}
		}
		if c.metered {
			s.charge(l, r)
		}
		return e.compare(l, r)
	}
}
