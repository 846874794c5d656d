package policy

import (
	"regexp"
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// maxPatterns is how many regular expressions stay compiled.
const maxPatterns = 256

func (c *closer) matches(call ast.CallExpr) closure {
	args := c.all([]ast.Expr{call.Target(), call.Args()[0]})
	if args == nil {
		return nil
	}
	return func(s *scope) ref.Val {
		in := args[0](s)
		if types.IsError(in) {
			return in
		}
		pattern := args[1](s)
		a, ok1 := in.(types.String)
		b, ok2 := pattern.(types.String)
		if !ok1 || !ok2 {
			return firstObstacle(in, pattern)
		}
		if c.metered {
			s.charge(a, b)
		}
		compiled, err := s.ev.pattern(string(b))
		if err != nil {
			return types.WrapErr(err)
		}
		return types.Bool(compiled.MatchString(string(a)))
	}
}

// pattern returns a compiled regular expression.
func (e *Evaluator) pattern(text string) (*regexp.Regexp, error) {
	if known := e.patterns[text]; known != nil {
		return known, nil
	}
	compiled, err := regexp.Compile(text)
	if err != nil {
		return nil, err
	}
	if e.patterns == nil || len(e.patterns) >= maxPatterns {
		e.patterns = map[string]*regexp.Regexp{}
	}
	e.patterns[strings.Clone(text)] = compiled
	return compiled, nil
}
