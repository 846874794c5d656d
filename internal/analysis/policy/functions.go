package policy

import (
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/ext"
)

// Function describes a function that expressions of a check can call, beside those
// of CEL itself and of cel-go's extensions strings, lists, sets and math.
type Function struct {
	// Name is the bare name, such as is_internet.
	Name string
	// Signature shows how it is called and what it answers.
	Signature string
	// Help says in a sentence what it answers, and when it answers unknown.
	Help string
}

// function is a Function with what makes CEL know it.
type function struct {
	Function
	option cel.EnvOption
	macros []cel.Macro
}

// Functions lists what a check can call, grouped by family, for the reference.
func Functions() []Function {
	var out []Function
	for _, f := range families() {
		out = append(out, f.Function)
	}
	return out
}

func families() []function {
	var out []function
	for _, family := range [][]function{timeFunctions(), textFunctions(), networkFunctions(), policyFunctions()} {
		out = append(out, family...)
	}
	return out
}

func functionOptions() []cel.EnvOption {
	opts := []cel.EnvOption{ext.Strings(), ext.Lists(), ext.Sets(), ext.Math()}
	for _, f := range families() {
		if f.option != nil {
			opts = append(opts, f.option)
		}
		if len(f.macros) > 0 {
			opts = append(opts, cel.Macros(f.macros...))
		}
	}
	return opts
}

// withNow makes name(x) call hidden(x, now): a function cannot see the clock by
// itself, and a check never sees another one than the run's.
func withNow(name, hidden string) cel.Macro {
	return cel.GlobalMacro(name, 1, func(f cel.MacroExprFactory, _ ast.Expr, args []ast.Expr) (ast.Expr, *cel.Error) {
		return f.NewCall(hidden, args[0], f.NewIdent("now")), nil
	})
}

// plainMessage is CEL's message without what speaks of its own workings.
func plainMessage(s string) string {
	s = strings.ReplaceAll(s, " (in container '')", "")
	return strings.NewReplacer(resourcePrefix, "", "resource_with.", "", "params_of.", "").Replace(s)
}

func failed(format string, args ...any) *types.Err {
	return types.NewErr(format, args...).(*types.Err)
}
