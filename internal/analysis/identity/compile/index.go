package compile

import (
	"slices"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
)

// Index finds who among many may do something, without asking for each. It is safe for
// concurrent use once it is built; Replace is not.
type Index struct {
	compiler *Compiler
	callers  []*Caller
	sets     []*Set
	byARN    map[string][]int32
	anchors  *anchors
	docs     map[*document]*holding
	// uses are the documents that allow something by a pattern, by its number.
	uses map[int32][]use
	// wide are the documents that allow something on everything, or on all but some.
	wide []use
	// hidden are the members of whom a policy could not be read, or who need none.
	hidden map[string][]int32
	// byAccount are all members.
	byAccount map[string][]int32
}

// holding is an identity policy and who holds it, by account.
type holding struct {
	doc     *document
	members map[string][]int32
}

// use is a statement that allows something.
type use struct {
	held      *holding
	statement *statement
}

// NewIndex returns an empty index over what the compiler makes.
func NewIndex(c *Compiler) *Index {
	return &Index{
		compiler: c, byARN: map[string][]int32{}, anchors: newAnchors(), docs: map[*document]*holding{}, uses: map[int32][]use{},
		hidden: map[string][]int32{}, byAccount: map[string][]int32{},
	}
}

// Add takes in a principal and returns its number, from 0.
func (x *Index) Add(caller *Caller, set *Set) int32 {
	number := int32(len(x.callers))
	x.callers, x.sets = append(x.callers, caller), append(x.sets, set)
	x.byARN[caller.ARN] = append(x.byARN[caller.ARN], number)
	if caller.UserARN != "" {
		x.byARN[caller.UserARN] = append(x.byARN[caller.UserARN], number)
	}
	x.byAccount[caller.Account] = append(x.byAccount[caller.Account], number)
	x.hold(number)
	return number
}

// Replace gives a principal other policies.
func (x *Index) Replace(number int32, set *Set) {
	account := x.callers[number].Account
	without := func(list []int32) []int32 {
		return slices.DeleteFunc(list, func(n int32) bool { return n == number })
	}
	x.hidden[account] = without(x.hidden[account])
	for _, doc := range x.sets[number].identity {
		if held := x.docs[doc]; held != nil {
			held.members[account] = without(held.members[account])
		}
	}
	x.sets[number] = set
	x.hold(number)
}

// hold notes which policies a principal has.
func (x *Index) hold(number int32) {
	caller, set := x.callers[number], x.sets[number]
	if caller.Kind == decide.Root || slices.Contains(set.identity, nil) {
		x.hidden[caller.Account] = append(x.hidden[caller.Account], number)
	}
	for _, doc := range set.identity {
		if doc == nil {
			continue
		}
		held := x.docs[doc]
		if held == nil {
			held = x.index(doc)
		}
		if list := held.members[caller.Account]; len(list) == 0 || list[len(list)-1] != number {
			held.members[caller.Account] = append(list, number)
		}
	}
}

// index takes in the statements of a document.
func (x *Index) index(doc *document) *holding {
	held := &holding{doc: doc, members: map[string][]int32{}}
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

// Holder is a principal by its number, and what becomes of its request.
type Holder struct {
	Number  int32
	Outcome decide.Outcome
}

// WhoCan returns the principals who may do what the target is about, or perhaps may; by
// number. Given is as in Request.
func (x *Index) WhoCan(t *Target, given *decide.Context) []Holder {
	var list []Holder
	for _, number := range x.candidates(t) {
		outcome := x.compiler.Decide(&Request{Caller: x.callers[number], Set: x.sets[number], Target: t, Given: given})
		if outcome != decide.DeniedImplicitly && outcome != decide.DeniedExplicitly {
			list = append(list, Holder{number, outcome})
		}
	}
	return list
}

// candidates are the principals that something may allow, by number.
func (x *Index) candidates(t *Target) []int32 {
	g := gathering{x: x, target: t, docs: map[*holding]bool{}}
	if t.rule == callerIdentity {
		g.everyone()
		return g.sorted()
	}
	g.byPolicy()
	for i := range x.wide {
		g.use(&x.wide[i])
	}
	x.anchors.each(&t.arn, func(p *pattern) {
		for i := range x.uses[p.id] {
			g.use(&x.uses[p.id][i])
		}
	})
	g.members(x.hidden)
	return g.sorted()
}

// gathering collects candidates.
type gathering struct {
	x      *Index
	target *Target
	docs   map[*holding]bool
	list   []int32
	// cross tells that policies of all accounts count: the resource lets other accounts
	// in, or its account is not known.
	cross bool
}

func (g *gathering) use(u *use) {
	if !g.target.concerns(u.statement) || g.docs[u.held] {
		return
	}
	g.docs[u.held] = true
	g.members(u.held.members)
}

func (g *gathering) members(byAccount map[string][]int32) {
	if !g.cross {
		g.list = append(g.list, byAccount[g.target.owner]...)
		return
	}
	for _, list := range byAccount {
		g.list = append(g.list, list...)
	}
}

func (g *gathering) everyone() {
	for _, list := range g.x.byAccount {
		g.list = append(g.list, list...)
	}
}

func (g *gathering) sorted() []int32 {
	slices.Sort(g.list)
	return slices.Compact(g.list)
}

// byPolicy gathers whom the policy of the resource allows something by itself, and finds
// out whether other accounts may come in.
func (g *gathering) byPolicy() {
	t := g.target
	g.cross = t.ours || t.lost
	if !t.consulted {
		return
	}
	doc := t.policy[0]
	if doc == nil {
		g.cross = true
		g.everyone()
		return
	}
	for i := range doc.statements {
		s := &doc.statements[i]
		if s.denies || !t.concerns(s) {
			continue
		}
		if len(s.notPrincipals) > 0 || !s.speaks {
			g.everyone()
		}
		for j := range s.principals {
			g.named(&s.principals[j])
		}
	}
}

func (g *gathering) named(p *entry) {
	switch p.kind {
	case everyone:
		g.cross = true
		g.everyone()
	case anAccount:
		g.cross = g.cross || p.account != g.target.owner
	case aCanonical:
		g.cross = true
	case aSession:
		for _, number := range g.x.byAccount[p.account] {
			if g.x.callers[number].name == p.role {
				g.list = append(g.list, number)
			}
		}
	default:
		g.list = append(g.list, g.x.byARN[p.id]...)
		g.cross = g.cross || p.account != g.target.owner
	}
}
