package policy

import (
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"

	"github.com/stance-sec/stance/internal/estate/schema"
)

// last is lookup for the text after the last slash.
func (j *joiner) last(kind narrowingKind, own, other ast.Expr) *narrowing {
	n := j.lookup(kind, own, other)
	if n != nil {
		n.last, n.name = true, n.name+"/"
	}
	return n
}

// lookup returns nil unless own is a text of the element, or a list of them, and other a
// text, or for within a list of them, that the element has no part in.
func (j *joiner) lookup(kind narrowingKind, own, other ast.Expr) *narrowing {
	want := types.StringType
	if kind == within {
		want = types.NewListType(types.StringType)
	}
	if !j.tree.GetType(other.ID()).IsExactType(want) || j.speaks(other) {
		return nil
	}
	at := j.at(own)
	if at == nil || len(at.path) == 0 {
		return nil
	}
	scalar := at.typ
	if scalar.kind == schema.List {
		scalar = scalar.elem
	}
	if scalar.kind != schema.String {
		return nil
	}
	names := make([]string, len(at.path))
	for i, f := range at.path {
		names[i] = f.name
	}
	region := len(at.path) == 1 && at.path[0].place == placeHeader && at.path[0].name == "region"
	j.args = append(j.args, other)
	return &narrowing{kind: kind, path: at.path, name: strings.Join(names, "."), region: region, arg: len(j.args) - 1}
}

// speaks reports whether an expression uses the element.
func (j *joiner) speaks(x ast.Expr) bool {
	names := map[string]bool{}
	for name := range j.roots {
		names[name] = true
	}
	return mentions(x, names)
}

// at follows a selection from the element; nil when the expression is none.
func (j *joiner) at(x ast.Expr) *root {
	switch x.Kind() {
	case ast.IdentKind:
		if r := j.roots[x.AsIdent()]; r.typ != nil {
			return &r
		}
	case ast.SelectKind:
		from := j.at(x.AsSelect().Operand())
		if from == nil || from.typ.kind != schema.Object || x.AsSelect().IsTestOnly() {
			return nil
		}
		f := from.typ.obj.field(x.AsSelect().FieldName())
		if f == nil || f.place == placeContext || f.place == placeAge {
			return nil
		}
		return &root{append(from.path[:len(from.path):len(from.path)], f), f.typ}
	}
	return nil
}
