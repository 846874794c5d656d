package reach_test

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/network/reach"
	"github.com/stance-sec/stance/internal/estate"
)

// The naive reference asks, packet by packet, whether one comes through and its answer
// comes back. Estates, packets and reference share no code with what they test.

var (
	naiveBlocks  = []string{"0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "8.0.0.0/8", "8.8.8.0/24", "200.1.0.0/16", "10.0.0.0/8", "::/0", "2600::/16", "2a00::/16"}
	naiveSources = []string{"8.8.8.8", "8.9.9.9", "1.1.1.1", "200.1.2.3", "130.0.0.1", "2600::1", "2a00:1::1", "2400::1"}
	naivePorts   = []int{0, 22, 80, 443, 1023, 1024, 3389, 40000, 65535}
	naiveClients = []int{1024, 3389, 39999, 40000, 65535}
	naiveProtos  = []string{"tcp", "udp", "icmp", "icmpv6", "47", "all"}
	naiveTargets = []node{
		{"target": "igw-1", "kind": "internet-gateway", "active": true}, {"target": "igw-1", "kind": "internet-gateway", "active": true},
		{"target": "igw-1", "kind": "internet-gateway", "active": false}, {"target": "nat-1", "kind": "nat-gateway", "active": true},
		{"target": "eigw-1", "kind": "egress-only-gateway", "active": true}, {"target": "tgw-1", "kind": "transit-gateway", "active": true},
		{"target": "vgw-1", "kind": "vpn-gateway", "active": true, "propagated": true},
	}
)

func pick[T any](random *rand.Rand, list []T) T { return list[random.IntN(len(list))] }

func naiveRule(random *rand.Rand, actions ...string) node {
	from, to := random.IntN(len(naivePorts)), random.IntN(len(naivePorts))
	r := node{
		"action": pick(random, actions), "priority": random.IntN(4), "protocol": pick(random, naiveProtos),
		"from_port": naivePorts[min(from, to)], "to_port": naivePorts[max(from, to)], "cidrs": []any{},
	}
	if r["protocol"] == "all" || random.IntN(3) == 0 {
		r["from_port"], r["to_port"] = 0, 65535
	}
	for range 1 + random.IntN(2) {
		r["cidrs"] = append(r["cidrs"].([]any), pick(random, naiveBlocks))
	}
	return r
}

func naiveRules(random *rand.Rand, most int, actions ...string) []any {
	list := []any{}
	for range random.IntN(most + 1) {
		list = append(list, naiveRule(random, actions...))
	}
	return list
}

// naiveEstate is one interface with everything around it. Where open is often, layers
// let everything through half of the time, so that others are tried.
func naiveEstate(random *rand.Rand) []node {
	routes := []any{node{"destination": "10.0.0.0/16", "target": "local", "kind": "local", "active": true}}
	for _, block := range []string{"0.0.0.0/0", "::/0"} {
		if random.IntN(3) > 0 {
			routes = append(routes, node{"destination": block, "target": "igw-1", "kind": "internet-gateway", "active": true})
		}
	}
	for _, block := range naiveBlocks[1:] {
		if random.IntN(6) == 0 {
			r := node{"destination": block}
			for name, value := range pick(random, naiveTargets) {
				r[name] = value
			}
			routes = append(routes, r)
		}
	}
	acl := node{
		"type": "network_acl", "id": "acl-1", "vpc": "vpc-1", "default": true, "subnets": []any{"subnet-1"},
		"ingress": naiveRules(random, 4, "allow", "allow", "deny"), "egress": naiveRules(random, 4, "allow", "allow", "deny"),
	}
	for _, side := range []string{"ingress", "egress"} {
		if random.IntN(4) > 0 {
			acl[side] = append(acl[side].([]any), node{"action": "allow", "priority": 9, "protocol": "all", "from_port": 0, "to_port": 65535, "cidrs": []any{"0.0.0.0/0", "::/0"}})
		}
	}
	public, six := []any{}, []any{}
	if random.IntN(5) > 0 {
		public = append(public, "54.1.2.3")
	}
	if random.IntN(2) == 0 {
		six = append(six, pick(random, []string{"2600:1f00::7", "fd00::7"}))
	}
	return []node{
		{"type": "subnet", "id": "subnet-1", "vpc": "vpc-1", "cidr": "10.0.0.0/24", "internet_block": pick(random, []string{"off", "off", "off", "block-ingress"})},
		{"type": "internet_gateway", "id": "igw-1", "vpcs": []any{pick(random, []string{"vpc-1", "vpc-1", "vpc-1", "vpc-2"})}},
		{"type": "route_table", "id": "rtb-1", "vpc": "vpc-1", "main": true, "subnets": []any{}, "gateways": []any{}, "routes": routes},
		acl,
		{"type": "security_group", "id": "sg-1", "vpc": "vpc-1", "ingress": naiveRules(random, 3, "allow"), "egress": []any{}},
		{"type": "security_group", "id": "sg-2", "vpc": "vpc-1", "ingress": naiveRules(random, 2, "allow"), "egress": []any{}},
		{
			"type": "network_interface", "id": "eni-1", "kind": "interface", "attached": true, "instance": "", "vpc": "vpc-1", "subnet": "subnet-1",
			"security_groups": []any{"sg-1", "sg-2"}, "private_addresses": []any{"10.0.0.7"}, "public_addresses": public, "ipv6_addresses": six,
		},
	}
}

func of(list []node, id string) node {
	return list[slices.IndexFunc(list, func(r node) bool { return r["id"] == id })]
}

func within(ranges any, ip netip.Addr) bool {
	return slices.ContainsFunc(ranges.([]any), func(r any) bool { return netip.MustParsePrefix(r.(string)).Contains(ip) })
}

// fits reports whether a rule is about a packet.
func fits(r node, ip netip.Addr, protocol string, port int) bool {
	if !within(r["cidrs"], ip) {
		return false
	}
	if r["protocol"] == "all" {
		return true
	}
	if r["protocol"] != protocol {
		return false
	}
	return protocol != "tcp" && protocol != "udp" || r["from_port"].(int) <= port && port <= r["to_port"].(int)
}

// aclLets tries rules in the order of their numbers; a deny wins over an allow of the
// same number.
func aclLets(rules []any, ip netip.Addr, protocol string, port int) bool {
	best, lets := 1<<20, false
	for _, one := range rules {
		r := one.(node)
		if !fits(r, ip, protocol, port) {
			continue
		}
		priority, allows := r["priority"].(int), r["action"] == "allow"
		if priority < best || priority == best && !allows {
			best, lets = priority, allows
		}
	}
	return lets
}

// routedBack reports whether the most specific route for the source leads to a gateway
// of the network. Among equals the first that was set by hand counts.
func routedBack(list []node, ip netip.Addr) bool {
	best, rank, back := -1, 0, false
	attached := of(list, "igw-1")["vpcs"].([]any)[0] == "vpc-1"
	for _, one := range of(list, "rtb-1")["routes"].([]any) {
		r := one.(node)
		block := netip.MustParsePrefix(r["destination"].(string))
		hand := 1
		if r["propagated"] == true {
			hand = 0
		}
		if block.Contains(ip) && (block.Bits() > best || block.Bits() == best && hand > rank) {
			best, rank = block.Bits(), hand
			back = r["kind"] == "internet-gateway" && r["active"] == true && attached
		}
	}
	return back
}

func naiveReaches(list []node, ip netip.Addr, protocol string, port int) bool {
	eni, acl := of(list, "eni-1"), of(list, "acl-1")
	own := "public_addresses"
	if ip.Is6() {
		own = "ipv6_addresses"
	}
	addresses := eni[own].([]any)
	if len(addresses) == 0 || addresses[0] == "fd00::7" || protocol == "icmp" && ip.Is6() || protocol == "icmpv6" && ip.Is4() {
		return false
	}
	if of(list, "subnet-1")["internet_block"] != "off" || !routedBack(list, ip) || !aclLets(acl["ingress"].([]any), ip, protocol, port) {
		return false
	}
	guarded := func(id string) bool {
		return slices.ContainsFunc(of(list, id)["ingress"].([]any), func(r any) bool { return fits(r.(node), ip, protocol, port) })
	}
	if !guarded("sg-1") && !guarded("sg-2") {
		return false
	}
	return slices.ContainsFunc(naiveClients, func(client int) bool { return aclLets(acl["egress"].([]any), ip, protocol, client) })
}

// says returns what exposures say about a packet.
func says(list []reach.Exposure, ip netip.Addr, protocol string, port int) estate.Tri {
	answer := estate.No
	for _, e := range list {
		about := e.Protocol == protocol && (e.Family == "" || (e.Family == "ipv4") == ip.Is4()) && e.Sources.Set().Contains(ip)
		in := false
		for _, p := range e.Ports {
			in = in || p.From <= port && port <= p.To
		}
		if about && (in || e.Ports == nil) {
			answer = answer.Or(e.Verdict)
		}
	}
	return answer
}

// eachPacket visits every sample packet. A protocol that no rule names is called 99.
func eachPacket(visit func(ip netip.Addr, protocol string, port int)) {
	for _, source := range naiveSources {
		for _, protocol := range []string{"tcp", "udp", "icmp", "icmpv6", "47"} {
			for _, port := range naivePorts {
				visit(netip.MustParseAddr(source), protocol, port)
			}
		}
	}
}

func TestAgreesWithEveryPacket(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(11, 12))
	reached := 0
	for range 1500 {
		list := naiveEstate(random)
		got := build(t, list, nil).Exposure(of(list, "eni-1").arn())
		eachPacket(func(ip netip.Addr, protocol string, port int) {
			want := naiveReaches(list, ip, protocol, port)
			asked := protocol
			if protocol == "47" && !named(list, "47") {
				asked = "all"
			}
			if answer := says(got, ip, asked, port); answer != estate.TriOf(want) {
				t.Fatalf("%v %s %d: got %v, want %v\n%v", ip, protocol, port, answer, want, list)
			}
			if want {
				reached++
			}
		})
	}
	if reached < 8_000 {
		t.Errorf("only %d packets came through: the estates try too little", reached)
	}
}

// named reports whether any rule names a protocol: only then is it asked about apart
// from all others.
func named(list []node, protocol string) bool {
	for _, r := range list {
		for _, side := range []string{"ingress", "egress"} {
			rules, _ := r[side].([]any)
			if r["type"] == "security_group" && side == "egress" {
				continue
			}
			if slices.ContainsFunc(rules, func(r any) bool { return r.(node)["protocol"] == protocol }) {
				return true
			}
		}
	}
	return false
}
