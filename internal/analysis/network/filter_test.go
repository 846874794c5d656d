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

// TestFlowsAgreeWithEveryAddress holds flows against the naive walk over the rules, for
// every content that an unread list may have.
func TestFlowsAgreeWithEveryAddress(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(31, 32))
	for range 300 {
		unread := 1
		var rules []facet.Rule
		for range random.IntN(6) {
			rules = append(rules, randomRule(random, &unread))
		}
		flows := network.NewFilter(rules).Flows("tcp")
		for port := range naivePorts {
			for i, block := range naiveBlocks[:naivePublic] {
				always, ever := true, false
				for content := range 1 << naivePublic {
					open := naiveLets(rules, listsOf(content), port, i)
					always, ever = always && open, ever || open
				}
				got, ip := flowAt(flows, port), netip.MustParsePrefix(block).Addr()
				if got.Sure.Contains(ip) && !always || got.Sure.Contains(ip) != always && unread == 1 || ever && !got.All.Contains(ip) {
					t.Fatalf("port %d from %s: sure %v, all %v; want always %v, ever %v\n%+v", port, block, got.Sure.Contains(ip), got.All.Contains(ip), always, ever, rules)
				}
			}
		}
	}
}

// listsOf is one content of the unread list: some of the blocks.
func listsOf(content int) map[string][]string {
	var ranges []string
	for i := range naivePublic {
		if content&(1<<i) != 0 {
			ranges = append(ranges, naiveBlocks[i])
		}
	}
	return map[string][]string{strconv.Itoa(0): ranges}
}

// naiveLets asks which rule decides about one block at one port.
func naiveLets(rules []facet.Rule, lists map[string][]string, port, block int) bool {
	var best *facet.Rule
	for i := range rules {
		r := &rules[i]
		ranges := slices.Clone(r.CIDRs)
		for _, list := range r.PrefixLists {
			ranges = append(ranges, lists[list.ID]...)
		}
		if r.Protocol == "udp" || port < r.FromPort || port > r.ToPort || !contains(ranges, netip.MustParsePrefix(naiveBlocks[block]).Addr()) {
			continue
		}
		if best == nil || r.Priority < best.Priority || r.Priority == best.Priority && r.Action == "deny" {
			best = r
		}
	}
	return best != nil && best.Action == "allow"
}

func flowAt(flows []network.Flow, port int) network.Flow {
	for _, f := range flows {
		if f.Ports.From <= port && port <= f.Ports.To {
			return f
		}
	}
	return network.Flow{}
}

func TestFlowsOfOneRule(t *testing.T) {
	t.Parallel()
	web := facet.Rule{Action: "allow", Protocol: "tcp", FromPort: 80, ToPort: 81, CIDRs: []string{"0.0.0.0/0"}}
	every := facet.Rule{Action: "allow", Protocol: "all", FromPort: 0, ToPort: 65535, CIDRs: []string{"0.0.0.0/0"}}
	unread := facet.Rule{Action: "allow", Protocol: "tcp", FromPort: 80, ToPort: 80, PrefixLists: []facet.PrefixList{{ID: "pl-1"}}}
	tests := map[string]struct {
		rules    []facet.Rule
		protocol string
		flows    int
		sure     estate.Tri
	}{
		"ItsProtocol":      {[]facet.Rule{web}, "tcp", 1, estate.Yes},
		"AnotherProtocol":  {[]facet.Rule{web}, "udp", 0, estate.No},
		"EveryProtocol":    {[]facet.Rule{every}, network.Every, 1, estate.Yes},
		"NotEveryProtocol": {[]facet.Rule{web}, network.Every, 0, estate.No},
		"UnreadList":       {[]facet.Rule{unread}, "tcp", 1, estate.No},
		"UnknownProtocol":  {[]facet.Rule{web}, "nonsense", 1, estate.No},
		"Adjacent":         {[]facet.Rule{web, {Action: "allow", Protocol: "tcp", FromPort: 82, ToPort: 82, CIDRs: []string{"0.0.0.0/0"}}}, "tcp", 2, estate.Yes},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := network.NewFilter(test.rules)
			flows := f.Flows(test.protocol)
			if len(flows) != test.flows {
				t.Fatalf("%d flows, want %d: %+v", len(flows), test.flows, flows)
			}
			if len(flows) > 0 && estate.TriOf(flows[0].Sure.IsInternet()) != test.sure {
				t.Errorf("sure is the internet: %v, want %v", flows[0].Sure.IsInternet(), test.sure)
			}
			if (name == "UnreadList") != (len(f.Doubts()) > 0) {
				t.Errorf("doubts %q", f.Doubts())
			}
		})
	}
}

func TestSetParts(t *testing.T) {
	t.Parallel()
	both := parseSet(t, "8.0.0.0/8", "2600::/16")
	if !both.V4().Union(both.V6()).Equal(both) || both.V4().Equal(both) {
		t.Error("the families do not make the whole")
	}
	if !both.Covers(both.V6()) || both.V6().Covers(both) || !network.Everyone().Covers(both) {
		t.Error("covers is wrong")
	}
	if ips := network.SetOf(netip.MustParseAddr("8.8.8.8"), netip.MustParseAddr("::ffff:1.2.3.4"), netip.Addr{}); !ips.Equal(parseSet(t, "8.8.8.8", "1.2.3.4")) {
		t.Errorf("addresses make %v", ips.Part())
	}
}
