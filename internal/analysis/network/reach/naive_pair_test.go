package reach_test

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate"
)

// Two interfaces in two subnets of one network, or of two that are peered.
var (
	pairBlocks = []string{"0.0.0.0/0", "10.0.0.0/8", "10.0.1.0/24", "10.0.1.7/32", "10.0.2.0/24", "10.1.0.0/16", "10.1.2.7/32"}
	pairNear   = netip.MustParseAddr("10.0.1.7")
)

func pairRules(random *rand.Rand, most int, group string, actions ...string) []any {
	list := naiveRules(random, most, actions...)
	for _, one := range list {
		r := one.(node)
		r["cidrs"] = []any{pick(random, pairBlocks)}
		if group != "" && random.IntN(3) == 0 {
			r["cidrs"], r["groups"] = []any{}, []any{pick(random, []string{group, "sg-other"})}
		}
	}
	if group != "" && random.IntN(2) == 0 {
		list = append(list, node{"action": "allow", "protocol": "all", "from_port": 0, "to_port": 65535, "cidrs": []any{"0.0.0.0/0"}})
	}
	return list
}

func pairACL(random *rand.Rand, id, vpc, subnet string) node {
	acl := node{"type": "network_acl", "id": id, "vpc": vpc, "default": false, "subnets": []any{subnet}}
	for _, side := range []string{"ingress", "egress"} {
		rules := pairRules(random, 3, "", "allow", "deny")
		if random.IntN(4) > 0 {
			rules = append(rules, node{"action": "allow", "priority": 9, "protocol": "all", "from_port": 0, "to_port": 65535, "cidrs": []any{"0.0.0.0/0"}})
		}
		acl[side] = rules
	}
	return acl
}

func pairEstate(random *rand.Rand) ([]node, netip.Addr) {
	far, vpc := "10.0.2.7", "vpc-a"
	if random.IntN(2) == 0 {
		far, vpc = "10.1.2.7", "vpc-b"
	}
	table := func(id, vpc, subnet, local, beyond string) node {
		routes := []any{node{"destination": local, "target": "local", "kind": "local", "active": true}}
		if random.IntN(4) > 0 {
			routes = append(routes, node{"destination": beyond, "target": "pcx-1", "kind": "peering", "active": random.IntN(8) > 0})
		}
		return node{"type": "route_table", "id": id, "vpc": vpc, "main": false, "subnets": []any{subnet}, "gateways": []any{}, "routes": routes}
	}
	nic := func(id, vpc, subnet, group, address string) node {
		return node{"type": "network_interface", "id": id, "kind": "interface", "attached": true, "vpc": vpc, "subnet": subnet, "security_groups": []any{group}, "private_addresses": []any{address}}
	}
	farLocal, farBeyond := "10.0.0.0/16", "10.1.0.0/16"
	if vpc == "vpc-b" {
		farLocal, farBeyond = farBeyond, farLocal
	}
	return []node{
		{"type": "subnet", "id": "subnet-a", "vpc": "vpc-a", "cidr": "10.0.1.0/24"},
		{"type": "subnet", "id": "subnet-b", "vpc": vpc, "cidr": far[:6] + ".0/24"},
		table("rtb-a", "vpc-a", "subnet-a", "10.0.0.0/16", "10.1.0.0/16"), table("rtb-b", vpc, "subnet-b", farLocal, farBeyond),
		pairACL(random, "acl-a", "vpc-a", "subnet-a"), pairACL(random, "acl-b", vpc, "subnet-b"),
		{"type": "vpc_peering_connection", "id": "pcx-1", "state": pick(random, []string{"active", "active", "active", "expired"}), "requester": node{"vpc": "vpc-a", "vpc_region": "eu-west-1"}, "accepter": node{"vpc": "vpc-b", "vpc_region": "eu-west-1"}},
		{"type": "security_group", "id": "sg-a", "vpc": "vpc-a", "ingress": []any{}, "egress": pairRules(random, 4, "sg-b", "allow")},
		{"type": "security_group", "id": "sg-b", "vpc": vpc, "ingress": pairRules(random, 4, "sg-a", "allow"), "egress": []any{}},
		nic("eni-a", "vpc-a", "subnet-a", "sg-a", pairNear.String()), nic("eni-b", vpc, "subnet-b", "sg-b", far),
	}, netip.MustParseAddr(far)
}

// leads reports whether a table leads to an address of the other subnet.
func leads(list []node, id string, to netip.Addr) bool {
	best, found := -1, false
	for _, one := range of(list, id)["routes"].([]any) {
		r := one.(node)
		block := netip.MustParsePrefix(r["destination"].(string))
		if block.Contains(to) && block.Bits() > best {
			best = block.Bits()
			found = r["active"] == true && (r["kind"] == "local" || of(list, "pcx-1")["state"] == "active")
		}
	}
	return found
}

func guarded(rules []any, group string, ip netip.Addr, protocol string, port int) bool {
	return slices.ContainsFunc(rules, func(one any) bool {
		r := one.(node)
		groups, _ := r["groups"].([]any)
		if slices.Contains(groups, any(group)) {
			r = node{"protocol": r["protocol"], "from_port": r["from_port"], "to_port": r["to_port"], "cidrs": []any{"0.0.0.0/0"}}
		}
		return fits(r, ip, protocol, port)
	})
}

func naivePair(list []node, far netip.Addr, protocol string, port int) bool {
	rules := func(id, side string) []any { return of(list, id)[side].([]any) }
	request := guarded(rules("sg-a", "egress"), "sg-b", far, protocol, port) && leads(list, "rtb-a", far) &&
		aclLets(rules("acl-a", "egress"), far, protocol, port) && aclLets(rules("acl-b", "ingress"), pairNear, protocol, port) &&
		guarded(rules("sg-b", "ingress"), "sg-a", pairNear, protocol, port) && leads(list, "rtb-b", pairNear)
	return request && slices.ContainsFunc(naiveClients, func(client int) bool {
		return aclLets(rules("acl-b", "egress"), pairNear, protocol, client) && aclLets(rules("acl-a", "ingress"), far, protocol, client)
	})
}

func TestBetweenAgreesWithEveryPacket(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(41, 42))
	reached := 0
	for range 2000 {
		list, far := pairEstate(random)
		got := build(t, list, nil).Between(of(list, "eni-a").arn(), of(list, "eni-b").arn())
		for _, protocol := range []string{"tcp", "udp", "icmp"} {
			for _, port := range naivePorts {
				answer := estate.No
				for _, e := range got.Openings {
					if e.Protocol == protocol && (e.Ports == nil || slices.ContainsFunc(e.Ports, func(p network.PortRange) bool { return p.From <= port && port <= p.To })) {
						answer = answer.Or(e.Verdict)
					}
				}
				want := naivePair(list, far, protocol, port)
				if answer != estate.TriOf(want) {
					t.Fatalf("%s %d: got %v, want %v\n%v", protocol, port, answer, want, list)
				}
				if want {
					reached++
				}
			}
		}
	}
	if reached < 2000 {
		t.Errorf("only %d packets came through: the estates try too little", reached)
	}
}
