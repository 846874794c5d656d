package graph

import (
	"math"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
)

// Resource is what a graph keeps of a resource.
type Resource struct {
	// ID is the provider's full identifier.
	ID string
	// Type is the type as Terraform names it.
	Type string
	// Account is the account, subscription or project.
	Account string
}

// Relation is an edge to put: as a resource declares it, or as analysis found it.
type Relation struct {
	// Kind is what it means; a graph knows at most 256 kinds.
	Kind estate.RelationKind
	// Target is the id of the other resource, which may never have been read.
	Target string
	// Evidence is a number of the caller's that leads to the proof; 0 for none.
	Evidence uint32
}

const (
	maxKinds = 256
	// mergeAt is how many changed resources gather before the arrays are made anew.
	mergeAt = 4096
)

// Graph takes resources and their relations. It belongs to one goroutine; its snapshots
// belong to all.
type Graph struct {
	ids             *names
	types, accounts *names
	kinds           []estate.RelationKind
	kindOf          map[estate.RelationKind]uint8

	attributes
	attributesHeld bool // whether a snapshot reads the attributes

	out, in *Adjacency
	changes changes
	head    []uint32 // of each node: its last entry in changes plus one, or 0
}

// attributes are what is known of the nodes, by their number.
type attributes struct {
	typeOf    []uint32
	accountOf []uint32
	present   []bool // false for what is only pointed at, and for what was removed
}

// changes are the edges put since the arrays were made, a run for each resource.
type changes struct {
	nodes    []uint32
	ends     []uint32
	targets  []uint32
	kinds    []uint8
	evidence []uint32
}

// New returns an empty graph.
func New() *Graph {
	empty := &Adjacency{offsets: []uint32{0}}
	return &Graph{
		ids: newNames(), types: newNames(), accounts: newNames(),
		kindOf: map[estate.RelationKind]uint8{}, out: empty, in: empty,
	}
}

// Put adds a resource with the relations that start at it, or replaces it with all of
// them. It fails, without a change, when there are too many nodes, edges or kinds.
func (g *Graph) Put(r Resource, relations []Relation) error {
	kinds, err := g.kindsOf(relations)
	if err != nil {
		return err
	}
	if g.ids.len()+len(relations)+1 >= math.MaxUint32 || len(g.changes.targets)+g.out.Len()+len(relations) >= math.MaxUint32 {
		return estate.Errorf(estate.CodeInvalid, "put a resource in the graph", "it is full")
	}
	node := g.node(r.ID)
	for i, e := range relations {
		g.changes.targets = append(g.changes.targets, g.node(e.Target))
		g.changes.kinds = append(g.changes.kinds, kinds[i])
		g.changes.evidence = append(g.changes.evidence, e.Evidence)
	}
	g.close(node)
	g.describe(node, g.types.add(r.Type), g.accounts.add(r.Account), true)
	return nil
}

// PutResource puts a resource as a source read it.
func (g *Graph) PutResource(r *estate.Resource) error {
	relations := make([]Relation, len(r.Relations))
	for i, e := range r.Relations {
		relations[i] = Relation{Kind: e.Kind, Target: e.Target}
	}
	return g.Put(Resource{ID: r.ID, Type: r.Type, Account: r.Account}, relations)
}

// Remove takes a resource out, with the relations that start at it. What points at it
// goes on pointing at an id that is not there.
func (g *Graph) Remove(id string) {
	node, ok := g.ids.find(id)
	if !ok || !g.present[node] {
		return
	}
	g.close(node)
	g.describe(node, g.typeOf[node], g.accountOf[node], false)
}

func (g *Graph) kindsOf(relations []Relation) ([]uint8, error) {
	kinds := make([]uint8, len(relations))
	for i, e := range relations {
		k, ok := g.kindOf[e.Kind]
		if !ok {
			if len(g.kinds) == maxKinds {
				return nil, estate.Errorf(estate.CodeInvalid, "put a resource in the graph", "there are more than %d kinds of relation", maxKinds)
			}
			k = uint8(len(g.kinds))
			g.kinds = append(g.kinds, e.Kind)
			g.kindOf[e.Kind] = k
		}
		kinds[i] = k
	}
	return kinds, nil
}

// node returns the number of an id, a new one when it had none.
func (g *Graph) node(id string) uint32 {
	n := g.ids.add(id)
	if int(n) == len(g.head) {
		g.head = append(g.head, 0)
		g.typeOf = append(g.typeOf, g.types.add(""))
		g.accountOf = append(g.accountOf, g.accounts.add(""))
		g.present = append(g.present, false)
	}
	return n
}

// close ends the run of edges that were just appended: they are all that node has.
func (g *Graph) close(node uint32) {
	g.changes.nodes = append(g.changes.nodes, node)
	g.changes.ends = append(g.changes.ends, uint32(len(g.changes.targets)))
	g.head[node] = uint32(len(g.changes.nodes))
}

func (g *Graph) describe(node, kind, account uint32, present bool) {
	if g.typeOf[node] == kind && g.accountOf[node] == account && g.present[node] == present {
		return
	}
	if g.attributesHeld {
		g.typeOf, g.accountOf, g.present = slices.Clone(g.typeOf), slices.Clone(g.accountOf), slices.Clone(g.present)
		g.attributesHeld = false
	}
	g.typeOf[node], g.accountOf[node], g.present[node] = kind, account, present
}

// edges returns the i-th run.
func (c *changes) edges(i uint32) Edges {
	var lo uint32
	if i > 0 {
		lo = c.ends[i-1]
	}
	hi := c.ends[i]
	return Edges{Targets: c.targets[lo:hi:hi], Kinds: c.kinds[lo:hi:hi], Evidence: c.evidence[lo:hi:hi]}
}

// edges returns the edges that start at node now.
func (g *Graph) edges(node uint32) Edges {
	if h := g.head[node]; h > 0 {
		return g.changes.edges(h - 1)
	}
	return g.out.Out(node)
}
