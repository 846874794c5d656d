package compile

import (
	"slices"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
)

// Index finds who among many may do something, without asking for each: principals that
// no policy tells apart but by their names are one group. It is safe for concurrent use
// once it is built; Add and Replace are not.
type Index struct {
	compiler *Compiler
	callers  []*Caller
	sets     []*Set
	in       []int32 // the group of each principal
	groups   []group
	byKey    map[string]int32
	byARN    map[string][]int32 // principals
	anchors  *anchors
	docs     map[*document]*holding
	// uses are the documents that allow something by a pattern, by its number.
	uses map[int32][]use
	// wide are the documents that allow something on everything, or on all but some.
	wide []use
	// hidden are the groups of which a policy could not be read, or that need none.
	hidden map[string][]int32
	// byAccount are all groups.
	byAccount map[string][]int32
}

// group is principals that no policy tells apart but by their names.
type group struct {
	caller  *Caller // one of them
	set     *Set
	members []int32 // rising
}

// holding is an identity policy and the groups that hold it, by account.
type holding struct {
	doc    *document
	groups map[string][]int32
}

// use is a statement that allows something.
type use struct {
	held      *holding
	statement *statement
}

// NewIndex returns an empty index over what the compiler makes.
func NewIndex(c *Compiler) *Index {
	return &Index{
		compiler: c, byKey: map[string]int32{}, byARN: map[string][]int32{}, anchors: newAnchors(), docs: map[*document]*holding{}, uses: map[int32][]use{},
		hidden: map[string][]int32{}, byAccount: map[string][]int32{},
	}
}

// Add takes in a principal and returns its number, from 0.
func (x *Index) Add(caller *Caller, set *Set) int32 {
	number := int32(len(x.callers))
	x.callers, x.sets, x.in = append(x.callers, caller), append(x.sets, set), append(x.in, 0)
	x.byARN[caller.ARN] = append(x.byARN[caller.ARN], number)
	if caller.UserARN != "" {
		x.byARN[caller.UserARN] = append(x.byARN[caller.UserARN], number)
	}
	x.join(number)
	return number
}

// Replace gives a principal other policies.
func (x *Index) Replace(number int32, set *Set) {
	g := &x.groups[x.in[number]]
	g.members = slices.DeleteFunc(g.members, func(n int32) bool { return n == number })
	x.sets[number] = set
	x.join(number)
}

// join puts a principal into its group.
func (x *Index) join(number int32) {
	caller, set := x.callers[number], x.sets[number]
	key := caller.group() + " " + set.key
	if set.personal {
		key += " " + caller.ARN + " " + caller.SessionName + " " + caller.UniqueID
	}
	in, known := x.byKey[key]
	if !known {
		in = int32(len(x.groups))
		x.byKey[key] = in
		x.groups = append(x.groups, group{caller: caller, set: set})
		x.hold(in)
	}
	x.in[number] = in
	g := &x.groups[in]
	at, _ := slices.BinarySearch(g.members, number)
	g.members = slices.Insert(g.members, at, number)
}

// hold notes which policies a group has.
func (x *Index) hold(in int32) {
	g := &x.groups[in]
	account := g.caller.Account
	x.byAccount[account] = append(x.byAccount[account], in)
	if g.caller.Kind == decide.Root || slices.Contains(g.set.identity, nil) {
		x.hidden[account] = append(x.hidden[account], in)
	}
	for _, doc := range g.set.identity {
		if doc == nil {
			continue
		}
		held := x.docs[doc]
		if held == nil {
			held = x.index(doc)
		}
		held.groups[account] = append(held.groups[account], in)
	}
}

// index takes in the statements of a document.
func (x *Index) index(doc *document) *holding {
	held := &holding{doc: doc, groups: map[string][]int32{}}
	x.docs[doc] = held
	for i := range doc.statements {
		s := &doc.statements[i]
		if s.denies {
			continue
		}
		wide := len(s.resources) == 0 || s.speaks
		for j := range s.resources {
			p := &s.resources[j]
			wide = wide || p.everything
			if !p.everything {
				x.anchors.add(p)
				x.uses[p.id] = append(x.uses[p.id], use{held, s})
			}
		}
		if wide {
			x.wide = append(x.wide, use{held, s})
		}
	}
	return held
}
