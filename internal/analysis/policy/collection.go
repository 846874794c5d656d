package policy

import (
	"strings"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/stance-sec/stance/internal/estate"
)

// Collection is every resource of a type in the account of the resource that is
// judged. Nothing in it may change while an evaluator uses it; it may be shared by
// evaluators.
type Collection struct {
	// Resources are JSON lines like the one that is judged, in a fixed order.
	Resources [][]byte
	// Lost are the parts that could not be read; none when the collection is whole.
	Lost []Lost
}

// Lost is a part of a collection that could not be read: there may be any number of
// resources in it, or none. What a check asks about all resources then is unknown,
// unless one that is listed settles it, or the check asks for another region.
type Lost struct {
	// Region is where its resources lie, unless they are global; empty when that is
	// not known.
	Region string
	// Why says why it could not be read. Parts that the user left out (estate.Uncollected)
	// take nothing from resources of other regions, since what stands round a resource
	// stands in its own region.
	Why estate.Unknown
}

// Collections holds the collections of an account by resource type. A type that is
// missing is lost as a whole.
type Collections map[string]*Collection

// gathered keeps parsed collections while the account stays the same, because the
// checks of all its resources read them.
type gathered struct {
	account  string
	shelf    shelf
	registry registry
	lists    map[*Collection]*list
	// near are the lists as regions see them, of collections with parts left out.
	near map[nearKey]*list
}

type nearKey struct {
	list   *list
	region string
}

// ghost is what may stand in a part of a collection that was lost.
type ghost struct {
	region  string
	leftOut bool
	unknown *types.Unknown
}

func (g *gathered) reset(account string) {
	if g.account == account && g.lists != nil {
		return
	}
	*g = gathered{
		account: strings.Clone(account), registry: registry{sign: -1},
		lists: map[*Collection]*list{}, near: map[nearKey]*list{},
	}
}

// collection returns the value of a collection variable.
func (e *Evaluator) collection(c *collected) ref.Val {
	col := e.collections[c.resourceType]
	if col == nil {
		return e.doc.registry.add([]estate.Unknown{{Path: c.resourceType, Reason: estate.Uncollected}})
	}
	l := e.gathered.lists[col]
	if l == nil {
		l = e.gather(col, c)
		e.gathered.lists[col] = l
	}
	return e.nearby(l)
}

func (e *Evaluator) gather(col *Collection, c *collected) *list {
	g := &e.gathered
	l := &list{doc: &e.doc, elem: objectType(c.shape), seg: c.resourceType, all: true}
	l.lazy = &lazy{ev: e, of: c, lines: col.Resources}
	l.vals = make([]ref.Val, len(col.Resources), len(col.Resources)+len(col.Lost))
	for _, lost := range col.Lost {
		why := lost.Why
		if why.Reason == "" {
			why = estate.Unknown{Path: c.resourceType, Reason: estate.Uncollected}
		}
		l.lose(ghost{lost.Region, why.Reason == estate.Uncollected, g.registry.add([]estate.Unknown{why})})
	}
	return l
}

// lose adds what may stand in a part that was lost.
func (l *list) lose(g ghost) {
	l.ghosts = append(l.ghosts, g)
	l.vals = append(l.vals, g.unknown)
	l.tail = types.MergeUnknowns(g.unknown, l.tail)
}

// nearby returns the list as the resource that is judged sees it: without the parts of
// other regions that the user left out.
func (e *Evaluator) nearby(l *list) *list {
	region := text(e.doc.root.GetStringBytes("region"))
	if region == "" || region == globalRegion || !l.leavesOut(region) {
		return l
	}
	if near := e.gathered.near[nearKey{l, region}]; near != nil {
		return near
	}
	near := &list{doc: l.doc, elem: l.elem, seg: l.seg, all: true, lazy: l.lazy, vals: append([]ref.Val{}, l.read()...)}
	for _, g := range l.ghosts {
		if !g.elsewhere(region) {
			near.lose(g)
		}
	}
	e.gathered.near[nearKey{l, strings.Clone(region)}] = near
	return near
}

func (l *list) leavesOut(region string) bool {
	for _, g := range l.ghosts {
		if g.elsewhere(region) {
			return true
		}
	}
	return false
}

// elsewhere reports whether the user left the part out and it lies in another region.
func (g *ghost) elsewhere(region string) bool {
	return g.leftOut && g.region != "" && g.region != region
}

// read returns the elements that were read, as far as they are parsed.
func (l *list) read() []ref.Val { return l.vals[:len(l.vals)-len(l.ghosts)] }
