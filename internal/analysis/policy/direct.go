package policy

import (
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// closure evaluates an expression. It answers, and reads, exactly what CEL's interpreter
// would: values, unknowns, errors and evidence. Only the metering of loops differs in its
// units.
type closure func(s *scope) ref.Val

// direct is an expression compiled to closures.
type direct struct {
	root closure
	// locals is how many variables its loops hold at once.
	locals int
}

// closer compiles one expression. Its methods return nil for what they do not know, and
// the whole expression is left to the interpreter then.
type closer struct {
	engine     *engine
	tree       *ast.AST
	narrowings map[int64]*narrowing
	vars       []string // of the loops round the place, by slot
	most       int
	metered    bool
}

// direct returns nil for an expression that has to be interpreted.
func (e *engine) direct(tree *ast.AST, narrowings map[int64]*narrowing) *direct {
	c := &closer{engine: e, tree: tree, narrowings: narrowings, metered: loops(tree.Expr())}
	root := c.expr(tree.Expr())
	if root == nil {
		return nil
	}
	return &direct{root, c.most}
}

func (c *closer) expr(x ast.Expr) closure {
	if v := c.constant(x); v != nil {
		return func(*scope) ref.Val { return v }
	}
	switch x.Kind() {
	case ast.IdentKind:
		return c.ident(x)
	case ast.SelectKind:
		return c.selection(x)
	case ast.CallKind:
		return c.call(x)
	case ast.ListKind:
		return c.list(x.AsList())
	case ast.ComprehensionKind:
		return c.loop(x.AsComprehension())
	default:
		return nil
	}
}

// all returns nil when one of the expressions is not known.
func (c *closer) all(xs []ast.Expr) []closure {
	out := make([]closure, len(xs))
	for i, x := range xs {
		if out[i] = c.expr(x); out[i] == nil {
			return nil
		}
	}
	return out
}

// constant returns nil for what is not the same whatever is judged.
func (c *closer) constant(x ast.Expr) ref.Val {
	switch x.Kind() {
	case ast.LiteralKind:
		return x.AsLiteral()
	case ast.ListKind:
		if len(x.AsList().OptionalIndices()) > 0 {
			return nil
		}
		elems := make([]ref.Val, x.AsList().Size())
		for i, e := range x.AsList().Elements() {
			if elems[i] = c.constant(e); elems[i] == nil {
				return nil
			}
		}
		return types.NewRefValList(c.engine.adapter, elems)
	default:
		return nil
	}
}

func (c *closer) ident(x ast.Expr) closure {
	name := x.AsIdent()
	for slot := len(c.vars) - 1; slot >= 0; slot-- {
		if c.vars[slot] == name {
			return func(s *scope) ref.Val { return s.stack[s.base+slot] }
		}
	}
	if known := c.tree.ReferenceMap()[x.ID()]; known != nil && (known.Value != nil || known.Name != name) || c.tree.GetType(x.ID()).Kind() == types.TypeKind {
		return nil
	}
	switch name {
	case "resource":
		return func(s *scope) ref.Val { return s.resource }
	case "params":
		return func(s *scope) ref.Val { return s.params }
	}
	return func(s *scope) ref.Val {
		v, ok := s.ResolveName(name)
		if val, isVal := v.(ref.Val); ok && isVal {
			return val
		}
		return types.NewErr("no such attribute(s): %s", name)
	}
}

// list makes a list of parts that are worked out.
func (c *closer) list(x ast.ListExpr) closure {
	elems := c.all(x.Elements())
	if elems == nil || len(x.OptionalIndices()) > 0 {
		return nil
	}
	return func(s *scope) ref.Val {
		vals := make([]ref.Val, len(elems))
		var unknown *types.Unknown
		for i, e := range elems {
			switch v := e(s).(type) {
			case *types.Err:
				return v
			case *types.Unknown:
				unknown = types.MergeUnknowns(unknown, v)
			default:
				vals[i] = v
			}
		}
		if unknown != nil {
			return unknown
		}
		return types.NewRefValList(c.engine.adapter, vals)
	}
}

// isIdent reports whether an expression is a variable.
func isIdent(x ast.Expr, name string) bool { return x.Kind() == ast.IdentKind && x.AsIdent() == name }

// isCall reports whether an expression calls a function with so many arguments.
func isCall(x ast.Expr, function string, args int) bool {
	return x.Kind() == ast.CallKind && x.AsCall().FunctionName() == function && len(x.AsCall().Args()) == args
}

// appends reports whether a loop's step adds one element to the list that it makes.
func appends(step ast.Expr, accumulator string) bool {
	if !strings.HasPrefix(accumulator, "@") {
		return false
	}
	if isCall(step, operators.Conditional, 3) {
		step = step.AsCall().Args()[1]
	}
	if !isCall(step, operators.Add, 2) {
		return false
	}
	args := step.AsCall().Args()
	return isIdent(args[0], accumulator) && args[1].Kind() == ast.ListKind && args[1].AsList().Size() == 1
}
