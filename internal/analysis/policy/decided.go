package policy

import (
	"strings"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"github.com/stance-sec/stance/internal/estate"
)

// decided turns an answer about a value into a CEL value. A maybe becomes an unknown
// at the value's place, with the detail.
func decided(answer estate.Tri, about ref.Val, detail string) ref.Val {
	return decidedBy(answer, nil, about, detail)
}

// decidedBy is decided for an answer whose maybe has a cause that is marked already.
func decidedBy(answer estate.Tri, cause *types.Unknown, about ref.Val, detail string) ref.Val {
	switch {
	case answer == estate.Yes:
		return types.True
	case answer == estate.No:
		return types.False
	case cause != nil:
		return cause
	default:
		return undecidable(about, detail)
	}
}

func undecidable(about ref.Val, detail string) *types.Unknown {
	n, d := home(about)
	if d == nil {
		return types.NewUnknown(0, nil)
	}
	u := estate.Unknown{Path: strings.TrimPrefix(n.path(), d.prefix), Reason: estate.Uncollected, Detail: shorten(strings.Clone(detail), 300)}
	return d.unknown(u)
}

// home returns where a value stands and in which document; for a list that was
// worked out, where its first element does.
func home(v ref.Val) (node, *document) {
	switch v := v.(type) {
	case *object:
		return v, v.doc
	case *list:
		return v, v.doc
	case traits.Lister:
		if n, _ := v.Size().(types.Int); n > 0 {
			return home(v.Get(types.IntZero))
		}
	}
	return nil, nil
}

// textsOf returns the strings of a list that are known, and what is not.
func textsOf(v ref.Val) (known []string, unknown *types.Unknown) {
	l, ok := v.(traits.Lister)
	if !ok {
		return nil, nil
	}
	if own, ok := v.(*list); ok {
		own.noted()
	}
	n, _ := l.Size().(types.Int)
	for i := range n {
		switch e := l.Get(i).(type) {
		case types.String:
			known = append(known, string(e))
		case *types.Unknown:
			unknown = types.MergeUnknowns(e, unknown)
		}
	}
	return known, unknown
}

// newTexts makes a list of strings.
func newTexts(o *object, list []string) ref.Val {
	return types.NewStringList(o.doc.run.adapter, list)
}
