package reach

import (
	"slices"

	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate"
)

// candidate is one place where something stands, or may stand.
type candidate struct{ class *class }

// combination is the answer for something with several places.
type combination struct {
	candidates []candidate
	// all is whether it stands in every place; else it stands in one of them that is
	// not known.
	all bool
	// ports are those that it listens on; nil means that this is not known.
	ports []listen
	// anywhere is why the place is not known.
	anywhere estate.Unknown
}

// openings weighs the places port by port. Standing in all of them, what one opens is
// open; standing in one of them, only what all open is open for certain.
func (c combination) openings() []opening {
	var list []opening
	for _, protocol := range c.protocols() {
		for _, family := range []string{"ipv4", "ipv6"} {
			list = append(list, c.of(protocol, family)...)
		}
	}
	return list
}

// protocols are those of any place, in the order of the first that has them.
func (c combination) protocols() []string {
	var list []string
	for _, place := range c.candidates {
		for i := range place.class.openings {
			if p := place.class.openings[i].protocol; !slices.Contains(list, p) {
				list = append(list, p)
			}
		}
	}
	return list
}

// weighed is a run of ports with what passes and what showed it.
type weighed struct {
	bound
	ports []network.PortRange
	shown *opening
	gaps  []estate.Unknown
	via   []Hop
}

func (c combination) of(protocol, family string) []opening {
	var groups []weighed
	for _, ports := range c.segments(protocol, family) {
		w := c.weigh(protocol, family, ports.From)
		if w.all.Empty() {
			continue
		}
		i := slices.IndexFunc(groups, func(o weighed) bool { return o.sure.Equal(w.sure) && o.all.Equal(w.all) })
		if i < 0 {
			groups = append(groups, w)
			i = len(groups) - 1
		}
		groups[i].ports = joined(groups[i].ports, ports)
	}
	var list []opening
	for _, w := range groups {
		list = append(list, w.openings(protocol, family)...)
	}
	return list
}

// segments are the ports to look at, cut where any place may change its answer.
func (c combination) segments(protocol, family string) []network.PortRange {
	if c.ports != nil {
		var list []network.PortRange
		for _, l := range c.ports {
			if l.protocol == protocol || l.protocol == "both" && hasPorts(protocol) {
				list = append(list, network.PortRange{From: l.port, To: l.port})
			}
		}
		slices.SortFunc(list, func(a, b network.PortRange) int { return a.From - b.From })
		return slices.Compact(list)
	}
	starts := []int{0}
	for _, place := range c.candidates {
		for i := range place.class.openings {
			o := &place.class.openings[i]
			if o.protocol != protocol || o.family != "" && o.family != family {
				continue
			}
			for _, p := range o.ports {
				starts = append(starts, p.From)
				if p.To < lastPort {
					starts = append(starts, p.To+1)
				}
			}
		}
	}
	slices.Sort(starts)
	starts = slices.Compact(starts)
	list := make([]network.PortRange, len(starts))
	for i, from := range starts {
		list[i] = network.PortRange{From: from, To: lastPort}
		if i+1 < len(starts) {
			list[i].To = starts[i+1] - 1
		}
	}
	return list
}

// weigh asks every place about one port.
func (c combination) weigh(protocol, family string, port int) weighed {
	var w weighed
	for i, place := range c.candidates {
		b, shown := place.class.at(protocol, family, port)
		for _, o := range shown {
			if w.shown == nil {
				w.shown = o
			}
			w.gaps, w.via = append(w.gaps, o.unknown...), append(w.via, o.filtered...)
		}
		switch {
		case c.all || i == 0:
			w.bound = w.bound.union(b)
		default:
			w.bound = bound{w.sure.Intersect(b.sure), w.all.Union(b.all)}
		}
	}
	return w
}

// at returns who reaches a port, and the openings that say so.
func (c *class) at(protocol, family string, port int) (bound, []*opening) {
	var b bound
	var shown []*opening
	for i := range c.openings {
		o := &c.openings[i]
		if o.protocol != protocol || o.family != "" && o.family != family || !o.covers(port) {
			continue
		}
		set := o.sources.set
		if o.family == "" {
			set = ofFamily(set, family)
		}
		b.all = b.all.Union(set)
		if o.verdict == estate.Yes {
			b.sure = b.sure.Union(set)
		}
		shown = append(shown, o)
	}
	return b, shown
}

func ofFamily(set network.Set, family string) network.Set {
	if family == "ipv4" {
		return set.V4()
	}
	return set.V6()
}

// covers reports whether the opening is about a port; one without ports is about all.
func (o *opening) covers(port int) bool {
	return o.ports == nil || slices.ContainsFunc(o.ports, func(p network.PortRange) bool { return p.From <= port && port <= p.To })
}

func (w weighed) openings(protocol, family string) []opening {
	common := opening{family: family, protocol: protocol, ports: w.ports, path: w.shown.path}
	if !hasPorts(protocol) {
		common.ports = nil
	}
	var list []opening
	if !w.sure.Empty() {
		yes := common
		yes.verdict, yes.sources = estate.Yes, sourcesOf(w.sure)
		list = append(list, yes)
	}
	if rest := w.all.Subtract(w.sure); !rest.Empty() {
		perhaps := common
		perhaps.verdict, perhaps.sources, perhaps.filtered = estate.Maybe, sourcesOf(rest), w.via
		for _, u := range w.gaps {
			if !slices.Contains(perhaps.unknown, u) {
				perhaps.unknown = append(perhaps.unknown, u)
			}
		}
		list = append(list, perhaps)
	}
	return list
}

// answer is the class of the whole: its openings, or the first layer that blocks the
// first place.
func (c combination) answer() *class {
	whole := &class{openings: c.openings()}
	for i := range whole.openings {
		o := &whole.openings[i]
		if o.verdict == estate.Maybe && len(o.unknown) == 0 {
			o.unknown = []estate.Unknown{c.anywhere}
		}
	}
	if len(whole.openings) > 0 {
		return whole
	}
	for _, place := range c.candidates {
		if len(place.class.blocked) > 0 {
			whole.blocked = place.class.blocked
			return whole
		}
	}
	whole.blocked = []Hop{{Kind: "listener", Why: "nothing listens on a port that is let through"}}
	return whole
}

// uncertain is the class of something about which too little is known.
func uncertain(ports []listen, gaps ...estate.Unknown) *class {
	c := &class{}
	path := []Hop{fromInternet}
	for _, protocol := range []string{"tcp", "udp", "icmp", network.Every} {
		o := opening{verdict: estate.Maybe, protocol: protocol, sources: sourcesOf(internet), unknown: gaps, path: path}
		if hasPorts(protocol) {
			o.ports = []network.PortRange{allPorts}
		}
		c.openings = append(c.openings, o)
	}
	if ports == nil {
		return c
	}
	return combination{candidates: []candidate{{class: c}}, all: true, ports: ports}.answer()
}
