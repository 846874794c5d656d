package policy

import (
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"

	"github.com/stance-sec/stance/internal/estate/schema"
)

// reader walks expressions and follows where values come from.
type reader struct {
	vars  map[string][]Attribute
	found map[Attribute]bool
	ast   *ast.AST
	// facets are the names under which a check of a facet finds facets; nil otherwise.
	facets map[string]*schema.ObjectType
}

func (r *reader) check(c *check) {
	r.lets(c.lets[:c.late])
	if c.when != nil {
		r.program(c.when)
	}
	if c.each != nil {
		r.vars[c.each.name] = elements(r.program(c.each.program))
	}
	r.lets(c.lets[c.late:])
	for i := range c.asserts {
		r.program(c.asserts[i].program)
		r.message(c.asserts[i].message)
	}
}

func (r *reader) lets(lets []let) {
	for _, l := range lets {
		r.vars[l.name] = r.program(l.program)
	}
}

func (r *reader) message(m *message) {
	if m == nil {
		return
	}
	for _, p := range m.pieces {
		if p.program != nil {
			r.program(p.program)
		}
	}
}

func (r *reader) program(p *program) []Attribute {
	r.ast = p.ast
	origins := r.walk(p.ast.Expr())
	r.note(origins)
	return origins
}

// walk returns the attributes an expression's value comes from, noting every one
// that is read on the way.
func (r *reader) walk(x ast.Expr) []Attribute {
	switch x.Kind() {
	case ast.IdentKind:
		return r.vars[x.AsIdent()]
	case ast.SelectKind:
		sel := x.AsSelect()
		out := below(r.walk(sel.Operand()), r.segment(sel))
		if sel.IsTestOnly() {
			r.note(out)
			return nil
		}
		return out
	case ast.CallKind:
		return r.call(x)
	case ast.ListKind:
		return r.all(x.AsList().Elements())
	case ast.ComprehensionKind:
		return r.comprehension(x.AsComprehension())
	default:
		return nil
	}
}

// segment is what a selected field adds to a path.
func (r *reader) segment(sel ast.SelectExpr) string {
	name := sel.FieldName()
	if name == "age_days" {
		name = "created"
	}
	if r.facets[name] != nil && sel.Operand().Kind() == ast.IdentKind && sel.Operand().AsIdent() == "resource" {
		return "facets." + name
	}
	return name
}

func (r *reader) call(x ast.Expr) []Attribute {
	call := x.AsCall()
	var out []Attribute
	if call.IsMemberFunction() {
		out = append(out, r.walk(call.Target())...)
	}
	switch args := call.Args(); call.FunctionName() {
	case operators.Index:
		r.note(r.walk(args[1]))
		return elements(r.walk(args[0]))
	case operators.Conditional:
		r.note(r.walk(args[0]))
		return append(append(out, r.walk(args[1])...), r.walk(args[2])...)
	default:
		out = append(out, r.all(args)...)
	}
	switch r.ast.GetType(x.ID()).Kind() {
	case types.ListKind, types.MapKind, types.StructKind:
		return out // parts of it may be read further on
	default:
		r.note(out)
		return nil
	}
}

func (r *reader) all(xs []ast.Expr) (out []Attribute) {
	for _, x := range xs {
		out = append(out, r.walk(x)...)
	}
	return out
}

func (r *reader) comprehension(c ast.ComprehensionExpr) []Attribute {
	over := r.walk(c.IterRange())
	r.note(over)
	names := []string{c.IterVar(), c.IterVar2(), c.AccuVar()}
	saved := make([][]Attribute, len(names))
	for i, n := range names {
		saved[i] = r.vars[n]
	}
	r.vars[c.IterVar()], r.vars[c.IterVar2()] = elements(over), elements(over)
	r.vars[c.AccuVar()] = r.walk(c.AccuInit())
	r.note(r.walk(c.LoopCondition()))
	r.vars[c.AccuVar()] = r.walk(c.LoopStep())
	out := r.walk(c.Result())
	for i, n := range names {
		r.vars[n] = saved[i]
	}
	return out
}
