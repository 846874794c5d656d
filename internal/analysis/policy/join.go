package policy

import (
	"maps"
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"

	"github.com/stance-sec/stance/internal/estate/schema"
)

// joins finds the loops over collections whose condition holds a text of the element
// against one that the element has no part in, such as
//
//	groups.exists(g, g.region == resource.region && resource.groups.exists(id, g.id.endsWith("/" + id)))
//
// It returns an expression in which they go over nearCall of their collection, and the
// narrowings by the id of the call. What such a loop answers is the same; it takes time
// for the elements that fit and not for the whole collection.
func (e *engine) joins(tree *ast.AST) (*ast.AST, map[int64]*narrowing) {
	if !loops(tree.Expr()) {
		return tree, nil
	}
	planned := ast.Copy(tree)
	var all []ast.Expr
	ast.PreOrderVisit(planned.Expr(), ast.NewExprVisitor(func(x ast.Expr) {
		if x.Kind() == ast.ComprehensionKind {
			all = append(all, x)
		}
	}))
	found := map[int64]*narrowing{}
	for _, x := range all {
		c := x.AsComprehension()
		over := c.IterRange()
		j := e.joiner(planned, c)
		if j == nil {
			continue
		}
		if n := j.narrow(condition(c)); n != nil {
			factory := ast.NewExprFactory()
			collection := factory.NewIdent(over.ID(), over.AsIdent())
			over.SetKindCase(factory.NewCall(over.ID(), nearCall, append([]ast.Expr{collection}, j.args...)...))
			found[over.ID()] = n
		}
	}
	return planned, found
}

// joiner reads the condition of one loop.
type joiner struct {
	tree *ast.AST
	args []ast.Expr // what texts are held against
	// roots are the variables that stand for the element, or for something in it.
	roots map[string]root
}

// root is where a variable stands in the element.
type root struct {
	path []*field
	typ  *valueType
}

// joiner returns nil for a loop that does not go over a variable of resources.
func (e *engine) joiner(tree *ast.AST, c ast.ComprehensionExpr) *joiner {
	over := c.IterRange()
	if over.Kind() != ast.IdentKind || c.IterVar2() != "" {
		return nil
	}
	t := tree.GetType(over.ID())
	if t.Kind() != types.ListKind || t.Parameters()[0].Kind() != types.StructKind {
		return nil
	}
	name := t.Parameters()[0].TypeName()
	if !strings.HasPrefix(name, resourcePrefix) {
		return nil
	}
	return &joiner{tree: tree, roots: map[string]root{c.IterVar(): {nil, objectType(e.shapes.byName[name])}}}
}

// condition returns what an element must fulfil to matter to a loop: it is false for
// elements that leave the loop's result as it is. It is nil where there is none.
func condition(c ast.ComprehensionExpr) ast.Expr {
	step := c.LoopStep()
	if step.Kind() != ast.CallKind {
		return nil
	}
	args := step.AsCall().Args()
	isResult := func(x ast.Expr) bool { return x.Kind() == ast.IdentKind && x.AsIdent() == c.AccuVar() }
	switch step.AsCall().FunctionName() {
	case operators.LogicalOr:
		if len(args) == 2 && isResult(args[0]) {
			return args[1]
		}
	case operators.Conditional:
		if len(args) == 3 && isResult(args[2]) {
			return args[0]
		}
	}
	return nil
}

// narrow returns nil for a condition that any element may fulfil.
func (j *joiner) narrow(x ast.Expr) *narrowing {
	if x == nil {
		return nil
	}
	switch x.Kind() {
	case ast.ComprehensionKind:
		return j.inner(x.AsComprehension())
	case ast.CallKind:
		return j.call(x.AsCall())
	default:
		return nil
	}
}

func (j *joiner) call(c ast.CallExpr) *narrowing {
	args := c.Args()
	switch c.FunctionName() {
	case operators.LogicalAnd:
		if parts := j.parts(args); len(parts) > 0 {
			return &narrowing{kind: both, parts: parts}
		}
	case operators.LogicalOr:
		if parts := j.parts(args); len(parts) == len(args) {
			return &narrowing{kind: either, parts: parts}
		}
	case operators.Equals:
		if n := j.lookup(equals, args[0], args[1]); n != nil {
			return n
		}
		return j.lookup(equals, args[1], args[0])
	case operators.In:
		if n := j.lookup(within, args[0], args[1]); n != nil {
			return n
		}
		return j.lookup(equals, args[1], args[0])
	case "endsWith":
		if part := afterSlash(args[0]); part != nil && c.IsMemberFunction() {
			if n := j.lookup(ending, part, c.Target()); n != nil {
				return n
			}
			return j.last(equals, c.Target(), part)
		}
	}
	return nil
}

func (j *joiner) parts(conditions []ast.Expr) (parts []*narrowing) {
	for _, x := range conditions {
		if n := j.narrow(x); n != nil {
			parts = append(parts, n)
		}
	}
	return parts
}

// inner reads `list.exists(v, ...)`: the list is in the element, or v is what a text of
// the element is held against.
func (j *joiner) inner(c ast.ComprehensionExpr) *narrowing {
	x := condition(c)
	isResult := c.Result().Kind() == ast.IdentKind && c.Result().AsIdent() == c.AccuVar()
	if x == nil || c.IterVar2() != "" || c.LoopStep().AsCall().FunctionName() != operators.LogicalOr || !isResult {
		return nil
	}
	if at := j.at(c.IterRange()); at != nil && at.typ.kind == schema.List {
		outer := j.roots
		j.roots = maps.Clone(outer)
		j.roots[c.IterVar()] = root{at.path, at.typ.elem}
		n := j.narrow(x)
		j.roots = outer
		return n
	}
	return j.anyOf(c, x)
}

// anyOf reads `texts.exists(v, element.field.endsWith("/" + v))`.
func (j *joiner) anyOf(c ast.ComprehensionExpr, x ast.Expr) *narrowing {
	if x.Kind() != ast.CallKind || x.AsCall().FunctionName() != "endsWith" || !x.AsCall().IsMemberFunction() {
		return nil
	}
	part := afterSlash(x.AsCall().Args()[0])
	if part == nil || part.Kind() != ast.IdentKind || part.AsIdent() != c.IterVar() || j.roots[c.IterVar()].typ != nil {
		return nil
	}
	return j.last(within, x.AsCall().Target(), c.IterRange())
}

// afterSlash returns x of `"/" + x`, else nil.
func afterSlash(x ast.Expr) ast.Expr {
	if x.Kind() != ast.CallKind || x.AsCall().FunctionName() != operators.Add {
		return nil
	}
	args := x.AsCall().Args()
	if args[0].Kind() == ast.LiteralKind && args[0].AsLiteral() == types.String("/") {
		return args[1]
	}
	return nil
}
