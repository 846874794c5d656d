package policy

import (
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// pointer is an `at`: a variable and the fields, keys and indexes below it.
type pointer struct {
	root  string
	below string
}

// pointer compiles an `at`. It is checked like any expression, and it must be a
// path: rule.cidrs, resource.ports[0], resource.tags["x"].
func (c *compiler) pointer(env *cel.Env, target *shape, l literal) *pointer {
	prog := c.engine.compile(env, l, c.found)
	if prog == nil {
		return nil
	}
	p := &pointer{}
	if !p.follow(prog.ast.Expr(), target) {
		c.found.Add(l.position(), "at needs a path such as rule.cidrs, not an expression")
		return nil
	}
	return p
}

func (p *pointer) follow(x ast.Expr, target *shape) bool {
	switch x.Kind() {
	case ast.IdentKind:
		p.root = x.AsIdent()
		return true
	case ast.SelectKind:
		sel := x.AsSelect()
		if sel.IsTestOnly() || !p.follow(sel.Operand(), target) {
			return false
		}
		name := sel.FieldName()
		if f := target.field(name); f != nil && p.root == "resource" && p.below == "" {
			name = f.path
		}
		p.below = joinPath(p.below, name)
		return true
	case ast.CallKind:
		call := x.AsCall()
		if call.FunctionName() != operators.Index || !p.follow(call.Args()[0], target) || call.Args()[1].Kind() != ast.LiteralKind {
			return false
		}
		switch key := call.Args()[1].AsLiteral().(type) {
		case types.Int:
			p.below += "[" + string(appendValue(nil, key)) + "]"
		case types.String:
			p.below = joinKey(p.below, string(key))
		}
		return true
	default:
		return false
	}
}

// path returns where the pointer leads for the values of a scope.
func (p *pointer) path(s *scope) string {
	base := ""
	if v, ok := s.ResolveName(p.root); ok {
		if n, ok := v.(node); ok {
			base = n.path()
		} else if p.root == s.eachName() {
			base = s.elementPath
		}
	}
	return joinPath(base, p.below)
}

func joinPath(base, below string) string {
	if base == "" || below == "" || strings.HasPrefix(below, "[") {
		return base + below
	}
	return base + "." + below
}
