package compile

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// Thing is a resource that principals may get hold of.
type Thing struct {
	ARN string
	// Kind is its type by Stance's name, such as aws_s3_bucket.
	Kind    string
	Account string
	// Policy is its own; nil when it has none.
	Policy *policydoc.Document
	// Tags are nil when they are not known, or say nothing about access.
	Tags map[string]string
}

// Place tells where the account of a thing stands: the resource with what is to be known
// of the account, and the RCPs over it by level.
type Place func(t *Thing) (decide.Resource, [][]decide.Source)

// Edge is what a principal may do with all things of a class.
type Edge struct {
	// Capability is a position in the list of the relations.
	Capability int32
	// Number is that of the principal in the index.
	Number  int32
	Outcome decide.Outcome
}

// edge is an edge of a group of principals, or of one alone.
type edge struct {
	capability int32
	// group is -1 for a principal alone.
	group, number int32
	outcome       decide.Outcome
}

// Relations are the capabilities of all principals of an index over things. Things that
// no policy tells apart share a class, of which one is asked about.
type Relations struct {
	index        *Index
	place        Place
	things       []Thing
	capabilities []Capability
	byKind       map[string][]int32
	suffixes     map[string][]string // by kind
	anchors      *anchors
	known        int // patterns of the compiler that the anchors hold
	classes      []class
	byKey        map[string]int32
	of           []int32           // the class of each thing; -1 for none
	matched      map[int32][]int32 // the classes that a pattern matches
	groups       int               // of the index that have their edges
}

// class is a set of things that no policy tells apart.
type class struct {
	// example is one of them; -1 when all went to other classes.
	example int32
	edges   []edge
}

// Relate finds the classes of things. Work out the edges with All.
func Relate(x *Index, capabilities []Capability, things []Thing, place Place) *Relations {
	r := &Relations{
		index: x, place: place, things: things, capabilities: capabilities, byKind: map[string][]int32{}, suffixes: map[string][]string{},
		anchors: newAnchors(), byKey: map[string]int32{}, of: make([]int32, len(things)), matched: map[int32][]int32{},
	}
	for i, c := range capabilities {
		r.byKind[c.Kind] = append(r.byKind[c.Kind], int32(i))
		if !slices.Contains(r.suffixes[c.Kind], c.Suffix) {
			r.suffixes[c.Kind] = append(r.suffixes[c.Kind], c.Suffix)
		}
	}
	r.compilePolicies()
	r.learn()
	for i := range things {
		r.of[i] = r.classOf(int32(i))
	}
	return r
}

// compilePolicies lets the patterns of the things' own policies be known.
func (r *Relations) compilePolicies() {
	c := r.index.compiler
	c.lock.Lock()
	defer c.lock.Unlock()
	for i := range r.things {
		c.document(r.things[i].Policy)
	}
}

// learn takes in the patterns that the compiler met since, and returns them.
func (r *Relations) learn() []*pattern {
	c := r.index.compiler
	c.lock.Lock()
	defer c.lock.Unlock()
	fresh := c.all[r.known:]
	r.known = len(c.all)
	for _, p := range fresh {
		r.anchors.add(p)
	}
	return fresh
}

// classOf returns the class of a thing, a new one where it has none yet; -1 for a thing
// that no capability is about.
func (r *Relations) classOf(thing int32) int32 {
	t := &r.things[thing]
	suffixes := r.suffixes[t.Kind]
	if len(suffixes) == 0 {
		return -1
	}
	const typical = 128
	key := make([]byte, 0, typical)
	key = append(append(append(append(key, t.Kind...), ' '), t.Account...), ' ')
	if t.Policy != nil || t.Tags != nil {
		key = fmt.Appendf(key, "%p %v ", r.index.compiler.compiled(t.Policy), t.Tags)
	}
	own := splitARN(t.ARN)
	const region = 3
	key = append(key, own.fields[region]...)
	key = append(key, serviceRole(t.ARN))
	var ids []int32
	for _, suffix := range suffixes {
		a := splitARN(t.ARN + suffix)
		r.anchors.each(&a, func(p *pattern) {
			key = binary.LittleEndian.AppendUint32(key, uint32(p.id))
			ids = append(ids, p.id)
			if p.variable {
				key = append(key, t.ARN...)
			}
		})
		key = append(key, '|')
	}
	number, found := r.byKey[string(key)]
	if !found {
		number = int32(len(r.classes))
		r.byKey[string(key)] = number
		r.classes = append(r.classes, class{example: thing})
		slices.Sort(ids)
		for _, id := range slices.Compact(ids) {
			r.matched[id] = append(r.matched[id], number)
		}
	}
	return number
}

// serviceRole tells the roles that AWS protects.
func serviceRole(arn string) byte {
	switch {
	case strings.Contains(arn, ":role/aws-service-role/"):
		return 's'
	case strings.Contains(arn, ":role/aws-reserved/"):
		return 'r'
	default:
		return '-'
	}
}

// Classes returns how many classes there are.
func (r *Relations) Classes() int { return len(r.classes) }

// Edges returns what principals may do with a thing, by its position: by capability,
// then by principal.
func (r *Relations) Edges(thing int) []Edge {
	if r.of[thing] < 0 {
		return nil
	}
	var list []Edge
	for _, e := range r.classes[r.of[thing]].edges {
		if e.group < 0 {
			list = append(list, Edge{e.capability, e.number, e.outcome})
			continue
		}
		for _, number := range r.index.groups[e.group].members {
			list = append(list, Edge{e.capability, number, e.outcome})
		}
	}
	slices.SortFunc(list, func(a, b Edge) int {
		return cmp.Or(cmp.Compare(a.Capability, b.Capability), cmp.Compare(a.Number, b.Number))
	})
	return list
}

// Count returns how many edges there are between groups of principals and classes.
func (r *Relations) Count() int {
	count := 0
	for i := range r.classes {
		count += len(r.classes[i].edges)
	}
	return count
}

// target is a capability over the example of a class.
func (r *Relations) target(c *class, capability int32) *Target {
	t := &r.things[c.example]
	resource, rcps := r.place(t)
	resource.ARN += r.capabilities[capability].Suffix
	return r.index.compiler.Target(r.capabilities[capability].Action, resource, rcps)
}

// All works out every edge, with as many workers as told.
func (r *Relations) All(workers int) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for range workers {
		wait.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(r.classes) {
					return
				}
				r.edges(&r.classes[i])
			}
		})
	}
	wait.Wait()
	r.groups = len(r.index.groups)
}

func (r *Relations) edges(c *class) {
	c.edges = c.edges[:0]
	if c.example < 0 {
		return
	}
	for _, capability := range r.byKind[r.things[c.example].Kind] {
		r.index.holders(r.target(c, capability), nil, func(in, number int32, o decide.Outcome) {
			c.edges = append(c.edges, edge{capability, in, number, o})
		})
	}
	c.edges = slices.Clip(c.edges)
}
