package network_test

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"strconv"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
)

// The naive universe: three blocks that make up all addresses and of which each
// alone is enough to be the internet, a private one, and six ports. What a prefix list that was not read
// holds is tried out: every subset of the blocks.
var (
	naiveBlocks = []string{"0.0.0.0/1", "128.0.0.0/1", "::/0", "10.0.0.0/8"}
	naivePublic = 3
	naivePorts  = 6
)

func randomRule(random *rand.Rand, unreadLeft *int) facet.Rule {
	r := facet.Rule{
		Action:   []string{"allow", "allow", "deny"}[random.IntN(3)],
		Priority: random.IntN(3),
		Protocol: []string{"tcp", "udp", "6", "all"}[random.IntN(4)],
	}
	r.FromPort = random.IntN(naivePorts)
	r.ToPort = r.FromPort + random.IntN(naivePorts-r.FromPort)
	if r.Protocol == "all" {
		r.FromPort, r.ToPort = 0, 65535
	}
	for _, block := range naiveBlocks {
		if random.IntN(3) == 0 {
			r.CIDRs = append(r.CIDRs, block)
		}
	}
	if *unreadLeft > 0 && random.IntN(3) == 0 {
		*unreadLeft--
		r.PrefixLists = []facet.PrefixList{{ID: strconv.Itoa(*unreadLeft)}}
	}
	return r
}

// naiveOpen asks, address by address, which rule decides.
func naiveOpen(rules []facet.Rule, lists map[string][]string, port int) bool {
	for _, block := range naiveBlocks[:naivePublic] {
		ip := netip.MustParsePrefix(block).Addr()
		var best *facet.Rule
		for i := range rules {
			r := &rules[i]
			ranges := slices.Clone(r.CIDRs)
			for _, list := range r.PrefixLists {
				ranges = append(ranges, lists[list.ID]...)
			}
			if r.Protocol == "udp" || port < r.FromPort || port > r.ToPort || !contains(ranges, ip) {
				continue
			}
			if best == nil || r.Priority < best.Priority || r.Priority == best.Priority && r.Action == "deny" {
				best = r
			}
		}
		if best != nil && best.Action == "allow" {
			return true
		}
	}
	return false
}

// naiveVerdict tries every content of the lists that were not read.
func naiveVerdict(rules []facet.Rule, unread, port int) estate.Tri {
	each := 1 << naivePublic
	total := 1
	for range unread {
		total *= each
	}
	seen := map[bool]bool{}
	for world := range total {
		lists := map[string][]string{}
		for id := range unread {
			lists[strconv.Itoa(id)] = subset(world % each)
			world /= each
		}
		seen[naiveOpen(rules, lists, port)] = true
	}
	if len(seen) == 2 {
		return estate.Maybe
	}
	return estate.TriOf(seen[true])
}

func subset(mask int) []string {
	var list []string
	for i, block := range naiveBlocks[:naivePublic] {
		if mask>>i&1 == 1 {
			list = append(list, block)
		}
	}
	return list
}

func TestOpenToInternetAgreesWithTryingEveryWorld(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	counts := map[estate.Tri]int{}
	for range 2500 {
		unread := random.IntN(3)
		left := unread
		var rules []facet.Rule
		for range random.IntN(7) {
			rules = append(rules, randomRule(random, &left))
		}
		ports := network.OpenPorts(rules, "tcp")
		for port := range naivePorts {
			want := naiveVerdict(rules, unread, port)
			got := network.OpenToInternet(rules, "tcp", port)
			counts[got.Verdict]++
			if got.Verdict != want {
				t.Fatalf("port %d: got %v, want %v for %+v", port, got.Verdict, want, rules)
			}
			if (got.Verdict == estate.Yes) != inRanges(ports.Open, port) || (got.Verdict == estate.Maybe) != inRanges(ports.Unknown, port) {
				t.Fatalf("port %d is %v, but the ports are %+v", port, got.Verdict, ports)
			}
			if got.Verdict != estate.No && len(got.Rules) == 0 {
				t.Fatalf("port %d: no rule decides %v in %+v", port, got.Verdict, rules)
			}
		}
	}
	for _, verdict := range []estate.Tri{estate.Yes, estate.No, estate.Maybe} {
		if counts[verdict] < 500 {
			t.Errorf("only %d answers are %v: the test is too easy", counts[verdict], verdict)
		}
	}
}

func inRanges(ranges []network.PortRange, port int) bool {
	return slices.ContainsFunc(ranges, func(r network.PortRange) bool { return r.From <= port && port <= r.To })
}

func FuzzOpenToInternet(f *testing.F) {
	f.Add("allow", "tcp", 22, 22, "0.0.0.0/0", "deny", "all", 0, 0, "::/0", 1, 22)
	f.Fuzz(func(t *testing.T, actionA, protocolA string, fromA, toA int, cidrA, actionB, protocolB string, fromB, toB int, cidrB string, priority, port int) {
		rules := []facet.Rule{
			{Action: actionA, Protocol: protocolA, FromPort: fromA, ToPort: toA, CIDRs: []string{cidrA}},
			{Action: actionB, Protocol: protocolB, FromPort: fromB, ToPort: toB, CIDRs: []string{cidrB}, Priority: priority},
		}
		forward := network.OpenToInternet(rules, "tcp", port)
		slices.Reverse(rules)
		if backward := network.OpenToInternet(rules, "tcp", port); backward.Verdict != forward.Verdict {
			t.Errorf("the order of the list changes %v to %v", forward.Verdict, backward.Verdict)
		}
		network.OpenPorts(rules, protocolA)
	})
}
