package query

import (
	"maps"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/graph"
)

// Resource is a node with what queries may ask of it.
type Resource struct {
	estate.Ref
	// Views are the names of the facets it offers.
	Views []string
	// Attributes are found under the names of Fields; those that the Ref holds are not
	// among them.
	Attributes []Attribute
	Tags       map[string]string
	// TagsUnread is whether tags could not be read.
	TagsUnread bool
	Relations  []estate.Relation
}

// Attribute is one attribute of a resource. An Unread one may have an empty value.
type Attribute struct {
	Name, Value string
	Certainty   Certainty
}

// Step is a step of an attacker from one node to another.
type Step struct {
	From, To string
	Kind     string
	// Label says it in words.
	Label string
	// Unsure is whether it hangs on what was not read or on a condition.
	Unsure bool
	// Then says what it takes to go on from there; empty for nothing.
	Then string
	// ThenUnsure is whether that is not known. It counts where a path goes on.
	ThenUnsure bool
}

// Builder makes a graph. It belongs to one goroutine.
type Builder struct {
	edges      *graph.Graph
	kinds      map[estate.RelationKind]bool
	steps      map[string][]graph.Relation
	numbers    map[string]uint32 // of interned texts
	texts      []string
	records    []record // in the order of Add
	attributes []attribute
	proofs     []proof
	incomplete bool
	err        error
}

// NewBuilder returns an empty builder.
func NewBuilder() *Builder {
	b := &Builder{edges: graph.New(), kinds: map[estate.RelationKind]bool{}, steps: map[string][]graph.Relation{}, numbers: map[string]uint32{}}
	b.intern("")
	return b
}

// Step takes a step. All steps come before the first resource.
func (b *Builder) Step(s Step) {
	if len(b.proofs) >= proofLimit {
		b.err = estate.Errorf(estate.CodeInvalid, "add a step to the graph", "there are too many")
		return
	}
	b.proofs = append(b.proofs, proof{label: s.Label, then: s.Then})
	evidence := uint32(len(b.proofs))
	if s.Unsure {
		evidence |= unsureBit
	}
	if s.ThenUnsure {
		evidence |= onwardBit
	}
	b.kinds[estate.RelationKind(s.Kind)] = true
	b.steps[s.From] = append(b.steps[s.From], graph.Relation{Kind: estate.RelationKind(s.Kind), Target: s.To, Evidence: evidence})
}

// Incomplete notes that resources may be missing, so that "nothing points at it" is not
// known of any.
func (b *Builder) Incomplete() { b.incomplete = true }

// Add takes a resource. Of resources with one id the last counts.
func (b *Builder) Add(r *Resource) {
	edges := make([]graph.Relation, 0, len(r.Relations)+len(b.steps[r.ID]))
	for _, e := range r.Relations {
		b.kinds[e.Kind] = true
		edges = append(edges, graph.Relation{Kind: e.Kind, Target: e.Target})
	}
	edges = append(edges, b.steps[r.ID]...)
	delete(b.steps, r.ID)
	b.put(r.Ref, edges)
	rec := record{
		id: r.ID, name: r.Name, kind: b.intern(r.Type), cloud: b.intern(string(r.Cloud)), account: b.intern(r.Account), region: b.intern(r.Region),
		firstAttribute: uint32(len(b.attributes)), read: true,
	}
	if strings.HasSuffix(r.ID, r.Name) {
		rec.name = r.ID[len(r.ID)-len(r.Name):]
	}
	for _, v := range r.Views {
		rec.classes |= views[v]
	}
	for _, a := range r.Attributes {
		b.attribute(a.Name, a.Value, a.Certainty)
	}
	for _, key := range slices.Sorted(maps.Keys(r.Tags)) {
		b.attribute(tagPrefix+key, r.Tags[key], Known)
	}
	if r.TagsUnread {
		b.attribute(tagPrefix, "", Unread)
	}
	rec.attributeCount = uint32(len(b.attributes)) - rec.firstAttribute
	b.records = append(b.records, rec)
}

func (b *Builder) put(ref estate.Ref, edges []graph.Relation) {
	if b.err == nil {
		b.err = b.edges.Put(graph.Resource{ID: ref.ID, Type: ref.Type, Account: ref.Account}, edges)
	}
}

func (b *Builder) attribute(key, value string, certainty Certainty) {
	b.attributes = append(b.attributes, attribute{b.intern(key), b.intern(value), certainty})
}

func (b *Builder) intern(text string) uint32 {
	n, ok := b.numbers[text]
	if !ok {
		n = uint32(len(b.texts))
		text = strings.Clone(text)
		b.texts = append(b.texts, text)
		b.numbers[text] = n
	}
	return n
}

// Graph ends the building. It fails when there was too much to hold. The builder must
// not be used after.
func (b *Builder) Graph() (*Graph, error) {
	for _, from := range slices.Sorted(maps.Keys(b.steps)) {
		b.put(estate.Ref{ID: from}, b.steps[from])
	}
	if b.err != nil {
		return nil, b.err
	}
	g := &Graph{
		edges: b.edges.Snapshot(), kinds: slices.Sorted(maps.Keys(b.kinds)), texts: b.texts, attributes: b.attributes,
		proofs: b.proofs, incomplete: b.incomplete,
	}
	g.records = make([]record, g.edges.Nodes())
	for _, r := range b.records {
		if node, ok := g.edges.Find(r.id); ok {
			g.records[node] = r
		}
	}
	for node := range g.records {
		if r := &g.records[node]; !r.read {
			r.id = g.edges.ID(uint32(node))
			r.name = lastPart(r.id)
		}
	}
	b.records, b.numbers = nil, nil
	g.order()
	return g, nil
}
