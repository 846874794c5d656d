package attack_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/estate"
)

const (
	resources = 1_000_000
	relations = 5_000_000
	exposed   = 2_000
	sensitive = 50_000
)

// estateOf adds five million steps among a million resources: 2,000 are exposed, 50,000
// are sensitive or administrators of 40 classes, a tenth of the steps have fixes.
func estateOf(b *testing.B) *attack.Builder {
	builder := attack.NewBuilder(table(b))
	r := rand.New(rand.NewPCG(1, 1))
	ids := make([]string, resources)
	for i := range ids {
		ids[i] = fmt.Sprintf("arn:aws:service:eu-west-1:111122223333:thing/%07d", i)
	}
	kinds := []string{"runs-as", "assume-role", "escalate", "reads-data", "network-reach", "exploit-kev", "exploit-unknown", "secret"}
	add := func(s attack.Step) {
		if err := builder.Add(s); err != nil {
			b.Fatal(err)
		}
	}
	for i := range exposed {
		add(attack.Step{From: attack.Entry(attack.Internet), To: ids[r.IntN(resources)], Kind: "internet-exposed", Fixes: []estate.FixKey{estate.FixKey(fmt.Sprint("close@resource:", i))}})
	}
	for i := range relations {
		s := attack.Step{From: ids[r.IntN(resources)], To: ids[r.IntN(resources)], Kind: kinds[r.IntN(len(kinds))]}
		if i%10 == 0 {
			s.Fixes = []estate.FixKey{estate.FixKey(fmt.Sprint("narrow@resource:", i/1000))}
		}
		add(s)
	}
	for i := range sensitive {
		builder.Target(attack.Target{
			Node: ids[r.IntN(resources)], Class: fmt.Sprint("class ", i%40),
			Impact: risk.Impact{Data: "restricted", Privilege: "none", Environment: "production", Criticality: "high"},
		})
	}
	return builder
}

// peak returns the most memory the process has had, in MiB; 0 where nothing tells.
func peak() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	found := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
	if found == nil {
		return 0
	}
	kib, _ := strconv.ParseFloat(string(found[1]), 64)
	return kib / 1024
}

// cpu returns the seconds of processor time the process has used; 0 where nothing tells.
func cpu() float64 {
	const afterName, user, system, ticks = 2, 11, 12, 100
	stat, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+afterName:]))
	u, _ := strconv.ParseFloat(fields[user], 64)
	s, _ := strconv.ParseFloat(fields[system], 64)
	return (u + s) / ticks
}

// BenchmarkBestPaths makes the model, finds the best ways to all targets, and explains
// the worst of each class.
func BenchmarkBestPaths(b *testing.B) {
	used, rounds := 0.0, 0.0
	for b.Loop() {
		b.StopTimer()
		builder := estateOf(b)
		runtime.GC()
		b.StartTimer()
		before := cpu()
		v := builder.Model().View()
		for _, c := range v.Classes() {
			v.Route(c.Worst)
		}
		used, rounds = used+cpu()-before, rounds+1
	}
	b.ReportMetric(used/rounds, "cpu-s/op")
	b.ReportMetric(peak(), "peak-MiB")
}

// BenchmarkChokepoints finds the six changes that remove most of what the model holds.
func BenchmarkChokepoints(b *testing.B) {
	v := estateOf(b).Model().View()
	for b.Loop() {
		v.Chokepoints(6)
	}
	b.ReportMetric(peak(), "peak-MiB")
}

// BenchmarkDominators finds what every way passes.
func BenchmarkDominators(b *testing.B) {
	v := estateOf(b).Model().View()
	for b.Loop() {
		v.Dominators()
	}
}
