package policy

import (
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/schema"
)

// ownAccounts is the parameter in which checks take the accounts that are one's own
// or trusted as such.
const ownAccounts = "accounts"

// Trust adds accounts to the parameter "accounts" of every check that has one: the
// accounts of the organisation need not be named there. Call it before the first
// Evaluate.
func (e *Evaluator) Trust(accounts []string) {
	e.trusted, e.widened = accounts, map[*object]*object{}
}

func (e *Evaluator) paramsFor(c *check, account string, ctx *estate.Context) *object {
	params := c.paramsFor(account, ctx)
	if len(e.trusted) == 0 {
		return params
	}
	f := params.shape.field(ownAccounts)
	if f == nil || f.typ.kind != schema.List {
		return params
	}
	if wide := e.widened[params]; wide != nil {
		return wide
	}
	wide := &object{shape: params.shape, slots: append([]ref.Val{}, params.slots...), index: -1}
	var all []ref.Val
	if given, ok := params.slots[f.index].(traits.Lister); ok {
		for it := given.Iterator(); it.HasNext() == types.True; {
			all = append(all, it.Next())
		}
	}
	for _, a := range e.trusted {
		all = append(all, types.String(a))
	}
	wide.slots[f.index] = types.NewRefValList(types.DefaultTypeAdapter, all)
	e.widened[params] = wide
	return wide
}
