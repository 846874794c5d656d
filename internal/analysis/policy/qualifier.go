package policy

import (
	"fmt"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"
)

// attributes makes CEL's planner use fieldQualifier wherever the type of the
// operand is one of our shapes.
type attributes struct {
	interpreter.AttributeFactory
	shapes *shapes
}

func (a attributes) NewQualifier(objType *types.Type, id int64, val any, opt bool) (interpreter.Qualifier, error) {
	name, isText := val.(string)
	if text, ok := val.(types.String); ok {
		name, isText = string(text), true
	}
	if isText && objType != nil && objType.Kind() == types.StructKind {
		if s, ok := a.shapes.byName[objType.TypeName()]; ok {
			if f := s.field(name); f != nil {
				return &fieldQualifier{id: id, field: f, name: types.String(name)}, nil
			}
		}
	}
	return a.AttributeFactory.NewQualifier(objType, id, val, opt)
}

// fieldQualifier selects a field of an object, and tests its presence with three
// answers: present, absent, unknown.
type fieldQualifier struct {
	id    int64
	field *field
	name  types.String
}

var _ interpreter.ConstantQualifier = (*fieldQualifier)(nil)

func (q *fieldQualifier) ID() int64        { return q.id }
func (q *fieldQualifier) IsOptional() bool { return false }
func (q *fieldQualifier) Value() ref.Val   { return q.name }

func (q *fieldQualifier) Qualify(_ interpreter.Activation, obj any) (any, error) {
	switch o := obj.(type) {
	case *object:
		v := o.get(q.field)
		if err, ok := v.(*types.Err); ok {
			return nil, err
		}
		return v, nil
	case *types.Unknown:
		return o, nil
	default:
		return nil, fmt.Errorf("no field %q in a value of type %T", q.field.name, obj)
	}
}

// QualifyIfPresent returns an unknown as present with the unknown as its value:
// that is how CEL's presence test hands an unknown on.
func (q *fieldQualifier) QualifyIfPresent(vars interpreter.Activation, obj any, presenceOnly bool) (any, bool, error) {
	switch o := obj.(type) {
	case *object:
		present, unknown := o.has(q.field)
		if unknown != nil {
			return unknown, true, nil
		}
		if !present || presenceOnly {
			return nil, present, nil
		}
		v, err := q.Qualify(vars, obj)
		return v, true, err
	case *types.Unknown:
		return o, true, nil
	default:
		return nil, false, fmt.Errorf("no field %q in a value of type %T", q.field.name, obj)
	}
}
