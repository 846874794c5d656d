package picture

import (
	"slices"

	"github.com/stance-sec/stance/internal/analysis/network/reach"
	"github.com/stance-sec/stance/internal/estate"
)

// place is a part of the estate whose networks are one matter.
type place struct{ account, region string }

// ground is what the picture knows about who can send packets to what.
type ground struct {
	network *reach.Network
	// groups are the security groups that let something of the internet, or of a taken
	// machine, through to somewhere.
	groups map[string]bool
	// taken are the places in which an attacker may hold a machine.
	taken map[place]bool
	// unread are the accounts of which a part of the network was not read.
	unread map[string]bool
}

// networkTypes are those without which nobody can tell what is not reachable.
var networkTypes = []string{
	"*", "aws_security_group", "aws_network_interface", "aws_instance", "aws_route_table", "aws_subnet", "aws_network_acl",
	"aws_internet_gateway", "aws_lb", "aws_elb", "aws_vpc",
}

// letThrough notes the groups that an open way leads through.
func (g *ground) letThrough(e *reach.Exposure) {
	for _, h := range e.Path {
		if h.Kind == "security-group" {
			g.groups[h.ID] = true
		}
	}
}

// reachable tells whether anything that an attacker holds can send packets to a resource,
// or through a group. It is Maybe for what has no place in a network, where a part of the
// network was not read, and beside machines that an attacker may hold.
func (g *ground) reachable(ref estate.Ref) estate.Tri {
	if ref.Cloud != estate.AWS || g.unread[ref.Account] || g.taken[place{ref.Account, ref.Region}] {
		return estate.Maybe
	}
	if ref.Type == "aws_security_group" {
		return estate.TriOf(g.groups[ref.ID])
	}
	exposures := g.network.Exposure(ref.ID)
	if len(exposures) == 0 {
		return estate.Maybe
	}
	shut := !slices.ContainsFunc(exposures, func(e reach.Exposure) bool { return e.Verdict != estate.No })
	return estate.TriOf(!shut)
}
