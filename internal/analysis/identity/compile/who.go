package compile

import (
	"cmp"
	"slices"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
)

// Holder is a principal by its number, and what becomes of its request.
type Holder struct {
	Number  int32
	Outcome decide.Outcome
}

// WhoCan returns the principals who may do what the target is about, or perhaps may; by
// number. Given is as in Request.
func (x *Index) WhoCan(t *Target, given *decide.Context) []Holder {
	var list []Holder
	x.holders(t, given, func(in, number int32, o decide.Outcome) {
		if in < 0 {
			list = append(list, Holder{number, o})
			return
		}
		for _, member := range x.groups[in].members {
			list = append(list, Holder{member, o})
		}
	})
	slices.SortFunc(list, func(a, b Holder) int { return cmp.Compare(a.Number, b.Number) })
	return list
}

// holders visits the groups that may do something; where policies over the resource tell
// principals apart by their names, the principals, with -1 as their group.
func (x *Index) holders(t *Target, given *decide.Context, visit func(in, number int32, o decide.Outcome)) {
	for _, in := range x.candidates(t) {
		g := &x.groups[in]
		if len(g.members) == 0 {
			continue
		}
		if !t.personal {
			if o := x.outcome(g.caller, g.set, t, given); !denied(o) {
				visit(in, -1, o)
			}
			continue
		}
		for _, number := range g.members {
			if o := x.outcome(x.callers[number], x.sets[number], t, given); !denied(o) {
				visit(-1, number, o)
			}
		}
	}
}

func (x *Index) outcome(caller *Caller, set *Set, t *Target, given *decide.Context) decide.Outcome {
	return x.compiler.Decide(&Request{Caller: caller, Set: set, Target: t, Given: given})
}

func denied(o decide.Outcome) bool {
	return o == decide.DeniedImplicitly || o == decide.DeniedExplicitly
}

// candidates are the groups that something may allow, rising.
func (x *Index) candidates(t *Target) []int32 {
	g := gathering{x: x, target: t, docs: map[*holding]bool{}}
	if t.rule == callerIdentity || t.rule == sessionToken {
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
	g.groups(x.hidden)
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
	g.groups(u.held.groups)
}

func (g *gathering) groups(byAccount map[string][]int32) {
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
		// Any session of the role is a principal of its account.
		g.list = append(g.list, g.x.byAccount[p.account]...)
		g.cross = g.cross || p.account != g.target.owner
	default:
		for _, number := range g.x.byARN[p.id] {
			g.list = append(g.list, g.x.in[number])
		}
		g.cross = g.cross || p.account != g.target.owner
	}
}
