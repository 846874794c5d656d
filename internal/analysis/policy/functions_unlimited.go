package policy

import (
	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/stance-sec/stance/internal/analysis/identity"
)

// unlimitedFunction asks which actions a policy grants on everything.
func unlimitedFunction() function {
	list := cel.ListType(cel.StringType)
	return function{
		Function: Function{
			Name:      "unlimited_actions",
			Signature: "policydoc.Document.unlimited_actions(actions list(string), everything list(string)) -> list(string)",
			Help: "Those of the actions that an identity policy allows on every resource. A pattern of resources stands for all when it is * or ends in one of everything, " +
				"such as :role/*. Any condition counts as a limit.",
		},
		option: method("unlimited_actions", list, unlimitedActions, cel.ObjectType("policydoc.Document"), list, list),
	}
}

// unlimitedActions notes as evidence the statements that grant, not the whole policy.
func unlimitedActions(args ...ref.Val) ref.Val {
	o, ok := args[0].(*object)
	if !ok {
		return types.MaybeNoSuchOverloadErr(args[0])
	}
	d, failure := documentOf(o)
	if failure != nil {
		return failure
	}
	actions, _ := textsOf(args[1]) // unknown ones are answered before, as for all functions
	everything, _ := textsOf(args[2])
	granted := identity.UnlimitedActions(d, actions, everything)
	names := make([]string, len(granted))
	for i, g := range granted {
		names[i] = g.Action
		noteStatement(o, g.Statement)
	}
	if t := o.doc.run.tracker; t != nil && len(granted) == 0 {
		t.container(o, o.node)
	}
	return newTexts(o, names)
}

func noteStatement(o *object, i int) {
	t := o.doc.run.tracker
	if t == nil {
		return
	}
	if statements, ok := o.get(o.shape.field("statements")).(*list); ok {
		if s, ok := statements.at(i).(*object); ok {
			t.container(s, s.node)
		}
	}
}
