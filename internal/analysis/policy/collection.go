package policy

import (
	"strconv"
	"strings"

	"cel.dev/cel-go/common/types/ref"

	"github.com/stance-sec/stance/internal/estate"
)

// Collection is every resource of a type in the account of the resource that is
// judged. Nothing in it may change while an evaluator uses it; it may be shared by
// evaluators.
type Collection struct {
	// Resources are JSON lines like the one that is judged, in a fixed order.
	Resources [][]byte
	// Complete is false when some scope of the account could not be read: more
	// resources may exist than are listed. What a check asks about all of them then
	// is unknown, unless one that is listed settles it.
	Complete bool
	// Unknown says why it is incomplete.
	Unknown []estate.Unknown
}

// Collections holds the collections of an account by resource type. A type that is
// missing is incomplete and empty.
type Collections map[string]*Collection

// gathered keeps parsed collections while the account stays the same, because the
// checks of all its resources read them.
type gathered struct {
	account  string
	arena    arena
	registry registry
	lists    map[*Collection]*list
}

func (g *gathered) reset(account string) {
	if g.account == account && g.lists != nil {
		return
	}
	*g = gathered{account: strings.Clone(account), registry: registry{sign: -1}, lists: map[*Collection]*list{}}
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
	return l
}

func (e *Evaluator) gather(col *Collection, c *collected) *list {
	g := &e.gathered
	l := &list{doc: &e.doc, elem: objectType(c.shape), seg: c.resourceType, all: true}
	for i, line := range col.Resources {
		l.vals = append(l.vals, e.gatherOne(c, i, line))
	}
	if !col.Complete {
		why := col.Unknown
		if len(why) == 0 {
			why = []estate.Unknown{{Path: c.resourceType, Reason: estate.Uncollected}}
		}
		l.tail = g.registry.add(append([]estate.Unknown(nil), why...))
		l.vals = append(l.vals, l.tail)
	}
	return l
}

// gatherOne parses one resource. Its paths start with the type and its id.
func (e *Evaluator) gatherOne(c *collected, i int, line []byte) ref.Val {
	g := &e.gathered
	d := &document{run: &e.run, arena: &g.arena, registry: &g.registry}
	name := c.resourceType + "[" + strconv.Itoa(i) + "]"
	if err := d.load(line, func(id string) string { return c.resourceType + "[" + strconv.Quote(id) + "]." }); err != nil {
		return g.registry.add([]estate.Unknown{{Path: name, Reason: estate.Malformed, Detail: shorten(err.Error(), 300)}})
	}
	o := d.view(c.shape)
	o.get(c.shape.fields[0]) // the id, for evidence
	return o
}
