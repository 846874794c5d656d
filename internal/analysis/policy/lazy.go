package policy

import (
	"strconv"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/stance-sec/stance/internal/estate"
)

// maxParsed is how many resources of collections stay parsed from one resource that is
// judged to the next: memory follows the lines of an account, which are much smaller.
const maxParsed = 4096

// lazy parses the resources of a collection when they are first looked at.
type lazy struct {
	ev    *Evaluator
	of    *collected
	lines [][]byte
}

// shelf holds the parsed resources of all collections of an account.
type shelf struct {
	arena arena
	docs  []*document
	used  int
	// What is glanced at is parsed here, and not kept.
	glance      document
	glanceArena arena
	unread      registry
}

// at parses one resource. Its paths start with the type and its id.
func (z *lazy) at(i int) ref.Val {
	g := &z.ev.gathered
	s := &g.shelf
	if s.used == len(s.docs) {
		s.docs = append(s.docs, &document{run: &z.ev.run, arena: &s.arena, registry: &g.registry})
	}
	d := s.docs[s.used]
	s.used++
	o, err := z.load(d, i)
	if err != nil {
		name := z.of.resourceType + "[" + strconv.Itoa(i) + "]"
		return g.registry.add([]estate.Unknown{{Path: name, Reason: estate.Malformed, Detail: shorten(err.Error(), 300)}})
	}
	held := z.ev.run.mute()
	o.get(z.of.shape.fields[0]) // the id, for evidence
	z.ev.run.unmute(held)
	return o
}

// glance returns a resource that is valid until the next glance.
func (z *lazy) glance(i int) ref.Val {
	s := &z.ev.gathered.shelf
	s.glanceArena.reset()
	s.unread.reset()
	s.glance.run, s.glance.arena, s.glance.registry = &z.ev.run, &s.glanceArena, &s.unread
	o, err := z.load(&s.glance, i)
	if err != nil {
		return types.NewUnknown(0, nil)
	}
	return o
}

func (z *lazy) load(d *document, i int) (*object, error) {
	kind := z.of.resourceType
	if err := d.load(z.lines[i], func(id string) string { return kind + "[" + strconv.Quote(id) + "]." }); err != nil {
		return nil, err
	}
	return d.view(z.of.shape), nil
}

// tidy lets go of parsed resources when there are too many. Nothing may hold a value of
// them any more.
func (g *gathered) tidy() {
	if g.shelf.used <= maxParsed {
		return
	}
	for _, l := range g.lists {
		clear(l.read())
	}
	for _, l := range g.near {
		clear(l.read())
	}
	clear(g.shelf.docs[maxParsed:])
	g.shelf.docs, g.shelf.used = g.shelf.docs[:maxParsed], 0
	g.shelf.arena = arena{}
}
