package policy

import (
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"cel.dev/cel-go/interpreter"
)

// nearCall is the function that stands, in a planned expression, round the collection
// that a loop goes over. Its further arguments are what elements are looked up by.
const nearCall = "@near"

// fewElements are cheaper to go over than to look up.
const fewElements = 8

// nearby plans the calls of nearCall.
func nearby(narrowings map[int64]*narrowing) interpreter.InterpretableDecoratorV2 {
	return func(i interpreter.InterpretableV2) (interpreter.InterpretableV2, error) {
		call, ok := i.(interpreter.InterpretableCall)
		if !ok || call.Function() != nearCall {
			return i, nil
		}
		return &near{call, call.Args()[0], call.Args()[1:], narrowings[call.ID()]}, nil
	}
}

// near leaves those elements of a collection to a loop for which the loop's condition
// may hold.
type near struct {
	interpreter.InterpretableCall
	over interpreter.InterpretableV2
	keys []interpreter.InterpretableV2
	by   *narrowing
}

func (n *near) Eval(vars interpreter.Activation) ref.Val {
	return interpreter.EvalActivation(vars, n.Exec)
}

func (n *near) Exec(frame *interpreter.ExecutionFrame) ref.Val {
	over := n.over.Exec(frame)
	l := narrowable(over)
	if l == nil {
		return over
	}
	return n.by.pick(l, len(n.keys), func(i int) ref.Val { return n.keys[i].Exec(frame) })
}

// narrowable returns nil for what is better gone over as it is.
func narrowable(over ref.Val) *list {
	l, ok := over.(*list)
	if !ok || !l.all || len(l.vals) <= fewElements && len(l.ghosts) == 0 {
		return nil
	}
	return l
}

// pick looks up elements by so many keys. That is no evidence: the loop itself notes what
// it reads.
func (n *narrowing) pick(l *list, keys int, key func(i int) ref.Val) *picked {
	defer l.doc.run.unmute(l.doc.run.mute())
	args := make([]ref.Val, keys)
	for i := range args {
		args[i] = key(i)
	}
	p := &picked{list: l}
	p.elems, p.narrowed = n.elements(l, args)
	for i := range l.ghosts {
		if g := &l.ghosts[i]; !n.spares(g, args) {
			p.left = append(p.left, g.unknown)
		}
	}
	return p
}

// picked is a collection of which a loop needs to see some elements only.
type picked struct {
	*list
	elems    []int32 // when narrowed
	narrowed bool
	left     []*types.Unknown // what may stand in lost parts
}

var _ traits.Foldable = (*picked)(nil)

// Size is not zero when there is something to go over, or to note as evidence.
func (p *picked) Size() ref.Val {
	if p.narrowed && p.doc.run.tracker == nil {
		return types.Int(len(p.elems) + len(p.left))
	}
	return p.list.Size()
}

// Fold goes over the elements in the order of the collection. For evidence it shows
// others too while there is room: what was looked at and did not fit tells why.
func (p *picked) Fold(f traits.Folder) {
	p.iterated()
	if !p.foldRead(f) {
		return
	}
	for _, u := range p.left {
		if !f.FoldEntry(types.IntZero, u) {
			return
		}
	}
}

func (p *picked) foldRead(f traits.Folder) bool {
	rest, i := p.elems, 0
	for n := len(p.read()); i < n && (!p.narrowed || p.doc.run.tracker.hasRoom()); i++ {
		if len(rest) > 0 && int(rest[0]) == i {
			rest = rest[1:]
		}
		if !f.FoldEntry(types.IntZero, p.at(i)) {
			return false
		}
	}
	for _, i := range rest {
		if !f.FoldEntry(types.IntZero, p.at(int(i))) {
			return false
		}
	}
	return true
}
