package attack

import (
	"iter"
	"strings"
)

// Place is a node of a model in its parts.
type Place struct {
	// Entry is where attackers begin, as in the risk table; empty for a resource.
	Entry string
	// Resource is the id of the resource that the node stands for; empty for an entry.
	Resource string
	// State is what At gave it; empty for the resource itself.
	State string
}

// PlaceOf takes a node apart that Entry or At made, or that is the id of a resource.
func PlaceOf(node string) Place {
	if entry, ok := strings.CutPrefix(node, entryPrefix); ok {
		return Place{Entry: entry}
	}
	id, state, _ := strings.Cut(node, stateMark)
	return Place{Resource: id, State: state}
}

// Steps yields all steps in the order in which they were added, with their nodes as they
// were given, their probability, and their label. What Enter added has no kind. Evidence
// and fixes are left out.
func (m *Model) Steps() iter.Seq[Step] {
	return func(yield func(Step) bool) {
		for i, s := range m.steps {
			kind, label := m.kinds[s.kind], m.details[uint32(i)].label
			if label == "" {
				row, _ := m.table.Step(kind)
				label = row.Label
			}
			chance := m.chances[s.chance]
			if !yield(Step{From: m.nodes[s.from], To: m.nodes[s.to], Kind: kind, P: &chance, Label: label}) {
				return
			}
		}
	}
}
