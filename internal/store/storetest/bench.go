package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// perScope is how many resources a scope of the benchmark has.
const perScope = 2000

// Bench measures a store with so many resources: writing them, writing them again with one
// of a hundred changed, judging them, and what a dashboard asks. Disk returns how many
// bytes the database takes. Figures are printed as they come.
func Bench(b *testing.B, s store.Store, resources int, disk func() int64) {
	m := meter{B: b, Store: s, scopes: resources / perScope, disk: disk}
	for range b.N {
		m.phase("write", func() { m.write(0, at(1)) })
		m.phase("write again, nothing changed", func() { m.write(0, at(2)) })
		m.phase("write again, 1 % changed", func() { m.write(1, at(3)) })
		m.phase("note what they mean", m.mean)
		m.phase("judge", func() { m.judge(at(4)) })
		m.phase("judge again", func() { m.judge(at(5)) })
		m.phase("read all at a past moment", func() { m.readAll(at(2)) })
		m.ask()
	}
}

// meter is a benchmark under way.
type meter struct {
	*testing.B
	store.Store
	scopes int
	disk   func() int64
	// made is the time it took to make what is written, which is not counted.
	made time.Duration
}

func (m *meter) must(err error) {
	m.Helper()
	if err != nil {
		m.Fatal(err)
	}
}

// say prints a figure: the log of a benchmark is cut off.
func (m *meter) say(format string, args ...any) { fmt.Fprintf(os.Stdout, format+"\n", args...) }

func (m *meter) phase(name string, do func()) {
	m.made = 0
	began := time.Now()
	do()
	took := time.Since(began) - m.made
	m.say("%-32s %7.1f s %9.0f resources/s %7.0f MB on disk", name, took.Seconds(), float64(m.scopes*perScope)/took.Seconds(), float64(m.disk())/1e6)
}

func (m *meter) scope(i int) estate.Scope {
	types := []string{"aws_s3_bucket", "aws_instance", "aws_security_group", "aws_iam_role", "aws_lambda_function"}
	return estate.Scope{Cloud: estate.AWS, Account: fmt.Sprintf("%012d", i/len(types)), Region: []string{"eu-west-1", "us-east-1"}[i%2], Type: types[i%len(types)]}
}

func (m *meter) id(scope estate.Scope, n int) string {
	return fmt.Sprintf("arn:aws:ec2:%s:%s:%s/%08x%05d", scope.Region, scope.Account, scope.Type, uint32(n)*2654435761, n)
}

// line is a resource of about 1,600 bytes: fields as they often are, and some noise.
func (m *meter) line(scope estate.Scope, n, generation int) []byte {
	if n%100 != 0 {
		generation = 0
	}
	noise := rand.New(rand.NewPCG(uint64(n), uint64(len(scope.Account)))) //nolint:gosec // the same each time
	rules := []map[string]any{}
	for i := range 8 {
		rules = append(rules, map[string]any{"protocol": "tcp", "from_port": noise.IntN(60000), "to_port": noise.IntN(60000), "cidrs": []string{fmt.Sprintf("10.%d.%d.0/24", noise.IntN(256), noise.IntN(256))}, "description": fmt.Sprintf("rule %d of %x", i, noise.Uint64())})
	}
	config, err := json.Marshal(map[string]any{"generation": generation, "ingress": rules, "encryption": map[string]any{"enabled": n%3 == 0, "key": fmt.Sprintf("arn:aws:kms:%s:%s:key/%x", scope.Region, scope.Account, noise.Uint64())}, "logging": nil})
	m.must(err)
	line, err := json.Marshal(&estate.Resource{
		ID: m.id(scope, n), Type: scope.Type, Cloud: scope.Cloud, Account: scope.Account, Region: scope.Region, Name: fmt.Sprintf("%s-%x", []string{"web", "db", "Queue", "batch"}[n%4], noise.Uint32()),
		Tags: map[string]string{"team": fmt.Sprintf("team-%d", n%20), "cost-center": fmt.Sprint(noise.IntN(1000))}, Config: config,
		Relations: []estate.Relation{{Kind: estate.EncryptedBy, Target: fmt.Sprintf("arn:aws:kms:%s:%s:key/%d", scope.Region, scope.Account, n%50)}, {Kind: estate.MemberOf, Target: fmt.Sprintf("vpc-%d", n%10)}},
	})
	m.must(err)
	return line
}

func (m *meter) write(generation int, when time.Time) {
	changed, bytes := 0, 0
	for i := range m.scopes {
		scope := m.scope(i)
		w, err := m.Begin(context.Background(), scope, cause)
		m.must(err)
		for n := range perScope {
			began := time.Now()
			line := m.line(scope, n, generation)
			m.made += time.Since(began)
			bytes += len(line)
			m.must(w.Add(m.id(scope, n), line))
		}
		d, err := w.Commit(context.Background(), estate.Coverage{Scope: scope, Status: estate.CoverageOK, Resources: perScope, Read: when})
		m.must(err)
		changed += len(d.Keys())
	}
	m.say("%d rows changed, %d bytes a line", changed, bytes/(m.scopes*perScope))
}

func (m *meter) mean() {
	for i := range m.scopes {
		scope := m.scope(i)
		var list []store.Meaning
		for n := range perScope {
			list = append(list, store.Meaning{Key: store.Key{Account: scope.Account, ID: m.id(scope, n)}, Owner: fmt.Sprintf("team-%d", n%20), Environment: "production", Public: n%50 == 0})
		}
		m.must(m.Mean(context.Background(), list))
	}
}

// judge gives half of the resources a finding.
func (m *meter) judge(when time.Time) {
	for i := range m.scopes {
		scope := m.scope(i)
		began := time.Now()
		j := store.Judged{Account: scope.Account, Cloud: scope.Cloud, At: when}
		for n := range perScope {
			id := m.id(scope, n)
			j.Keys = append(j.Keys, store.Key{Account: scope.Account, ID: id})
			if n%2 == 0 {
				f := fails(scope.Account, id, fmt.Sprintf("check-%d", n%40), severityOf(n))
				f.Resource.Type, f.Resource.Region = scope.Type, scope.Region
				j.Findings = append(j.Findings, f)
			}
		}
		m.made += time.Since(began)
		_, err := m.Judge(context.Background(), j)
		m.must(err)
	}
}

func severityOf(n int) estate.Severity {
	return []estate.Severity{estate.Critical, estate.High, estate.High, estate.Medium, estate.Medium, estate.Low, estate.Low, estate.Low, estate.Info, estate.Info}[n/2%10]
}

func (m *meter) readAll(when time.Time) {
	n, err := m.Snapshot(context.Background(), when)
	m.must(err)
	read := 0
	for i := range m.scopes {
		m.must(n.Each(m.scope(i), func([]byte) error { read++; return nil }))
	}
	m.must(n.Close())
	if read != m.scopes*perScope {
		m.Fatalf("%d were read", read)
	}
}

// ask times what a dashboard asks, each question twenty times, with other words each time.
func (m *meter) ask() {
	ctx := context.Background()
	team := store.Visible{OnlyOwners: []string{"team-3"}}
	account := func(i int) string { return m.scope(i * 5 % m.scopes).Account }
	for _, q := range []struct {
		name string
		ask  func(i int) error
	}{
		{"overview: counts by severity, check, account", func(int) error {
			for _, by := range []string{"severity", "check", "account"} {
				if _, err := m.Open(ctx, everything, by); err != nil {
					return err
				}
			}
			return nil
		}},
		{"resources by type", func(int) error { return second(m.Tally(ctx, everything, "type")) }},
		{"inventory, first page, counted", func(int) error {
			return second(m.Resources(ctx, store.ResourceQuery{PageRequest: store.PageRequest{Count: true}}))
		}},
		{"inventory of an account", func(i int) error {
			return second(m.Resources(ctx, store.ResourceQuery{Accounts: []string{account(i)}}))
		}},
		{"inventory, worst first", func(int) error {
			return second(m.Resources(ctx, store.ResourceQuery{PageRequest: store.PageRequest{Sort: "failing"}}))
		}},
		{"inventory of a team", func(int) error { return second(m.Resources(ctx, store.ResourceQuery{Visible: team})) }},
		{"inventory, a text many have", func(int) error { return second(m.Resources(ctx, store.ResourceQuery{Text: "QUEUE"})) }},
		{"inventory, a text one has", func(i int) error {
			return second(m.Resources(ctx, store.ResourceQuery{Text: m.id(m.scope(i), 7)}))
		}},
		{"inventory at a past moment", func(int) error { return second(m.Resources(ctx, store.ResourceQuery{At: at(2)})) }},
		{"findings, worst first", func(int) error { return second(m.Findings(ctx, store.FindingQuery{})) }},
		{"findings of an account, counted", func(i int) error {
			return second(m.Findings(ctx, store.FindingQuery{Accounts: []string{account(i)}, PageRequest: store.PageRequest{Count: true}}))
		}},
		{"findings of a check", func(i int) error {
			return second(m.Findings(ctx, store.FindingQuery{Checks: []string{fmt.Sprintf("check-%d", i*2%40)}}))
		}},
		{"findings of a team", func(int) error { return second(m.Findings(ctx, store.FindingQuery{Visible: team})) }},
		{"findings, a text none has", func(int) error { return second(m.Findings(ctx, store.FindingQuery{Text: "nothing"})) }},
		{"a resource with its history", func(i int) error {
			key := store.Key{Account: m.scope(i).Account, ID: m.id(m.scope(i), 100)}
			if _, err := m.Resource(ctx, everything, key, time.Time{}); err != nil {
				return err
			}
			if _, err := m.Relations(ctx, everything, key, store.PageRequest{}); err != nil {
				return err
			}
			return second(m.Versions(ctx, everything, key, store.PageRequest{}))
		}},
		{"what changed", func(int) error { return second(m.Changed(ctx, everything, at(2), time.Time{}, store.PageRequest{})) }},
	} {
		var took []time.Duration
		for i := range 20 {
			began := time.Now()
			m.must(q.ask(i))
			took = append(took, time.Since(began))
		}
		slices.Sort(took)
		m.say("%-46s p50 %8.1f ms  p95 %8.1f ms", q.name, took[10].Seconds()*1e3, took[18].Seconds()*1e3)
	}
}
