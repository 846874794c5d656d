package policy

import (
	"fmt"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"github.com/stance-sec/stance/internal/estate"
)

// verdict is what a check says of a resource, or of one element.
type verdict struct {
	status estate.Status
	// assert is the one that fails, for fail; -1 otherwise.
	assert int
	// cause is why it is unknown, for unknown: an *types.Unknown or an *types.Err.
	cause ref.Val
	// element is the failing element of for_each.
	element     ref.Val
	elementPath string
	// scoping is set when it is not known whether the check applies at all.
	scoping bool
}

func unknownVerdict(cause ref.Val) verdict {
	return verdict{status: estate.UnknownStatus, assert: -1, cause: cause}
}

// judge returns the verdicts of a check: one, or one per failing element and one
// more when some element could not be judged.
func (s *scope) judge(into []verdict) []verdict {
	if s.check.when != nil {
		switch applies := s.eval(s.check.when).(type) {
		case types.Bool:
			if !applies {
				return append(into, verdict{status: estate.NotApplicable, assert: -1})
			}
		default:
			v := unknownVerdict(applies)
			v.scoping = true
			return append(into, v)
		}
	}
	if s.check.each != nil {
		return s.judgeEach(into)
	}
	return append(into, s.asserts())
}

// asserts weighs all asserts as CEL's && would: one that is false decides.
func (s *scope) asserts() verdict {
	var unknown *types.Unknown
	var failure ref.Val
	for i := range s.check.asserts {
		switch v := s.eval(s.check.asserts[i].program).(type) {
		case types.Bool:
			if !v {
				return verdict{status: estate.Fail, assert: i}
			}
		case *types.Unknown:
			unknown = types.MergeUnknowns(v, unknown)
		default:
			failure = v
		}
	}
	switch {
	case unknown != nil:
		return unknownVerdict(unknown)
	case failure != nil:
		return unknownVerdict(failure)
	default:
		return verdict{status: estate.Pass, assert: -1}
	}
}

func (s *scope) judgeEach(into []verdict) []verdict {
	over := s.eval(s.check.each.program)
	elems, ok := over.(traits.Lister)
	if !ok {
		return append(into, unknownVerdict(over))
	}
	n, _ := elems.Size().(types.Int)
	before := len(into)
	var open *verdict
	for i := range int(n) {
		v := s.judgeOne(elems, i)
		switch v.status {
		case estate.Fail:
			into = append(into, v)
		case estate.UnknownStatus:
			open = merge(open, v)
		}
	}
	s.element(nil, "")
	if open != nil {
		return append(into, *open)
	}
	if len(into) == before {
		return append(into, verdict{status: estate.Pass, assert: -1})
	}
	return into
}

func (s *scope) judgeOne(elems traits.Lister, i int) verdict {
	elem := elems.Get(types.Int(i))
	if types.IsUnknownOrError(elem) {
		return unknownVerdict(elem)
	}
	s.element(elem, elementPath(s.check.each.name, elems, elem, i))
	v := s.asserts()
	v.element, v.elementPath = elem, s.elementPath
	return v
}

// elementPath is where an element stands, or the variable with an index for an
// element that was worked out.
func elementPath(name string, elems traits.Lister, elem ref.Val, i int) string {
	if n, ok := elem.(node); ok {
		return n.path()
	}
	if l, ok := elems.(*list); ok {
		return pathOf(l, "", i)
	}
	return fmt.Sprintf("%s[%d]", name, i)
}

// merge joins the unknown elements into one verdict on the resource.
func merge(open *verdict, v verdict) *verdict {
	if open == nil {
		v.element, v.elementPath = nil, ""
		return &v
	}
	a, ok1 := open.cause.(*types.Unknown)
	b, ok2 := v.cause.(*types.Unknown)
	switch {
	case ok1 && ok2:
		open.cause = types.MergeUnknowns(a, b)
	case ok2:
		open.cause = b
	}
	return open
}
