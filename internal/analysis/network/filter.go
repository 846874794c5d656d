package network

import (
	"slices"
	"sync"

	"github.com/stance-sec/stance/internal/estate/facet"
)

// Every stands for all protocols that no rule names: only rules for every protocol
// are about it.
const Every = "all"

// Filter is a rule set made ready for many questions. It is safe for concurrent use.
type Filter struct {
	rules []rule

	mu sync.Mutex
	// answered holds the flows of protocols asked about before.
	answered map[protocol][]Flow
}

// NewFilter reads a rule set. Rules that cannot be read make answers uncertain,
// never an error.
func NewFilter(rules []facet.Rule) *Filter {
	return &Filter{rules: compile(rules), answered: map[protocol][]Flow{}}
}

// Flow is what a filter lets through at a run of ports.
type Flow struct {
	Ports PortRange
	// Sure are the peers let through for certain.
	Sure Set
	// All holds Sure and every peer that may be let through.
	All Set
	// Rules are the positions of the rules that let or may let someone through, rising.
	Rules []int
}

// Flows returns what the filter lets through of a protocol, by rising ports; runs of
// ports at which nobody can pass are left out. A protocol without ports gives one
// flow of all ports, or none. A protocol that cannot be read may let everyone through.
// The caller must not change the list.
func (f *Filter) Flows(protocol string) []Flow {
	asked := parseProtocol(protocol)
	if asked == unknownProtocol {
		return []Flow{{Ports: PortRange{0, lastPort}, All: everyone}}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	flows, known := f.answered[asked]
	if !known {
		flows = f.flows(asked)
		f.answered[asked] = flows
	}
	return flows
}

func (f *Filter) flows(asked protocol) []Flow {
	work := mostWork
	var flows []Flow
	starts := boundaries(f.rules, asked)
	for i, from := range starts {
		to := lastPort
		if i+1 < len(starts) {
			to = starts[i+1] - 1
		}
		flow := Flow{Ports: PortRange{from, to}, All: everyone}
		if e, done := evaluate(f.rules, asked, from, &work); done {
			flow = Flow{Ports: flow.Ports, Sure: e.open, All: e.mayOpen, Rules: e.letting()}
		}
		flows = extendFlows(flows, flow)
	}
	return flows
}

// letting are the rules that let or may let someone through whom no rule before
// decided about.
func (e *evaluation) letting() []int {
	var list []int
	for i := range e.matched {
		if m := &e.matched[i]; m.effect != deny && (!m.decides.Empty() || m.possible) {
			list = append(list, m.index)
		}
	}
	slices.Sort(list)
	return list
}

// extendFlows adds a flow, joined to the one before where only the ports differ.
func extendFlows(flows []Flow, next Flow) []Flow {
	if next.All.Empty() {
		return flows
	}
	if n := len(flows); n > 0 {
		last := &flows[n-1]
		if last.Ports.To+1 == next.Ports.From && last.Sure.Equal(next.Sure) && last.All.Equal(next.All) && slices.Equal(last.Rules, next.Rules) {
			last.Ports.To = next.Ports.To
			return flows
		}
	}
	return append(flows, next)
}

// Protocols returns the protocols that the rules name, each once, as IANA numbers in
// rising order. Every is not among them.
func (f *Filter) Protocols() []int {
	var list []int
	for i := range f.rules {
		if p := f.rules[i].protocol; p >= 0 {
			list = append(list, int(p))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// Doubts tells what of the rules was not understood or not known, at most eight
// entries. Text from the cloud is quoted in it.
func (f *Filter) Doubts() []string {
	var list []string
	for i := range f.rules {
		for _, doubt := range f.rules[i].doubts {
			if len(list) == mostRanges {
				return list
			}
			list = append(list, doubt)
		}
	}
	return list
}
