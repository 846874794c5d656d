package policy

import (
	"strconv"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/decls"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
)

// networkFunctions ask who address ranges and firewall rules let in.
func networkFunctions() []function {
	ranges := cel.ListType(cel.StringType)
	rule := cel.ObjectType("facet.Rule")
	rules := cel.ListType(rule)
	return []function{
		{
			Function: Function{
				Name: "is_internet", Signature: "list(string).is_internet() -> bool",
				Help: "Whether the union of address ranges covers enough of the internet to count as it. Unknown when ranges that could not be read might settle it.",
			},
			option: method("is_internet", cel.BoolType, isInternet, ranges),
		},
		{
			Function: Function{
				Name: "internet_part", Signature: "list(string).internet_part() -> string",
				Help: "The ranges that reach the internet, merged, for a message; \"none\" when none does.",
			},
			option: method("internet_part", cel.StringType, internetPart, ranges),
		},
		{
			Function: Function{
				Name: "allows", Signature: "facet.Rule.allows(protocol string, port int) -> bool",
				Help: "Whether the rule, taken alone, lets some peer reach the port, whoever the peers are.",
			},
			option: method("allows", cel.BoolType, ruleAllows, rule, cel.StringType, cel.IntType),
		},
		{
			Function: Function{
				Name: "open_to_internet", Signature: "list(facet.Rule).open_to_internet(protocol string, port int) -> bool",
				Help: "Whether the rules together let enough of the internet reach the port. Unknown when what is not known of them might settle it.",
			},
			option: method("open_to_internet", cel.BoolType, openToInternet, rules, cel.StringType, cel.IntType),
		},
		{
			Function: Function{
				Name: "internet_ports", Signature: "list(facet.Rule).internet_ports(protocol string) -> string",
				Help: "The ports that the rules open to the internet for certain, for a message; \"none\" when there are none.",
			},
			option: method("internet_ports", cel.StringType, internetPorts, rules, cel.StringType),
		},
	}
}

// method declares a method: the first argument is what it is called on.
func method(name string, result *cel.Type, f func(...ref.Val) ref.Val, args ...*cel.Type) cel.EnvOption {
	// The checker has proved the types already, and the guards would look into lists
	// that may hold unknown elements.
	return cel.Function(name, decls.DisableTypeGuards(true), cel.MemberOverload("stance_"+name, args, result, cel.FunctionBinding(f)))
}

// isInternet grows with its ranges: those that are known may be enough.
func isInternet(args ...ref.Val) ref.Val {
	known, unknown := textsOf(args[0])
	answer := network.IsInternet(known)
	if answer != estate.Yes && unknown != nil {
		return unknown
	}
	return decided(answer, args[0], "a range cannot be read")
}

func internetPart(args ...ref.Val) ref.Val {
	known, unknown := textsOf(args[0])
	if unknown != nil {
		return unknown
	}
	part, _ := network.InternetPart(known) // ranges that cannot be read are left out of the text
	return types.String(part.String())
}

func ruleAllows(args ...ref.Val) ref.Val {
	o, ok := args[0].(*object)
	if !ok {
		return types.MaybeNoSuchOverloadErr(args[0])
	}
	r := ruleOf(o)
	return decidedBy(network.Allows(r, string(args[1].(types.String)), port(args[2])), o.mask.any(), o, "the rule cannot be read")
}

func openToInternet(args ...ref.Val) ref.Val {
	rules, unknown := rulesOf(args[0])
	res := network.OpenToInternet(rules, string(args[1].(types.String)), port(args[2]))
	return decidedBy(res.Verdict, unknown, args[0], strings.Join(res.Unknown, "; "))
}

func internetPorts(args ...ref.Val) ref.Val {
	rules, _ := rulesOf(args[0])
	var out []string
	for _, r := range network.OpenPorts(rules, string(args[1].(types.String))).Open {
		text := strconv.Itoa(r.From)
		if r.To != r.From {
			text += "-" + strconv.Itoa(r.To)
		}
		out = append(out, text)
	}
	if len(out) == 0 {
		return types.String("none")
	}
	return types.String(strings.Join(out, ", "))
}

// port keeps a number that is no port outside of the ports.
func port(v ref.Val) int {
	if n, ok := v.(types.Int); ok && n >= 0 && n <= 65535 {
		return int(n)
	}
	return -1
}

// rulesOf decodes rules, and returns what of them is unknown. A rule that is unknown
// stays in the list as one whose effect, protocol and peers are.
func rulesOf(v ref.Val) ([]facet.Rule, *types.Unknown) {
	l, ok := v.(*list)
	if !ok {
		return decodeRules(v.(traits.Lister))
	}
	l.noted()
	if l.native == nil {
		rules, unknown := decodeRules(l)
		l.native = &decodedRules{rules, unknown}
	}
	d := l.native.(*decodedRules)
	return d.rules, d.unknown
}

type decodedRules struct {
	rules   []facet.Rule
	unknown *types.Unknown
}

func decodeRules(l traits.Lister) (rules []facet.Rule, unknown *types.Unknown) {
	n, _ := l.Size().(types.Int)
	for i := range n {
		switch e := l.Get(i).(type) {
		case *object:
			rules = append(rules, ruleOf(e))
			unknown = types.MergeUnknowns(e.mask.any(), unknown)
		case *types.Unknown:
			rules = append(rules, unknownRule())
			unknown = types.MergeUnknowns(e, unknown)
		}
	}
	return rules, unknown
}
