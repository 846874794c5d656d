package policy

import (
	"cel.dev/cel-go/common/ast"
)

// mentions reports whether an expression uses one of the variables itself, and not a
// variable of the same name that one of its macros makes.
func mentions(x ast.Expr, names map[string]bool) bool {
	switch x.Kind() {
	case ast.IdentKind:
		return names[x.AsIdent()]
	case ast.SelectKind:
		return mentions(x.AsSelect().Operand(), names)
	case ast.CallKind:
		call := x.AsCall()
		return call.IsMemberFunction() && mentions(call.Target(), names) || anyMentions(call.Args(), names)
	case ast.ListKind:
		return anyMentions(x.AsList().Elements(), names)
	case ast.MapKind:
		for _, e := range x.AsMap().Entries() {
			entry := e.AsMapEntry()
			if mentions(entry.Key(), names) || mentions(entry.Value(), names) {
				return true
			}
		}
		return false
	case ast.ComprehensionKind:
		c := x.AsComprehension()
		if mentions(c.IterRange(), names) || mentions(c.AccuInit(), names) {
			return true
		}
		inner := without(names, c.IterVar(), c.IterVar2(), c.AccuVar())
		return anyMentions([]ast.Expr{c.LoopCondition(), c.LoopStep(), c.Result()}, inner)
	default:
		return false
	}
}

func anyMentions(xs []ast.Expr, names map[string]bool) bool {
	for _, x := range xs {
		if mentions(x, names) {
			return true
		}
	}
	return false
}

func without(names map[string]bool, hidden ...string) map[string]bool {
	out := map[string]bool{}
	for n := range names {
		out[n] = true
	}
	for _, h := range hidden {
		delete(out, h)
	}
	return out
}
