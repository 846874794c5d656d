package policy

import (
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// textFunctions read structured text.
func textFunctions() []function {
	return []function{
		{
			Function: Function{
				Name: "version_less", Signature: "version_less(string, string) -> bool",
				Help: "Whether the first version is older than the second: dotted numbers are compared as numbers, " +
					"a leading v and what follows the numbers is left out. Text without a number in front is an error, so the check is unknown.",
			},
			option: cel.Function("version_less", cel.Overload("version_less_strings",
				[]*cel.Type{cel.StringType, cel.StringType}, cel.BoolType, cel.BinaryBinding(versionLess))),
		},
		{
			Function: Function{
				Name: "arn_account", Signature: "arn_account(string) -> string",
				Help: "The account in an ARN; empty for an ARN without one and for text that is no ARN.",
			},
			option: cel.Function("arn_account", cel.Overload("arn_account_string",
				[]*cel.Type{cel.StringType}, cel.StringType, cel.UnaryBinding(arnAccount))),
		},
	}
}

func versionLess(a, b ref.Val) ref.Val {
	left, err := version(a)
	if err != nil {
		return err
	}
	right, err := version(b)
	if err != nil {
		return err
	}
	for i := range max(len(left), len(right)) {
		l, r := part(left, i), part(right, i)
		if l != r {
			return types.Bool(len(l) < len(r) || len(l) == len(r) && l < r)
		}
	}
	return types.False
}

// version returns the numbers of a version as text without leading zeros, so that
// no length overflows.
func version(v ref.Val) ([]string, *types.Err) {
	s, ok := v.(types.String)
	if !ok {
		return nil, failed("version_less needs text, not %s", v.Type().TypeName())
	}
	rest := strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(string(s)), "v"), "V")
	var parts []string
	for {
		digits := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
		if digits == "" {
			break
		}
		parts = append(parts, strings.TrimLeft(digits, "0"))
		rest = rest[len(digits):]
		if !strings.HasPrefix(rest, ".") {
			break
		}
		rest = rest[1:]
	}
	if len(parts) == 0 {
		return nil, failed("%.40q is no version", string(s))
	}
	return parts, nil
}

func part(parts []string, i int) string {
	if i < len(parts) {
		return parts[i]
	}
	return ""
}

func arnAccount(v ref.Val) ref.Val {
	s, ok := v.(types.String)
	if !ok {
		return types.MaybeNoSuchOverloadErr(v)
	}
	parts := strings.SplitN(string(s), ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return types.String("")
	}
	return types.String(parts[4])
}
