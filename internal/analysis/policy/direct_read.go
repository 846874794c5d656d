package policy

import (
	"fmt"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

func (c *closer) selection(x ast.Expr) closure {
	sel := x.AsSelect()
	of := c.expr(sel.Operand())
	if of == nil || c.tree.ReferenceMap()[x.ID()] != nil {
		return nil
	}
	switch t := c.tree.GetType(sel.Operand().ID()); t.Kind() {
	case types.StructKind:
		shape := c.engine.shapes.byName[t.TypeName()]
		if shape == nil || shape.field(sel.FieldName()) == nil {
			return nil
		}
		f := shape.field(sel.FieldName())
		if sel.IsTestOnly() {
			return func(s *scope) ref.Val { return hasField(of(s), f) }
		}
		return func(s *scope) ref.Val { return fieldOf(of(s), f) }
	case types.MapKind:
		key := types.String(sel.FieldName())
		if sel.IsTestOnly() {
			return func(s *scope) ref.Val { return hasKey(of(s), key) }
		}
		return func(s *scope) ref.Val { return valueOf(of(s), key) }
	default:
		return nil
	}
}

func fieldOf(v ref.Val, f *field) ref.Val {
	switch o := v.(type) {
	case *object:
		return o.get(f)
	case *types.Unknown, *types.Err:
		return v
	default:
		return types.WrapErr(fmt.Errorf("no field %q in a value of type %T", f.name, v))
	}
}

func hasField(v ref.Val, f *field) ref.Val {
	switch o := v.(type) {
	case *object:
		present, unknown := o.has(f)
		if unknown != nil {
			return unknown
		}
		return types.Bool(present)
	case *types.Unknown, *types.Err:
		return v
	default:
		return types.WrapErr(fmt.Errorf("no field %q in a value of type %T", f.name, v))
	}
}

func valueOf(v, key ref.Val) ref.Val {
	switch m := v.(type) {
	case *types.Unknown, *types.Err:
		return v
	case traits.Mapper:
		if val, found := m.Find(key); found || types.IsError(val) {
			return val
		}
	}
	return types.WrapErr(fmt.Errorf("no such key: %v", key))
}

func hasKey(v, key ref.Val) ref.Val {
	switch m := v.(type) {
	case *types.Unknown, *types.Err:
		return v
	case traits.Mapper:
		val, found := m.Find(key)
		if types.IsUnknownOrError(val) {
			return val
		}
		return types.Bool(found)
	}
	return types.False
}

// index knows constant keys and places.
func (c *closer) index(args []ast.Expr) closure {
	of := c.expr(args[0])
	if of == nil {
		return nil
	}
	kind := c.tree.GetType(args[0].ID()).Kind()
	switch at := c.constant(args[1]).(type) {
	case types.String:
		if kind == types.MapKind {
			return func(s *scope) ref.Val { return valueOf(of(s), at) }
		}
	case types.Int:
		if kind == types.ListKind {
			return func(s *scope) ref.Val { return elementOf(of(s), at) }
		}
	}
	return nil
}

func elementOf(v ref.Val, at types.Int) ref.Val {
	switch l := v.(type) {
	case *types.Unknown, *types.Err:
		return v
	case traits.Lister:
		if size, _ := l.Size().(types.Int); at >= 0 && at < size {
			return l.Get(at)
		}
	}
	return types.WrapErr(fmt.Errorf("index out of bounds: %v", at))
}
