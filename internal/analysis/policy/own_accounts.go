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
// accounts of the organisation need not be named there. Unread says, for a resource's
// cloud and account, why it is not known which accounts these are; it returns nil where
// it is, and may be nil. An account that is not in the list is then unknown, rather than
// a stranger. Call it before the first Evaluate.
func (e *Evaluator) Trust(accounts []string, unread func(cloud, account string) *estate.Unknown) {
	e.trusted, e.unread, e.widened = accounts, unread, map[*object]*object{}
}

func (e *Evaluator) paramsFor(c *check, account string, ctx *estate.Context) *object {
	params := c.paramsFor(account, ctx)
	f := params.shape.field(ownAccounts)
	if f == nil || f.typ.kind != schema.List {
		return params
	}
	var why *estate.Unknown
	if e.unread != nil {
		why = e.unread(text(e.doc.root.GetStringBytes("cloud")), account)
	}
	if why == nil && len(e.trusted) == 0 {
		return params
	}
	if wide := e.widened[params]; wide != nil && why == nil {
		return wide
	}
	wide := &object{shape: params.shape, slots: append([]ref.Val{}, params.slots...), index: -1}
	all := e.ownAccounts(params.slots[f.index])
	if why != nil { // what is unknown belongs to the resource at hand, so it is not kept
		l := &list{doc: &e.doc, elem: f.typ.elem, vals: all, seg: ownAccounts, all: true}
		l.tail = e.doc.registry.add([]estate.Unknown{*why})
		l.vals = append(l.vals, l.tail)
		wide.slots[f.index] = l
		return wide
	}
	wide.slots[f.index] = types.NewRefValList(types.DefaultTypeAdapter, all)
	e.widened[params] = wide
	return wide
}

// ownAccounts joins the accounts that a parameter names and those that are trusted.
func (e *Evaluator) ownAccounts(named ref.Val) []ref.Val {
	var all []ref.Val
	if given, ok := named.(traits.Lister); ok {
		for it := given.Iterator(); it.HasNext() == types.True; {
			all = append(all, it.Next())
		}
	}
	for _, a := range e.trusted {
		all = append(all, types.String(a))
	}
	return all
}
