package reach_test

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/stance-sec/stance/internal/analysis/network/reach"
	"github.com/stance-sec/stance/internal/estate"
)

func exposureOf(t *testing.T, list []node, lost ...string) []reach.Exposure {
	t.Helper()
	return build(t, list, lost).Exposure(of(list, "eni-1").arn())
}

// changed returns the estate with a rule added to one side of one resource.
func changed(list []node, id, side string, rule node) []node {
	after := make([]node, len(list))
	for i, r := range list {
		after[i] = maps.Clone(r)
		if r["id"] == id {
			after[i][side] = append(slices.Clone(r[side].([]any)), rule)
		}
	}
	return after
}

// packetProtocol is the name under which a packet is asked about.
func packetProtocol(list []node, protocol string) string {
	if protocol == "47" && !named(list, protocol) {
		return "all"
	}
	return protocol
}

func TestAddingAGroupRuleNeverCloses(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(21, 22))
	for range 400 {
		before := naiveEstate(random)
		after := changed(before, "sg-1", "ingress", naiveRule(random, "allow"))
		was, is := exposureOf(t, before), exposureOf(t, after)
		eachPacket(func(ip netip.Addr, protocol string, port int) {
			if says(was, ip, packetProtocol(before, protocol), port) == estate.Yes && says(is, ip, packetProtocol(after, protocol), port) != estate.Yes {
				t.Fatalf("%v %s %d closed by a rule more\n%v", ip, protocol, port, after)
			}
		})
	}
}

func TestAddingADenyNeverOpens(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(23, 24))
	for range 400 {
		before := naiveEstate(random)
		after := changed(before, "acl-1", pick(random, []string{"ingress", "egress"}), naiveRule(random, "deny"))
		was, is := exposureOf(t, before), exposureOf(t, after)
		eachPacket(func(ip netip.Addr, protocol string, port int) {
			if says(was, ip, packetProtocol(before, protocol), port) == estate.No && says(is, ip, packetProtocol(after, protocol), port) != estate.No {
				t.Fatalf("%v %s %d opened by a deny\n%v", ip, protocol, port, after)
			}
		})
	}
}

// TestNotReadingATypeOnlyLeavesDoubt takes each type away in turn: what was true may
// become unknown, and never false, nor the other way round.
func TestNotReadingATypeOnlyLeavesDoubt(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(25, 26))
	doubts := 0
	for range 300 {
		whole := naiveEstate(random)
		for _, kind := range []string{"subnet", "internet_gateway", "route_table", "network_acl", "security_group"} {
			rest := slices.DeleteFunc(slices.Clone(whole), func(r node) bool { return r["type"] == kind })
			got := build(t, rest, []string{kind}).Exposure(of(whole, "eni-1").arn())
			eachPacket(func(ip netip.Addr, protocol string, port int) {
				if protocol == "47" {
					return // which protocols are named is itself read from what is taken away
				}
				answer := says(got, ip, protocol, port)
				if answer == estate.Maybe {
					doubts++
					return
				}
				if kind == "internet_gateway" && answer == estate.Yes {
					return // that a route is active says that its gateway is there
				}
				if want := naiveReaches(whole, ip, protocol, port); answer != estate.TriOf(want) {
					t.Fatalf("without %s: %v %s %d: got %v, want %v or unknown\n%v", kind, ip, protocol, port, answer, want, whole)
				}
			})
		}
	}
	if doubts < 10_000 {
		t.Errorf("only %d doubts: the estates try too little", doubts)
	}
}

// TestScenariosWithoutOneTypeOnlyLeaveDoubt does the same to every scenario: no
// endpoint that was reached becomes unreachable, nor the other way round.
func TestScenariosWithoutOneTypeOnlyLeaveDoubt(t *testing.T) {
	t.Parallel()
	for name, file := range scenarioFiles(t) {
		for _, s := range file.Scenarios {
			if len(s.Lost) > 0 {
				continue
			}
			list := s.estateOf(file.Base)
			before := verdicts(build(t, list, nil))
			for _, kind := range typesOf(list) {
				if doubtFree[kind] {
					continue
				}
				rest := slices.DeleteFunc(slices.Clone(list), func(r node) bool { return r["type"] == kind && r["account"] == nil && r["region"] == nil })
				for id, after := range verdicts(build(t, rest, []string{kind})) {
					if was := before[id]; was != after && after != estate.Maybe && was != estate.Maybe {
						t.Errorf("%s/%s without %s: %s was %v, is %v", name, s.Name, kind, id, was, after)
					}
				}
			}
		}
	}
}

// doubtFree are the types whose absence changes answers by right: what is gone with
// them are the endpoints themselves, or what only they told about.
var doubtFree = map[string]bool{
	// The route that is active says that its gateway is attached.
	"internet_gateway": true,
}

func typesOf(list []node) []string {
	var kinds []string
	for _, r := range list {
		kinds = append(kinds, r.text("type"))
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

// verdicts joins what is said of each endpoint.
func verdicts(n *reach.Network) map[string]estate.Tri {
	all := map[string]estate.Tri{}
	for e := range n.FromInternet {
		if was, known := all[e.Target.ID]; known {
			all[e.Target.ID] = was.Or(e.Verdict)
			continue
		}
		all[e.Target.ID] = e.Verdict
	}
	return all
}

func TestIncrementalEqualsRebuilt(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(27, 28))
	for name, file := range scenarioFiles(t) {
		b := reach.NewBuilder()
		known := map[string]node{}
		for range 80 {
			s := file.Scenarios[random.IntN(len(file.Scenarios))]
			for _, r := range s.estateOf(file.Base) {
				if random.IntN(4) == 0 {
					known[r.arn()] = r
					if err := b.Add(r.line(t)); err != nil {
						t.Fatal(err)
					}
				}
			}
			if ids := slices.Sorted(maps.Keys(known)); random.IntN(2) == 0 && len(ids) > 0 {
				id := pick(random, ids)
				delete(known, id)
				b.Remove(id)
			}
			got, want := everything(t, b.Build()), everything(t, build(t, slices.Collect(maps.Values(known)), nil))
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("%s (-rebuilt +incremental):\n%s", name, diff)
			}
		}
	}
}

// everything writes all that a network says of the internet.
func everything(t *testing.T, n *reach.Network) []string {
	t.Helper()
	var list []string
	for e := range n.FromInternet {
		text, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, string(text))
	}
	return list
}

func TestManyMayAskAtOnce(t *testing.T) {
	t.Parallel()
	file := scenarioFiles(t)["service"]
	want := everything(t, build(t, file.Base, nil))
	n := build(t, file.Base, nil)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if diff := cmp.Diff(want, everything(t, n)); diff != "" {
				t.Error(diff)
			}
		})
	}
	group.Wait()
}

func TestMissedNamesWhatMayHoldEndpoints(t *testing.T) {
	t.Parallel()
	b := reach.NewBuilder()
	scope := estate.Scope{Cloud: estate.AWS, Account: "1", Region: "eu-west-1", Type: "aws_lb"}
	b.Lost(estate.Coverage{Scope: scope, Status: estate.CoverageFailed, Reason: estate.Denied, Permissions: []string{"x:Y"}})
	b.Lost(estate.Coverage{Scope: estate.Scope{Cloud: estate.AWS, Account: "1", Region: "eu-west-1", Type: "aws_sqs_queue"}, Status: estate.CoverageFailed})
	got := b.Build().Missed()
	want := []estate.Unknown{{Path: scope.String(), Reason: estate.Denied, Permission: "x:Y"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	b.Lost(estate.Coverage{Scope: scope, Status: estate.CoverageOK})
	if got := b.Build().Missed(); len(got) != 0 {
		t.Errorf("a scope that was read later is still missed: %v", got)
	}
}

func TestHostileLines(t *testing.T) {
	t.Parallel()
	b := reach.NewBuilder()
	for _, text := range []string{
		"", "{", "null", "[]", `{"id":"x"}`, `{"id":"x","type":"aws_subnet"}`, `{"id":"x","type":"aws_subnet","config":[]}`,
		`{"id":"","type":"aws_subnet","config":{}}`, `{"id":7,"type":"aws_subnet","config":{}}`, strings.Repeat("[", 100_000),
	} {
		if err := b.Add([]byte(text)); err == nil && strings.Contains(text, "aws_") {
			t.Errorf("took over %.60q", text)
		}
	}
	for _, text := range []string{`{"id":"x","type":"aws_unheard_of","config":7}`, `{"id":"x","type":7}`} {
		if err := b.Add([]byte(text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	if got := everything(t, b.Build()); len(got) > 0 {
		t.Errorf("endpoints out of nothing: %v", got)
	}
}

// FuzzAdd puts a hostile line beside an estate and asks everything.
func FuzzAdd(f *testing.F) {
	base := scenarioFiles(f)["service"].Base
	for _, file := range scenarioFiles(f) {
		for _, r := range file.Base {
			f.Add(r.line(f))
		}
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		b := reach.NewBuilder()
		for _, r := range base {
			if err := b.Add(r.line(t)); err != nil {
				t.Fatal(err)
			}
		}
		_ = b.Add(line)
		n := b.Build()
		var ids []string
		for e := range n.FromInternet {
			ids = append(ids, e.Target.ID)
		}
		for _, from := range ids {
			n.Between(from, ids[0])
			n.Between(ids[0], from)
		}
	})
}
