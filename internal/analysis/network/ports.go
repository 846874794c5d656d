package network

import (
	"slices"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
)

// PortRange is a run of ports, both ends inclusive.
type PortRange struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Ports are the ports a rule set opens to the internet. Both lists are merged and
// rising, and share no port.
type Ports struct {
	// Open are open for certain.
	Open []PortRange
	// Unknown may be open: it takes more facts to tell.
	Unknown []PortRange
}

// OpenPorts returns every port for which OpenToInternet answers Yes or Maybe. For a
// protocol without ports it is the whole range or nothing. Unknown is the whole
// range when the protocol cannot be read.
func OpenPorts(rules []facet.Rule, protocol string) Ports {
	asked := parseProtocol(protocol)
	if asked == unknownProtocol {
		return Ports{Unknown: []PortRange{{0, lastPort}}}
	}
	compiled := compile(rules)
	work := mostWork
	var ports Ports
	starts := boundaries(compiled, asked)
	for i, from := range starts {
		to := lastPort
		if i+1 < len(starts) {
			to = starts[i+1] - 1
		}
		verdict := estate.Maybe
		if e, done := evaluate(compiled, asked, from, &work); done {
			verdict = e.verdict()
		}
		switch verdict {
		case estate.Yes:
			ports.Open = extendPorts(ports.Open, PortRange{from, to})
		case estate.Maybe:
			ports.Unknown = extendPorts(ports.Unknown, PortRange{from, to})
		}
	}
	return ports
}

// boundaries returns, rising, the ports at which the set of matching rules may
// change; the first is 0.
func boundaries(rules []rule, asked protocol) []int {
	starts := []int{0}
	for i := range rules {
		r := &rules[i]
		if r.badPorts || !asked.hasPorts() || !r.protocol.hasPorts() || r.protocol.matches(asked) == estate.No {
			continue
		}
		starts = append(starts, r.ports.From)
		if r.ports.To < lastPort {
			starts = append(starts, r.ports.To+1)
		}
	}
	slices.Sort(starts)
	return slices.Compact(starts)
}

func extendPorts(list []PortRange, next PortRange) []PortRange {
	if n := len(list); n > 0 && list[n-1].To+1 == next.From {
		list[n-1].To = next.To
		return list
	}
	return append(list, next)
}
