package attack

import (
	"math"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/estate"
)

// Step is one step of an attacker from one resource to another.
type Step struct {
	// From and To are resource ids. From may be Entry(name).
	From, To string
	// Kind is a kind of step of the risk table.
	Kind string
	// P is its probability; nil takes the table's. A step of probability 0 is none.
	P *risk.Interval
	// Label says it in words; empty takes the table's.
	Label string
	// Evidence is what proves it.
	Evidence []estate.StepEvidence
	// Fixes are changes of which each one alone would cut the step.
	Fixes []estate.FixKey
}

// Target is something of value.
type Target struct {
	// Node is the id of the resource.
	Node string
	// Class groups targets of one kind, such as restricted-data or account-admin.
	Class string
	// Impact is what it would mean to get there.
	Impact risk.Impact
}

// The places where attackers begin, in the built-in risk table.
const (
	Internet         = "internet"
	AnyAccount       = "any-account"
	InternalFoothold = "internal-foothold"
)

// Entry returns the node from which steps of an entry of the risk table start.
func Entry(name string) string { return entryPrefix + name }

const entryPrefix = "entry:"

// At returns a node for one state of a resource, such as "reached" for a machine that
// packets get to but that is not taken yet. Explanations name the resource.
func At(resource, state string) string { return resource + stateMark + state }

// stateMark is in no id of a provider.
const stateMark = "\x00"

// resourceOf returns the id of the resource that a node stands for; empty for an entry.
func resourceOf(node string) string {
	if strings.HasPrefix(node, entryPrefix) {
		return ""
	}
	id, _, _ := strings.Cut(node, stateMark)
	return id
}

// stepData is a step in compact form. Kinds, intervals and sets of fixes repeat, so they
// are numbers into tables.
type stepData struct {
	from, to uint32
	kind     uint32
	chance   uint32 // into intervals
	fixes    uint32 // into fix sets; 0 for none
}

// detail is what only explanations need.
type detail struct {
	label    string
	evidence []estate.StepEvidence
}

// Builder takes steps and targets. It belongs to one goroutine.
type Builder struct {
	table     *risk.Table
	nodes     interner
	kinds     interner
	fixes     interner
	fixSets   interner
	sets      [][]uint32 // of each fix set, its fixes
	chances   []risk.Interval
	chanceOf  map[risk.Interval]uint32
	steps     []stepData
	details   map[uint32]detail
	targets   []Target
	targetAt  []uint32
	entries   map[string]uint32
	enterKind uint32
}

// interner gives texts dense numbers.
type interner struct {
	of   map[string]uint32
	text []string
}

func newInterner() interner { return interner{of: map[string]uint32{}} }

func (i *interner) add(s string) uint32 {
	n, ok := i.of[s]
	if !ok {
		n = uint32(len(i.text))
		i.of[s] = n
		i.text = append(i.text, s)
	}
	return n
}

// NewBuilder returns a builder that rates by the table.
func NewBuilder(table *risk.Table) *Builder {
	b := &Builder{
		table: table, nodes: newInterner(), kinds: newInterner(), fixes: newInterner(), fixSets: newInterner(),
		chanceOf: map[risk.Interval]uint32{}, details: map[uint32]detail{}, entries: map[string]uint32{},
	}
	b.enterKind = b.kinds.add("")
	b.set(nil)
	for _, name := range table.Entries() {
		b.entries[name] = b.nodes.add(Entry(name))
	}
	return b
}

// Add takes a step. It fails when the kind is not in the table, the probability is none,
// or the step leads to an entry; it then changes nothing.
func (b *Builder) Add(s Step) error {
	number, ok := b.table.Step(s.Kind)
	if !ok {
		return estate.Errorf(estate.CodeInvalid, "add a step of an attacker", "the risk table %s has no step %q", b.table.Version(), s.Kind)
	}
	chance := number.Interval
	if s.P != nil {
		chance = *s.P
	}
	if err := checkChance(chance); err != nil {
		return err
	}
	if chance.Expected == 0 {
		return nil
	}
	if err := b.add(s.From, s.To, b.kinds.add(s.Kind), chance, s.Fixes); err != nil {
		return err
	}
	if s.Label != "" || s.Evidence != nil {
		b.details[uint32(len(b.steps)-1)] = detail{s.Label, s.Evidence}
	}
	return nil
}

func checkChance(chance risk.Interval) error {
	if !chance.Valid() || chance.Expected == 0 && chance.High > 0 {
		return estate.Errorf(estate.CodeInvalid, "add a step of an attacker", "%v is no probability: what is not known is never expected to be 0", chance)
	}
	return nil
}

// Enter says that attackers of an entry may begin at a node, at no cost but the entry's.
func (b *Builder) Enter(entry, node string) error {
	if _, ok := b.entries[entry]; !ok {
		return estate.Errorf(estate.CodeInvalid, "add an entry", "the risk table %s has no entry %q", b.table.Version(), entry)
	}
	return b.add(Entry(entry), node, b.enterKind, risk.Exactly(1), nil)
}

func (b *Builder) add(from, to string, kind uint32, chance risk.Interval, fixes []estate.FixKey) error {
	const op = "add a step of an attacker"
	_, known := b.entries[strings.TrimPrefix(from, entryPrefix)]
	switch {
	case from == "" || to == "":
		return estate.Errorf(estate.CodeInvalid, op, "it does not say from where to where")
	case strings.HasPrefix(to, entryPrefix):
		return estate.Errorf(estate.CodeInvalid, op, "it leads to the entry %q", to)
	case strings.HasPrefix(from, entryPrefix) && !known:
		return estate.Errorf(estate.CodeInvalid, op, "the risk table %s has no entry %q", b.table.Version(), from)
	}
	t := b.nodes.add(to)
	if len(b.steps) >= math.MaxUint32-1 {
		return estate.Errorf(estate.CodeInvalid, op, "there are too many")
	}
	c, ok := b.chanceOf[chance]
	if !ok {
		c = uint32(len(b.chances))
		b.chanceOf[chance] = c
		b.chances = append(b.chances, chance)
	}
	b.steps = append(b.steps, stepData{from: b.nodes.add(from), to: t, kind: kind, chance: c, fixes: b.set(fixes)})
	return nil
}

// set returns the number of a set of fixes.
func (b *Builder) set(fixes []estate.FixKey) uint32 {
	size := 0
	for _, f := range fixes {
		size += len(f) + 1
	}
	joined := make([]byte, 0, size)
	for _, f := range fixes {
		joined = append(append(joined, f...), 0)
	}
	known := len(b.fixSets.text)
	n := b.fixSets.add(string(joined))
	if int(n) == known {
		var set []uint32
		for _, f := range fixes {
			set = append(set, b.fixes.add(string(f)))
		}
		b.sets = append(b.sets, set)
	}
	return n
}

// Target takes something of value. A node that is a target twice keeps the graver impact.
func (b *Builder) Target(t Target) {
	n := b.nodes.add(t.Node)
	for len(b.targetAt) <= int(n) {
		b.targetAt = append(b.targetAt, 0)
	}
	if at := b.targetAt[n]; at > 0 {
		before := &b.targets[at-1]
		if b.graver(t, *before) {
			*before = t
		}
		return
	}
	b.targets = append(b.targets, t)
	b.targetAt[n] = uint32(len(b.targets))
}

func (b *Builder) graver(a, than Target) bool {
	x, y := b.table.Impact(a.Impact), b.table.Impact(than.Impact)
	return x.Expected > y.Expected || x.Expected == y.Expected && a.Class < than.Class
}
