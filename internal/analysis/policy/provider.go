package policy

import (
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// provider tells CEL's checker which fields an object has. Reading them is the
// business of fieldQualifier.
type provider struct {
	base   *types.Registry
	shapes *shapes
}

var _ types.Provider = (*provider)(nil)

func (p *provider) EnumValue(name string) ref.Val { return p.base.EnumValue(name) }

func (p *provider) FindIdent(name string) (ref.Val, bool) { return p.base.FindIdent(name) }

func (p *provider) FindStructType(name string) (*types.Type, bool) {
	if s, ok := p.shapes.byName[name]; ok {
		return types.NewTypeTypeWithParam(s.cel), true
	}
	return nil, false
}

func (p *provider) FindStructFieldNames(name string) ([]string, bool) {
	s, ok := p.shapes.byName[name]
	if !ok {
		return nil, false
	}
	return sortedKeys(s.byName), true
}

// FindStructFieldType leaves GetFrom and IsSet unset: their signature has no room
// for "unknown whether it is set".
func (p *provider) FindStructFieldType(name, fieldName string) (*types.FieldType, bool) {
	s, ok := p.shapes.byName[name]
	if !ok {
		return nil, false
	}
	f := s.field(fieldName)
	if f == nil {
		return nil, false
	}
	return &types.FieldType{Type: f.typ.cel}, true
}

func (p *provider) NewValue(name string, _ map[string]ref.Val) ref.Val {
	return types.NewErr("objects of type %q cannot be made in a check", name)
}

// adapter passes CEL values through without a look at their type.
type adapter struct{ base *types.Registry }

func (a adapter) NativeToValue(v any) ref.Val {
	if val, ok := v.(ref.Val); ok {
		return val
	}
	return a.base.NativeToValue(v)
}
