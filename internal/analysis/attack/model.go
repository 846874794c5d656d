package attack

import (
	"cmp"
	"math"
	"slices"

	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/graph"
)

// Model is all steps and targets, ready for questions. It never changes and may be
// shared.
type Model struct {
	table    *risk.Table
	nodes    []string
	kinds    []string
	fixes    []string
	fixOf    map[string]uint32
	sets     [][]uint32
	chances  []risk.Interval
	costs    []uint64 // of each chance
	steps    []stepData
	details  map[uint32]detail
	out, in  *graph.Adjacency // their evidence is the number of the step
	stepsOf  *graph.Adjacency // of each fix, the steps it cuts
	targets  []Target
	nodeOf   []uint32 // of each target
	targetAt []uint32 // of each node, its target plus one, or 0
	impact   []float64
	entries  map[string]uint32
	useful   graph.Set // nodes from which some target is reached
	lifts    map[uint32][]lift
	watchers map[uint32][]uint32 // of each node, the targets whose lifts start there
	roots    []root
}

// root is the set of entries that a tree of best ways starts from.
type root struct {
	entries []string
}

// lift is a floor that may hold for a target.
type lift struct {
	root  int
	steps []uint32 // those that end at the target and are of the floor's kinds
	least float64
}

// Model ends the building. The builder must not be used after.
func (b *Builder) Model() *Model {
	m := &Model{
		table: b.table, nodes: b.nodes.text, kinds: b.kinds.text, fixes: b.fixes.text, fixOf: b.fixes.of,
		sets: b.sets, chances: b.chances, steps: b.steps, details: b.details,
		entries: b.entries, targetAt: make([]uint32, len(b.nodes.text)),
		lifts: map[uint32][]lift{}, watchers: map[uint32][]uint32{}, roots: []root{{entries: b.table.Entries()}},
	}
	b.nodes.of = nil
	for _, c := range m.chances {
		m.costs = append(m.costs, cost(c.Expected))
	}
	m.connect()
	for node, at := range b.targetAt {
		if at > 0 {
			m.nodeOf = append(m.nodeOf, uint32(node))
		}
	}
	slices.SortFunc(m.nodeOf, func(a, c uint32) int { return cmp.Compare(m.nodes[a], m.nodes[c]) })
	for i, node := range m.nodeOf {
		t := b.targets[b.targetAt[node]-1]
		m.targets = append(m.targets, t)
		m.targetAt[node] = uint32(i + 1)
		m.impact = append(m.impact, m.table.Impact(t.Impact).Expected)
	}
	m.useful = graph.Reach(m.in, m.nodeOf, nil)
	m.liftable()
	return m
}

// connect makes the arrays of steps by where they start, by where they end, and by what
// cuts them.
func (m *Model) connect() {
	from, to, index := make([]uint32, len(m.steps)), make([]uint32, len(m.steps)), make([]uint32, len(m.steps))
	var fix, cut []uint32
	for i, s := range m.steps {
		from[i], to[i], index[i] = s.from, s.to, uint32(i)
		for _, f := range m.sets[s.fixes] {
			fix, cut = append(fix, f), append(cut, uint32(i))
		}
	}
	m.out = graph.NewAdjacency(len(m.nodes), from, to, nil, index)
	m.in = m.out.Reverse()
	m.stepsOf = graph.NewAdjacency(len(m.fixes), fix, cut, nil, nil)
}

// liftable finds the targets that floors may lift, and the steps by which.
func (m *Model) liftable() {
	for _, f := range m.table.Floors() {
		at := -1
		for i, s := range m.steps {
			t := m.targetAt[s.to]
			if t == 0 || !slices.Contains(f.Steps, m.kinds[s.kind]) || !m.table.Lifts(f, m.targets[t-1].Impact) {
				continue
			}
			if at < 0 {
				at = m.rootOf(f.Entries)
			}
			m.lift(t-1, uint32(i), at, m.table.Least(f.Band))
		}
	}
}

func (m *Model) lift(target, step uint32, root int, least float64) {
	lifts := m.lifts[target]
	i := slices.IndexFunc(lifts, func(l lift) bool { return l.root == root && l.least == least })
	if i < 0 {
		i = len(lifts)
		lifts = append(lifts, lift{root: root, least: least})
	}
	lifts[i].steps = append(lifts[i].steps, step)
	m.lifts[target] = lifts
	from := m.steps[step].from
	m.watchers[from] = append(m.watchers[from], target)
}

// rootOf returns the number of the tree that starts from the entries; all for none.
func (m *Model) rootOf(entries []string) int {
	if len(entries) == 0 {
		return 0
	}
	entries = slices.Sorted(slices.Values(entries))
	for i, r := range m.roots {
		if slices.Equal(r.entries, entries) {
			return i
		}
	}
	m.roots = append(m.roots, root{entries})
	return len(m.roots) - 1
}

// Targets returns how many targets there are; they are numbered from 0 in the order of
// their ids.
func (m *Model) Targets() int { return len(m.targets) }

// Target returns a target.
func (m *Model) Target(i int) Target { return m.targets[i] }

// Fixes returns all changes that cut some step, in no particular order.
func (m *Model) Fixes() []estate.FixKey {
	keys := make([]estate.FixKey, len(m.fixes))
	for i, f := range m.fixes {
		keys[i] = estate.FixKey(f)
	}
	return keys
}

// A distance is a cost in its upper bits, and the number of steps in its lower ones, so
// that of equal costs the fewer steps win and every step makes it longer.
const (
	hopBits = 24
	unit    = 1 << 24 // of cost, for one natural logarithm
	far     = math.MaxUint64
	rarest  = 1e-12 // what is less probable counts as this
)

// cost returns the length of a step.
func cost(p float64) uint64 {
	return uint64(math.Round(-math.Log(max(p, rarest))*unit))<<hopBits | 1
}

// plus adds lengths; what does not fit is too far.
func plus(a, b uint64) uint64 {
	if a > far-b {
		return far
	}
	return a + b
}

// probability returns what a length means.
func probability(distance uint64) float64 {
	if distance == far {
		return 0
	}
	return math.Exp(-float64(distance>>hopBits) / unit)
}
