package network_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate/facet"
)

func TestOpenPorts(t *testing.T) {
	t.Parallel()
	whole := []network.PortRange{{From: 0, To: 65535}}
	tests := map[string]struct {
		rules    []facet.Rule
		protocol string
		want     network.Ports
	}{
		"NoRules":        {nil, "tcp", network.Ports{}},
		"One":            {[]facet.Rule{open("tcp", 22, 22, everyone4)}, "tcp", network.Ports{Open: []network.PortRange{{From: 22, To: 22}}}},
		"Merged":         {[]facet.Rule{open("tcp", 80, 90, everyone4), open("tcp", 91, 95, everyone6), open("tcp", 85, 92, "0.0.0.0/1")}, "tcp", network.Ports{Open: []network.PortRange{{From: 80, To: 95}}}},
		"HalvesOverlap":  {[]facet.Rule{open("tcp", 10, 20, "20.0.0.0/9"), open("tcp", 15, 30, "20.128.0.0/9")}, "tcp", network.Ports{Open: []network.PortRange{{From: 15, To: 20}}}},
		"All":            {[]facet.Rule{open("all", 0, 0, everyone4)}, "tcp", network.Ports{Open: whole}},
		"UpToTheLast":    {[]facet.Rule{open("tcp", 1024, 65535, everyone4)}, "tcp", network.Ports{Open: []network.PortRange{{From: 1024, To: 65535}}}},
		"OtherProtocol":  {[]facet.Rule{open("udp", 1, 2, everyone4)}, "tcp", network.Ports{}},
		"DenyCutsAHole":  {[]facet.Rule{at(2, "allow", open("tcp", 0, 100, everyone4)), at(1, "deny", open("tcp", 20, 25, everyone4))}, "tcp", network.Ports{Open: []network.PortRange{{From: 0, To: 19}, {From: 26, To: 100}}}},
		"UnknownApart":   {[]facet.Rule{open("tcp", 80, 80, everyone4), through(unread)}, "tcp", network.Ports{Open: []network.PortRange{{From: 80, To: 80}}, Unknown: []network.PortRange{{From: 22, To: 22}}}},
		"WithoutPorts":   {[]facet.Rule{open("icmp", 8, 0, everyone4)}, "icmp", network.Ports{Open: whole}},
		"BackwardPorts":  {[]facet.Rule{open("tcp", 9, 8, everyone4)}, "tcp", network.Ports{Unknown: whole}},
		"UnknownAsked":   {nil, "quic", network.Ports{Unknown: whole}},
		"ManyRulesAsOne": {[]facet.Rule{open("tcp", 22, 22, "0.0.0.0/2"), open("tcp", 22, 22, "64.0.0.0/2")}, "6", network.Ports{Open: []network.PortRange{{From: 22, To: 22}}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := network.OpenPorts(test.rules, test.protocol)
			if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
