package policy

import (
	"cel.dev/cel-go/common/functions"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/overloads"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"cel.dev/cel-go/interpreter"
)

// The two gaps in CEL's three-valued logic that this file closes. CEL knows values
// that are unknown as a whole. It has no lists of which some elements are unknown,
// and both its functions and its equality would take such a list at face value.

// partial is a value of which some part may be unknown.
type partial interface{ partly() *types.Unknown }

// unknownIn returns what makes an argument unusable: an unknown element or value in
// a list or map. Objects are read field by field, so they stay usable.
func unknownIn(v ref.Val) *types.Unknown {
	if p, ok := v.(partial); ok {
		return p.partly()
	}
	return nil
}

// threeValued are the functions that deal with partly unknown arguments themselves.
var threeValued = map[string]bool{
	operators.OldIn: true, operators.NotStrictlyFalse: true,
	operators.Index: true, "is_internet": true, "internet_part": true, "open_to_internet": true, "internet_ports": true,
}

// strictArguments makes a function answer unknown when an argument is partly so.
func strictArguments(name string, o *functions.Overload) *functions.Overload {
	if name == operators.In {
		return wholeElement(o)
	}
	if threeValued[name] || o.NonStrict {
		return o
	}
	check := unknownIn
	if name == overloads.Size {
		check = uncounted
	}
	wrapped := *o
	if f := o.Unary; f != nil {
		wrapped.Unary = func(a ref.Val) ref.Val {
			if u := check(a); u != nil {
				return u
			}
			return f(a)
		}
	}
	if f := o.Binary; f != nil {
		wrapped.Binary = func(a, b ref.Val) ref.Val {
			if u := types.MergeUnknowns(check(a), check(b)); u != nil {
				return u
			}
			return f(a, b)
		}
	}
	if f := o.Function; f != nil {
		wrapped.Function = func(args ...ref.Val) ref.Val {
			var u *types.Unknown
			for _, a := range args {
				u = types.MergeUnknowns(check(a), u)
			}
			if u != nil {
				return u
			}
			return f(args...)
		}
	}
	return &wrapped
}

// wholeElement makes `in` answer unknown for an element of which something is
// unknown. The lists deal with their own elements.
func wholeElement(o *functions.Overload) *functions.Overload {
	wrapped := *o
	if f := o.Binary; f != nil {
		wrapped.Binary = func(elem, list ref.Val) ref.Val {
			if u := unknownWithin(elem); u != nil {
				return u
			}
			return f(elem, list)
		}
	}
	return &wrapped
}

// unknownWithin is unknownIn for equality, which looks into everything: an object,
// and the elements of a list that an expression made.
func unknownWithin(v ref.Val) *types.Unknown {
	switch v := v.(type) {
	case *object:
		return v.mask.any()
	case partial:
		return v.partly()
	case traits.Lister:
		var u *types.Unknown
		n, _ := v.Size().(types.Int)
		for i := range n {
			u = types.MergeUnknowns(unknownWithin(v.Get(i)), u)
		}
		return u
	default:
		return nil
	}
}

// uncounted returns what hides how many elements a list has; one unknown element
// among others does not. It is where size() is noted as evidence.
func uncounted(v ref.Val) *types.Unknown {
	switch v := v.(type) {
	case *list:
		v.noted()
		return v.tail
	case *mapping:
		v.noted()
		return v.tail
	}
	return nil
}

// threeValuedEquality replaces == and != by equality that is unknown when a side is
// partly unknown.
func threeValuedEquality(i interpreter.InterpretableV2) (interpreter.InterpretableV2, error) {
	call, ok := i.(interpreter.InterpretableCall)
	if !ok || len(call.Args()) != 2 {
		return i, nil
	}
	switch call.Function() {
	case operators.Equals:
		return &equality{InterpretableCall: call, left: call.Args()[0], right: call.Args()[1]}, nil
	case operators.NotEquals:
		return &equality{InterpretableCall: call, left: call.Args()[0], right: call.Args()[1], negate: true}, nil
	default:
		return i, nil
	}
}

type equality struct {
	interpreter.InterpretableCall
	left, right interpreter.InterpretableV2
	negate      bool
}

func (e *equality) Eval(vars interpreter.Activation) ref.Val {
	return interpreter.EvalActivation(vars, e.Exec)
}

func (e *equality) Exec(frame *interpreter.ExecutionFrame) ref.Val {
	l, r := e.left.Exec(frame), e.right.Exec(frame)
	res := e.compare(l, r)
	if costs := frame.CostTracker(); costs != nil {
		costs.EvalBinary(frame, e.ID(), e.InterpretableCall, l, r, res)
	}
	return res
}

func (e *equality) compare(l, r ref.Val) ref.Val {
	if _, ok := l.(*types.Err); ok {
		return l
	}
	if _, ok := r.(*types.Err); ok {
		return r
	}
	lu, _ := l.(*types.Unknown)
	ru, _ := r.(*types.Unknown)
	if lu == nil && ru == nil {
		lu, ru = unknownWithin(l), unknownWithin(r)
	}
	if u := types.MergeUnknowns(lu, ru); u != nil {
		return u
	}
	res := types.Equal(l, r)
	if equal, ok := res.(types.Bool); ok && e.negate {
		return !equal
	}
	return res
}
