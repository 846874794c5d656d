package reach

import (
	"slices"

	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate"
)

// stage is one layer on the way of a connection.
type stage struct {
	// flow returns what it lets through of a protocol; nil lets everything through.
	flow func(protocol string) []network.Flow
	// hop is what it is; its Why says how it blocks.
	hop Hop
	// through describes it for what it let through by rules; nil leaves it out.
	through func(rules []int) []Hop
	// gaps are what was not known of it.
	gaps []estate.Unknown
	// inspected are the peers whose traffic devices look at.
	inspected network.Set
	devices   []Hop
	// gateway is the way in that it stands for; empty for other stages.
	gateway Hop
}

const lastPort = 65535

var allPorts = network.PortRange{From: 0, To: lastPort}

// uniform lets the same peers through for all protocols and ports.
func uniform(b bound, rules []int) func(string) []network.Flow {
	flows := []network.Flow{{Ports: allPorts, Sure: b.sure, All: b.all, Rules: rules}}
	if b.all.Empty() {
		flows = nil
	}
	return func(string) []network.Flow { return flows }
}

// mostStages is how many layers there can be.
const mostStages = 8

// cell is a run of ports with who gets through.
type cell struct {
	ports network.PortRange
	bound
	rules [mostStages][]int
}

// pass returns what is left of cells behind a stage.
func pass(cells []cell, flows []network.Flow, at int) []cell {
	var left []cell
	for _, whole := range cells {
		for j := range flows {
			f, c := &flows[j], whole
			c.ports = network.PortRange{From: max(c.ports.From, f.Ports.From), To: min(c.ports.To, f.Ports.To)}
			if c.ports.From > c.ports.To {
				continue
			}
			c.bound = c.bound.intersect(bound{f.Sure, f.All})
			if c.all.Empty() {
				continue
			}
			c.rules[at] = f.Rules
			left = append(left, c)
		}
	}
	return left
}

// survey sends every protocol through the stages and returns the first stage behind
// which nothing of any protocol is left; -1 when something comes out.
func survey(stages []stage, protocols []string, start bound) int {
	alive := make([]bool, len(stages))
	for _, protocol := range protocols {
		cells := []cell{{ports: allPorts, bound: startOf(protocol, start)}}
		for i := range stages {
			if stages[i].flow != nil {
				cells = pass(cells, stages[i].flow(protocol), i)
			}
			alive[i] = alive[i] || len(cells) > 0 && !cells[0].all.Empty()
		}
	}
	return slices.Index(alive, false)
}

// startOf leaves out the family that a protocol does not belong to.
func startOf(protocol string, b bound) bound {
	switch protocol {
	case "icmp":
		return bound{b.sure.V4(), b.all.V4()}
	case "icmpv6":
		return bound{b.sure.V6(), b.all.V6()}
	}
	return b
}
