package policy

import (
	"strings"

	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// quickAnswer is a function for arguments of one type; it reports whether they are.
type quickAnswer func(l, r ref.Val) (res, ok bool)

// quick returns nil for functions that are called by their binding alone.
func quick(name string) quickAnswer {
	ints := func(f func(a, b types.Int) bool) quickAnswer {
		return func(l, r ref.Val) (res, ok bool) {
			a, ok1 := l.(types.Int)
			b, ok2 := r.(types.Int)
			return ok1 && ok2 && f(a, b), ok1 && ok2
		}
	}
	texts := func(f func(a, b string) bool) quickAnswer {
		return func(l, r ref.Val) (res, ok bool) {
			a, ok1 := l.(types.String)
			b, ok2 := r.(types.String)
			return ok1 && ok2 && f(string(a), string(b)), ok1 && ok2
		}
	}
	switch name {
	case operators.Less:
		return ints(func(a, b types.Int) bool { return a < b })
	case operators.LessEquals:
		return ints(func(a, b types.Int) bool { return a <= b })
	case operators.Greater:
		return ints(func(a, b types.Int) bool { return a > b })
	case operators.GreaterEquals:
		return ints(func(a, b types.Int) bool { return a >= b })
	case "startsWith":
		return texts(strings.HasPrefix)
	case "endsWith":
		return texts(strings.HasSuffix)
	case "contains":
		return texts(strings.Contains)
	default:
		return nil
	}
}
