package query

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/graph"
)

// Graph is what queries are asked of. It never changes and may be shared.
type Graph struct {
	edges      *graph.Snapshot
	kinds      []estate.RelationKind
	records    []record // by node
	texts      []string // interned
	attributes []attribute
	rank       []uint32 // of each node, its place in the order of ids
	byRank     []uint32
	proofs     []proof // from 1
	incomplete bool
}

// record is what is known of a node. Texts that repeat are numbers.
type record struct {
	id, name                       string
	kind, cloud, account, region   uint32
	firstAttribute, attributeCount uint32
	classes                        class
	read                           bool
}

// attribute is a value under a key, both interned.
type attribute struct {
	key, value uint32
	certainty  Certainty
}

// proof is what is said of a step.
type proof struct{ label, then string }

// Certainty tells how far an attribute is known.
type Certainty uint8

// The certainties.
const (
	// Known was read or declared.
	Known Certainty = iota
	// Guessed rests on a name or the like, and nobody declared it.
	Guessed
	// Unread is what was asked for and not answered.
	Unread
)

// The two highest bits of the evidence of an edge say whether it is sure; the others are
// the number of its proof, 0 for a declared relation.
const (
	unsureBit  = 1 << 31
	onwardBit  = 1 << 30
	proofMask  = onwardBit - 1
	proofLimit = proofMask
)

// Nodes returns how many nodes there are, with those that others only point at.
func (g *Graph) Nodes() int { return g.edges.Nodes() }

// text is a number's text.
func (g *Graph) text(n uint32) string { return g.texts[n] }

// attribute returns the value under a key, false when the node has none.
func (g *Graph) attribute(node uint32, key string) (value string, certainty Certainty, ok bool) {
	r := &g.records[node]
	for _, a := range g.attributes[r.firstAttribute : r.firstAttribute+r.attributeCount] {
		if g.texts[a.key] == key {
			return g.texts[a.value], a.certainty, true
		}
	}
	return "", Known, false
}

// typeMatches tells of each number of a text whether it is one of the types.
func (g *Graph) typeMatches(types []string) map[uint32]bool {
	seen := map[uint32]bool{}
	for i := range g.records {
		kind := g.records[i].kind
		if _, done := seen[kind]; !done {
			seen[kind] = slices.ContainsFunc(types, func(t string) bool { return like(t, g.texts[kind]) })
		}
	}
	return seen
}

// follows returns which kinds of edges a pattern means, by their numbers.
func (g *Graph) follows(patterns []string) *[256]bool {
	var match [256]bool
	for _, kind := range g.kinds {
		number, ok := g.edges.Kind(kind)
		match[number] = ok && slices.ContainsFunc(patterns, func(p string) bool { return like(p, string(kind)) })
	}
	return &match
}

// order ranks the nodes by their ids.
func (g *Graph) order() {
	g.byRank = make([]uint32, len(g.records))
	for i := range g.byRank {
		g.byRank[i] = uint32(i)
	}
	slices.SortFunc(g.byRank, func(a, b uint32) int { return strings.Compare(g.records[a].id, g.records[b].id) })
	g.rank = make([]uint32, len(g.records))
	for rank, node := range g.byRank {
		g.rank[node] = uint32(rank)
	}
}

// lastPart is what an id ends in: a name for what was never read.
func lastPart(id string) string {
	if at := strings.LastIndexAny(id, "/:"); at >= 0 && at+1 < len(id) {
		return id[at+1:]
	}
	return id
}
