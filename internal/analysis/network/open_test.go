package network_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
)

// open makes an allow rule without priority.
func open(protocol string, from, to int, cidrs ...string) facet.Rule {
	return facet.Rule{Action: "allow", Protocol: protocol, FromPort: from, ToPort: to, CIDRs: cidrs}
}

// at gives a rule an action and a priority.
func at(priority int, action string, r facet.Rule) facet.Rule {
	r.Action, r.Priority = action, priority
	return r
}

// through makes an allow rule for port 22 whose peer is a prefix list.
func through(list facet.PrefixList, cidrs ...string) facet.Rule {
	r := open("tcp", 22, 22, cidrs...)
	r.PrefixLists = []facet.PrefixList{list}
	return r
}

var (
	unread    = facet.PrefixList{ID: "pl-unread"}
	everyone4 = "0.0.0.0/0"
	everyone6 = "::/0"
)

func TestOpenToInternet(t *testing.T) {
	t.Parallel()
	groups := open("tcp", 22, 22)
	groups.Groups = []string{"sg-1"}
	tests := map[string]struct {
		rules    []facet.Rule
		protocol string
		port     int
		want     network.Result
	}{
		"NoRules":         {nil, "tcp", 22, network.Result{Verdict: estate.No}},
		"Exact":           {[]facet.Rule{open("tcp", 22, 22, everyone4)}, "tcp", 22, network.Result{Verdict: estate.Yes, Rules: []int{0}, Ranges: []string{everyone4}}},
		"IPv6":            {[]facet.Rule{open("tcp", 22, 22, everyone6)}, "tcp", 22, network.Result{Verdict: estate.Yes, Rules: []int{0}, Ranges: []string{everyone6}}},
		"InsideRange":     {[]facet.Rule{open("tcp", 0, 1024, everyone4)}, "tcp", 22, network.Result{Verdict: estate.Yes, Rules: []int{0}, Ranges: []string{everyone4}}},
		"NeighbourBelow":  {[]facet.Rule{open("tcp", 0, 21, everyone4)}, "tcp", 22, network.Result{Verdict: estate.No}},
		"NeighbourAbove":  {[]facet.Rule{open("tcp", 23, 65535, everyone4)}, "tcp", 22, network.Result{Verdict: estate.No}},
		"OnlyUDP":         {[]facet.Rule{open("udp", 22, 22, everyone4)}, "tcp", 22, network.Result{Verdict: estate.No}},
		"NumberIsName":    {[]facet.Rule{open("6", 22, 22, everyone4)}, "TCP", 22, network.Result{Verdict: estate.Yes, Rules: []int{0}, Ranges: []string{everyone4}}},
		"AllWhole":        {[]facet.Rule{open("all", 0, 65535, everyone4)}, "udp", 53, network.Result{Verdict: estate.Yes, Rules: []int{0}, Ranges: []string{everyone4}}},
		"AllUnset":        {[]facet.Rule{open("all", 0, 0, everyone4)}, "tcp", 22, network.Result{Verdict: estate.Yes, Rules: []int{0}, Ranges: []string{everyone4}}},
		"AllMinusOne":     {[]facet.Rule{open("-1", -1, -1, everyone4)}, "tcp", 22, network.Result{Verdict: estate.Yes, Rules: []int{0}, Ranges: []string{everyone4}}},
		"AllOfOnePort":    {[]facet.Rule{open("all", 443, 443, everyone4)}, "tcp", 22, network.Result{Verdict: estate.No}},
		"AskAll":          {[]facet.Rule{open("tcp", 0, 65535, everyone4)}, "all", 22, network.Result{Verdict: estate.No}},
		"ICMPIgnoresPort": {[]facet.Rule{open("icmp", 8, 0, everyone4)}, "1", 0, network.Result{Verdict: estate.Yes, Rules: []int{0}, Ranges: []string{everyone4}}},
		"Private":         {[]facet.Rule{open("tcp", 22, 22, "10.0.0.0/8")}, "tcp", 22, network.Result{Verdict: estate.No}},
		"Groups":          {[]facet.Rule{groups}, "tcp", 22, network.Result{Verdict: estate.No}},
		"OfficeIsNamed":   {[]facet.Rule{open("tcp", 22, 22, "8.8.8.0/24")}, "tcp", 22, network.Result{Verdict: estate.No, Ranges: []string{"8.8.8.0/24"}}},
		"HalvesInTwoRules": {[]facet.Rule{open("tcp", 22, 22, "0.0.0.0/1"), open("udp", 22, 22, everyone4), open("all", 0, 0, "128.0.0.0/1")}, "tcp", 22,
			network.Result{Verdict: estate.Yes, Rules: []int{0, 2}, Ranges: []string{everyone4}}},
		"SmallRulesAddUp": {[]facet.Rule{open("tcp", 22, 22, "20.0.0.0/9"), open("tcp", 20, 25, "20.128.0.0/9"), open("tcp", 22, 22, "10.0.0.0/8")}, "tcp", 22,
			network.Result{Verdict: estate.Yes, Rules: []int{0, 1}, Ranges: []string{"20.0.0.0/8"}}},
		"SmallRulesOnOtherPorts": {[]facet.Rule{open("tcp", 22, 22, "20.0.0.0/9"), open("tcp", 23, 25, "20.128.0.0/9")}, "tcp", 22,
			network.Result{Verdict: estate.No, Ranges: []string{"20.0.0.0/9"}}},
		"DenyBefore": {[]facet.Rule{at(200, "allow", open("tcp", 22, 22, everyone4)), at(100, "deny", open("tcp", 0, 1024, everyone4))}, "tcp", 22,
			network.Result{Verdict: estate.No, Rules: []int{1}}},
		"DenyAfter": {[]facet.Rule{at(100, "allow", open("tcp", 22, 22, everyone4)), at(200, "deny", open("all", 0, 0, everyone4))}, "tcp", 22,
			network.Result{Verdict: estate.Yes, Rules: []int{0}, Ranges: []string{everyone4}}},
		"DenyWinsAtEqualPriority": {[]facet.Rule{at(100, "allow", open("tcp", 22, 22, everyone4)), at(100, "deny", open("tcp", 22, 22, everyone4))}, "tcp", 22,
			network.Result{Verdict: estate.No, Rules: []int{1}}},
		"DenyOfIPv4LeavesIPv6": {[]facet.Rule{at(2, "allow", open("tcp", 22, 22, everyone4, everyone6)), at(1, "deny", open("all", 0, 0, everyone4))}, "tcp", 22,
			network.Result{Verdict: estate.Yes, Rules: []int{0}, Ranges: []string{everyone6}}},
		"DenyOfHalfLeavesHalf": {[]facet.Rule{at(2, "allow", open("tcp", 22, 22, everyone4)), at(1, "deny", open("all", 0, 0, "0.0.0.0/1"))}, "tcp", 22,
			network.Result{Verdict: estate.Yes, Rules: []int{0}, Ranges: []string{"128.0.0.0/1"}}},
		"DenyOfHalvesCloses": {[]facet.Rule{at(3, "allow", open("tcp", 22, 22, everyone4)), at(2, "deny", open("tcp", 22, 22, "128.0.0.0/1")), at(1, "deny", open("all", 0, 0, "0.0.0.0/1"))}, "tcp", 22,
			network.Result{Verdict: estate.No, Rules: []int{1, 2}}},
		"DenyOfUDPLeavesTCP": {[]facet.Rule{at(2, "allow", open("tcp", 22, 22, everyone4)), at(1, "deny", open("udp", 22, 22, everyone4))}, "tcp", 22,
			network.Result{Verdict: estate.Yes, Rules: []int{0}, Ranges: []string{everyone4}}},
		"ExceptionBeforeDeny": {[]facet.Rule{at(3, "allow", open("tcp", 22, 22, everyone4)), at(2, "deny", open("tcp", 22, 22, everyone4)), at(1, "allow", open("tcp", 22, 22, "8.8.8.8/32"))}, "tcp", 22,
			network.Result{Verdict: estate.No, Rules: []int{1}, Ranges: []string{"8.8.8.8/32"}}},
		"DenyOfWhatNobodyIsLet": {[]facet.Rule{at(2, "allow", open("tcp", 22, 22, "10.0.0.0/8")), at(1, "deny", open("all", 0, 0, everyone4))}, "tcp", 22,
			network.Result{Verdict: estate.No}},
		"DenyAfterASmallAllow": {[]facet.Rule{at(1, "allow", open("tcp", 22, 22, "8.8.8.8/32")), at(2, "deny", open("tcp", 22, 22, "8.8.8.8/32"))}, "tcp", 22,
			network.Result{Verdict: estate.No, Ranges: []string{"8.8.8.8/32"}}},
		"PrefixListOfEveryone": {[]facet.Rule{through(facet.PrefixList{ID: "pl-1", CIDRs: []string{everyone4}})}, "tcp", 22,
			network.Result{Verdict: estate.Yes, Rules: []int{0}, Ranges: []string{everyone4}}},
		"PrefixListPrivate": {[]facet.Rule{through(facet.PrefixList{ID: "pl-1", CIDRs: []string{"10.0.0.0/8"}})}, "tcp", 22, network.Result{Verdict: estate.No}},
		"PrefixListEmpty":   {[]facet.Rule{through(facet.PrefixList{ID: "pl-1", CIDRs: []string{}})}, "tcp", 22, network.Result{Verdict: estate.No}},
		"PrefixListUnread": {[]facet.Rule{through(unread)}, "tcp", 22,
			network.Result{Rules: []int{0}, Unknown: []string{`rule 0: content of prefix list "pl-unread"`}}},
		"UnreadButOpenAnyway": {[]facet.Rule{through(unread), open("tcp", 22, 22, everyone4)}, "tcp", 22,
			network.Result{Verdict: estate.Yes, Rules: []int{1}, Ranges: []string{everyone4}}},
		"UnreadOnOtherPort":  {[]facet.Rule{through(unread)}, "tcp", 23, network.Result{Verdict: estate.No}},
		"UnreadBehindDeny":   {[]facet.Rule{at(2, "allow", through(unread)), at(1, "deny", open("all", 0, 0, everyone4, everyone6))}, "tcp", 22, network.Result{Verdict: estate.No, Rules: []int{1}}},
		"UnreadDeny":         {[]facet.Rule{at(2, "allow", open("tcp", 22, 22, everyone4)), at(1, "deny", through(unread))}, "tcp", 22, network.Result{Rules: []int{1}, Unknown: []string{`rule 1: content of prefix list "pl-unread"`}}},
		"UnreadDenyTooLate":  {[]facet.Rule{at(1, "allow", open("tcp", 22, 22, everyone4)), at(2, "deny", through(unread))}, "tcp", 22, network.Result{Verdict: estate.Yes, Rules: []int{0}, Ranges: []string{everyone4}}},
		"UnreadDenyOfNobody": {[]facet.Rule{at(1, "deny", through(unread)), at(2, "allow", open("tcp", 22, 22, "10.0.0.0/8"))}, "tcp", 22, network.Result{Verdict: estate.No}},
		"MalformedRange":     {[]facet.Rule{open("tcp", 22, 22, "0.0.0.0/O")}, "tcp", 22, network.Result{Rules: []int{0}, Unknown: []string{`rule 0: not an address range: "0.0.0.0/O"`}}},
		"UnknownProtocol":    {[]facet.Rule{open("quic", 22, 22, everyone4)}, "tcp", 22, network.Result{Rules: []int{0}, Unknown: []string{`rule 0: protocol "quic"`}}},
		"UnknownAction":      {[]facet.Rule{at(0, "log", open("tcp", 22, 22, everyone4))}, "tcp", 22, network.Result{Rules: []int{0}, Unknown: []string{`rule 0: action "log"`}}},
		"BackwardPorts":      {[]facet.Rule{open("tcp", 30, 20, everyone4)}, "tcp", 22, network.Result{Rules: []int{0}, Unknown: []string{"rule 0: ports 30 to 20"}}},
		"UnknownButPrivate":  {[]facet.Rule{open("quic", 22, 22, "10.0.0.0/8")}, "tcp", 22, network.Result{Verdict: estate.No}},
		"AskUnknown":         {[]facet.Rule{open("tcp", 22, 22, everyone4)}, "quic", 22, network.Result{Unknown: []string{`protocol "quic"`}}},
		"AskBadPort":         {[]facet.Rule{open("tcp", 22, 22, everyone4)}, "tcp", 65536, network.Result{Unknown: []string{"a port outside 0 to 65535"}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := network.OpenToInternet(test.rules, test.protocol, test.port)
			if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestOpenToInternetBoundsWhatItShows(t *testing.T) {
	t.Parallel()
	var rules []facet.Rule
	for i := range 100 {
		rules = append(rules, open("tcp", 22, 22, fmt.Sprintf("8.%d.0.0/17", i)), through(facet.PrefixList{ID: strings.Repeat("x", 1000)}))
	}
	got := network.OpenToInternet(rules, "tcp", 22)
	if len(got.Ranges) != 8 || got.More != 92 || len(got.Unknown) != 8 || len(got.Unknown[0]) > 150 {
		t.Errorf("%d ranges, %d more, %d unknown, the first %q", len(got.Ranges), got.More, len(got.Unknown), got.Unknown[0])
	}
}

func TestHostileRuleSetsEnd(t *testing.T) {
	t.Parallel()
	var rules []facet.Rule
	for i := range 60000 {
		action := "allow"
		if i%2 == 0 {
			action = "deny"
		}
		rules = append(rules, at(i, action, open("tcp", i, 65535, fmt.Sprintf("%d.%d.0.0/17", 1+i/256, i%256))))
	}
	start := time.Now()
	if got := network.OpenToInternet(rules, "tcp", 65535); got.Verdict == estate.No {
		t.Errorf("verdict %v", got.Verdict)
	}
	ports := network.OpenPorts(rules, "tcp")
	if len(ports.Unknown) == 0 {
		t.Error("a question too large to answer is answered")
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestAllows(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		rule facet.Rule
		want estate.Tri
	}{
		"Exact":        {open("tcp", 22, 22), estate.Yes},
		"OtherPort":    {open("tcp", 23, 23), estate.No},
		"Deny":         {at(0, "deny", open("tcp", 22, 22)), estate.No},
		"UnknownDoing": {at(0, "", open("tcp", 22, 22)), estate.Maybe},
		"NoProtocol":   {open("", 22, 22), estate.Maybe},
		"NotAbout":     {at(0, "", open("udp", 22, 22)), estate.No},
	}
	for name, test := range tests {
		if got := network.Allows(test.rule, "tcp", 22); got != test.want {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}
