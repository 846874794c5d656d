package policy

import (
	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// timeFunctions speak of ages.
func timeFunctions() []function {
	const hidden = "@days_between"
	return []function{{
		Function: Function{
			Name: "days_since", Signature: "days_since(timestamp) -> int",
			Help: "Whole days from the time until now; negative for a time to come.",
		},
		option: cel.Function(hidden, cel.Overload("days_between_timestamps",
			[]*cel.Type{cel.TimestampType, cel.TimestampType}, cel.IntType,
			cel.BinaryBinding(func(from, now ref.Val) ref.Val {
				f, ok1 := from.(types.Timestamp)
				n, ok2 := now.(types.Timestamp)
				if !ok1 || !ok2 {
					return types.MaybeNoSuchOverloadErr(from)
				}
				return types.Int(days(n.Time.Sub(f.Time)))
			}))),
		macros: []cel.Macro{withNow("days_since", hidden)},
	}}
}
