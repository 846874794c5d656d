package policy

import (
	"math"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// nodes counts the expressions in an expression.
func nodes(x ast.Expr) int64 {
	n := int64(0)
	ast.PreOrderVisit(x, ast.NewExprVisitor(func(ast.Expr) { n++ }))
	return n
}

// charge pays for a function by the sizes of what it is given: it may hold each part of
// one against each part of another. That an empty list is none is evidence, as for CEL.
func (s *scope) charge(vals ...ref.Val) {
	const textUnit = 32
	cost := 1.0
	for _, v := range vals {
		switch v := v.(type) {
		case types.String:
			cost *= 1 + float64(len(v))/textUnit
		case traits.MutableLister: // the list that a loop makes, to which one element is added
		case traits.Lister:
			n, _ := v.Size().(types.Int)
			cost *= 1 + float64(n)
		}
	}
	s.spend(int64(min(cost, math.MaxInt32)))
}

// spend ends the evaluation when the limit is reached; eval recovers from it.
func (s *scope) spend(cost int64) {
	if s.budget -= cost; s.budget < 0 {
		exceeded()
	}
}
