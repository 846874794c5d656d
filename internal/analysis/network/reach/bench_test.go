package reach_test

import (
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/analysis/network/reach"
)

// The estate of the benchmark: interfaces spread over networks of twenty subnets and
// forty groups, each network with three route tables and two ACLs.
const (
	benchInterfaces = 200_000
	benchPerNetwork = 500
)

func allowAll(priority int) node {
	return node{"action": "allow", "priority": priority, "protocol": "all", "from_port": 0, "to_port": 65535, "cidrs": []any{"0.0.0.0/0"}}
}

func benchEstate(interfaces int) []node {
	random := rand.New(rand.NewPCG(4, 2))
	var list []node
	for v := range interfaces / benchPerNetwork {
		list = append(list, benchNetwork(random, v)...)
	}
	return list
}

func benchNetwork(random *rand.Rand, v int) []node {
	vpc := fmt.Sprintf("vpc-%06d", v)
	list := []node{{"type": "vpc", "id": vpc, "cidrs": []any{"10.0.0.0/16"}, "internet_block": "off"}, {"type": "internet_gateway", "id": "igw-" + vpc, "vpcs": []any{vpc}}}
	subnets := make([][]any, 3)
	var acls [2][]any
	for s := range 20 {
		id := fmt.Sprintf("subnet-%06d-%02d", v, s)
		subnets[s%3], acls[s%2] = append(subnets[s%3], id), append(acls[s%2], id)
		list = append(list, node{"type": "subnet", "id": id, "vpc": vpc, "cidr": fmt.Sprintf("10.0.%d.0/24", s), "internet_block": "off"})
	}
	for t, target := range []string{"igw-" + vpc, "nat-1", "igw-" + vpc} {
		kind := []string{"internet-gateway", "nat-gateway", "internet-gateway"}[t]
		list = append(list, node{
			"type": "route_table", "id": fmt.Sprintf("rtb-%06d-%d", v, t), "vpc": vpc, "main": t == 0, "subnets": subnets[t],
			"routes": []any{
				node{"destination": "10.0.0.0/16", "target": "local", "kind": "local", "active": true},
				node{"destination": "10.9.0.0/16", "target": "pcx-1", "kind": "peering", "active": true},
				node{"destination": "0.0.0.0/0", "target": target, "kind": kind, "active": true},
			},
		})
	}
	for a := range acls {
		list = append(list, node{
			"type": "network_acl", "id": fmt.Sprintf("acl-%06d-%d", v, a), "vpc": vpc, "default": a == 0, "subnets": acls[a],
			"ingress": []any{node{"action": "deny", "priority": 90, "protocol": "tcp", "from_port": 3389, "to_port": 3389, "cidrs": []any{"0.0.0.0/0"}}, allowAll(100)},
			"egress":  []any{allowAll(100)},
		})
	}
	for g := range 40 {
		list = append(list, benchGroup(random, vpc, v, g))
	}
	for i := range benchPerNetwork {
		list = append(list, benchInterface(random, vpc, v, i))
	}
	return list
}

func benchGroup(random *rand.Rand, vpc string, v, g int) node {
	var rules []any
	for range 1 + random.IntN(8) {
		port := []int{22, 80, 443, 3389, 5432, 8080}[random.IntN(6)]
		peers := []any{"10.0.0.0/8"}
		switch random.IntN(6) {
		case 0:
			peers = []any{"0.0.0.0/0", "::/0"}
		case 1:
			peers = []any{fmt.Sprintf("%d.%d.0.0/16", 20+random.IntN(100), random.IntN(255)), "8.8.8.0/24"}
		}
		rules = append(rules, node{"action": "allow", "protocol": "tcp", "from_port": port, "to_port": port, "cidrs": peers})
	}
	return node{"type": "security_group", "id": fmt.Sprintf("sg-%06d-%02d", v, g), "vpc": vpc, "ingress": rules, "egress": []any{allowAll(0)}}
}

func benchInterface(random *rand.Rand, vpc string, v, i int) node {
	subnet := random.IntN(20)
	public := []any{}
	if random.IntN(3) == 0 {
		public = append(public, fmt.Sprintf("54.%d.%d.%d", v/256%256, v%256, i%256))
	}
	groups := []any{fmt.Sprintf("sg-%06d-%02d", v, random.IntN(40))}
	if random.IntN(4) == 0 {
		groups = append(groups, fmt.Sprintf("sg-%06d-%02d", v, random.IntN(40)))
	}
	return node{
		"type": "network_interface", "id": fmt.Sprintf("eni-%06d-%04d", v, i), "kind": "interface", "description": "", "attached": true, "instance": "",
		"service_managed": false, "requester": "", "vpc": vpc, "subnet": fmt.Sprintf("subnet-%06d-%02d", v, subnet), "security_groups": groups,
		"private_addresses": []any{fmt.Sprintf("10.0.%d.%d", subnet, i%250)}, "public_addresses": public, "ipv6_addresses": []any{}, "source_dest_check": true,
	}
}

func benchLines(b *testing.B, interfaces int) [][]byte {
	b.Helper()
	var lines [][]byte
	for _, r := range benchEstate(interfaces) {
		lines = append(lines, r.line(b))
	}
	return lines
}

func addAll(b *testing.B, lines [][]byte) *reach.Builder {
	b.Helper()
	builder := reach.NewBuilder()
	for _, line := range lines {
		if err := builder.Add(line); err != nil {
			b.Fatal(err)
		}
	}
	return builder
}

func count(n *reach.Network) int {
	exposures := 0
	for range n.FromInternet {
		exposures++
	}
	return exposures
}

// BenchmarkFromInternet reads an estate and answers for every interface.
func BenchmarkFromInternet(b *testing.B) {
	lines := benchLines(b, benchInterfaces)
	before := processorTime(b)
	for b.Loop() {
		b.ReportMetric(float64(count(addAll(b, lines).Build())), "exposures")
	}
	b.ReportMetric((processorTime(b)-before).Seconds()/float64(b.N), "cpu-s/op")
}

// BenchmarkChangedGroup answers for every interface again after one group changed.
func BenchmarkChangedGroup(b *testing.B) {
	builder := addAll(b, benchLines(b, benchInterfaces))
	count(builder.Build())
	random := rand.New(rand.NewPCG(1, 1))
	before := processorTime(b)
	for b.Loop() {
		if err := builder.Add(benchGroup(random, "vpc-000007", 7, 3).line(b)); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(count(builder.Build())), "exposures")
	}
	b.ReportMetric((processorTime(b)-before).Seconds()/float64(b.N), "cpu-s/op")
}

// BenchmarkBetween asks what one interface reaches of others of its network.
func BenchmarkBetween(b *testing.B) {
	list := benchEstate(benchPerNetwork)
	builder := reach.NewBuilder()
	var interfaces []string
	for _, r := range list {
		if err := builder.Add(r.line(b)); err != nil {
			b.Fatal(err)
		}
		if r["type"] == "network_interface" {
			interfaces = append(interfaces, r.arn())
		}
	}
	n, i := builder.Build(), 0
	for b.Loop() {
		n.Between(interfaces[0], interfaces[i%len(interfaces)])
		i++
	}
}

// processorTime is what the process has used of all cores, collector included: unlike
// the time on the wall it means something on a machine that does other work too.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
