package policy

import (
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/stance-sec/stance/internal/analysis/identity"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// policyFunctions ask what an access policy grants, and to whom. A policy that is
// absent grants nothing; one that could not be read is unknown before it gets here.
func policyFunctions() []function {
	list := cel.ListType(cel.StringType)
	return []function{
		ask("is_public", "() -> bool", "Whether the policy lets strangers in: anonymous callers or any AWS account. Unknown when that hangs on a condition that cannot be decided.",
			cel.BoolType, isPublic),
		ask("public_actions", "() -> list(string)", "The actions that the policy grants, or may grant, to strangers.", list, publicActions),
		ask("external_accounts", "(self string) -> list(string)", "The accounts other than self that the policy lets in, sorted.", list, externalAccounts, cel.StringType),
		ask("trusts_without_external_id", "(self string) -> bool", "Whether a role's trust policy lets another account assume the role without an external id or a condition like it.",
			cel.BoolType, trustsWithoutExternalID, cel.StringType),
		ask("open_federation", "() -> bool", "Whether a role's trust policy lets in every subject of a web identity provider that others use too.", cel.BoolType, openFederation),
		ask("confused_deputy", "() -> bool", "Whether the policy trusts an AWS service on behalf of any account.", cel.BoolType, confusedDeputy),
		ask("is_admin", "() -> bool", "Whether an identity policy allows every action on every resource.", cel.BoolType, isAdmin),
		ask("allows_all_but", "() -> bool", "Whether an identity policy allows all actions, or all resources, but some (NotAction, NotResource).", cel.BoolType, allowsAllBut),
		ask("service_wildcards", "() -> list(string)", "The services that an identity policy grants in full on all their resources. Unknown when only a condition that cannot be decided stands against the first one.",
			list, serviceWildcards),
		unlimitedFunction(),
	}
}

// question is a question about a document: doc is the value, d what it decodes to.
type question func(doc *object, d *policydoc.Document, args []ref.Val) ref.Val

// ask declares a method of policydoc.Document.
func ask(name, signature, help string, result *cel.Type, q question, args ...*cel.Type) function {
	return function{
		Function: Function{Name: name, Signature: "policydoc.Document." + name + signature, Help: help},
		option: method(name, result, func(vals ...ref.Val) ref.Val {
			o, ok := vals[0].(*object)
			if !ok {
				return types.MaybeNoSuchOverloadErr(vals[0])
			}
			if o.doc.run.tracker != nil {
				o.doc.run.tracker.container(o, o.node)
			}
			d, failure := documentOf(o)
			if failure != nil {
				return failure
			}
			return q(o, d, vals[1:])
		}, append([]*cel.Type{cel.ObjectType("policydoc.Document")}, args...)...),
	}
}

// documentOf decodes a policy once per resource.
func documentOf(o *object) (*policydoc.Document, ref.Val) {
	if u := o.mask.any(); u != nil {
		return nil, u
	}
	if d, ok := o.native.(*policydoc.Document); ok {
		return d, nil
	}
	d, err := decodePolicy(o.node)
	if err != nil {
		return nil, failed("%s is no policy: %s", o.path(), err)
	}
	o.native = d
	return d, nil
}

func isPublic(o *object, d *policydoc.Document, _ []ref.Val) ref.Val {
	access := identity.Public(d, publicOptions(o))
	return decided(access.Verdict, o, strings.Join(access.Residue, "; "))
}

func publicActions(o *object, d *policydoc.Document, _ []ref.Val) ref.Val {
	return newTexts(o, identity.Public(d, publicOptions(o)).Actions)
}

// publicOptions knows the resource that the policy is attached to when its id is an
// ARN: a policy stands in the config of what it protects.
func publicOptions(o *object) identity.Options {
	options := identity.Options{Now: o.doc.run.now}
	if id := string(o.doc.root.GetStringBytes("id")); strings.HasPrefix(id, "arn:") {
		options.Resource = id
	}
	return options
}

func externalAccounts(o *object, d *policydoc.Document, args []ref.Val) ref.Val {
	return newTexts(o, identity.ExternalAccounts(d, string(args[0].(types.String))))
}

func trustsWithoutExternalID(o *object, d *policydoc.Document, args []ref.Val) ref.Val {
	return gaps(o, identity.TrustsWithoutExternalID(d, string(args[0].(types.String))))
}

func openFederation(o *object, d *policydoc.Document, _ []ref.Val) ref.Val {
	return gaps(o, identity.OpenFederation(d))
}

func confusedDeputy(o *object, d *policydoc.Document, _ []ref.Val) ref.Val {
	return gaps(o, identity.ConfusedDeputies(d))
}

func isAdmin(o *object, d *policydoc.Document, _ []ref.Val) ref.Val {
	return decided(identity.Administers(d), o, "a condition of the policy")
}

func allowsAllBut(o *object, d *policydoc.Document, _ []ref.Val) ref.Val {
	return decided(identity.AllowsAllBut(d), o, "a condition of the policy")
}

// serviceWildcards leaves out what only may be granted, unless nothing else is.
func serviceWildcards(o *object, d *policydoc.Document, _ []ref.Val) ref.Val {
	var certain, possible []string
	for _, g := range identity.ServiceWildcards(d) {
		if g.Verdict == estate.Yes {
			certain = append(certain, g.Service)
		} else {
			possible = append(possible, g.Service)
		}
	}
	if len(certain) == 0 && len(possible) > 0 {
		return undecidable(o, "conditions on "+strings.Join(possible, ", "))
	}
	return newTexts(o, certain)
}

// gaps is true when a gap is certain, unknown when one may be, else false.
func gaps(o *object, all []identity.Gap) ref.Val {
	answer := estate.No
	var why []string
	for _, g := range all {
		answer = answer.Or(g.Verdict)
		if g.Verdict == estate.Maybe {
			why = append(why, g.Why)
		}
	}
	return decided(answer, o, strings.Join(why, "; "))
}
