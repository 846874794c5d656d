package run_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store/run"
)

// sample is a line of the size of a usual resource.
func sample(b *testing.B, n int) (string, []byte) {
	b.Helper()
	id := fmt.Sprintf("arn:aws:ec2:eu-west-1:111111111111:instance/i-%017x", n)
	resource := estate.Resource{
		ID: id, Type: "aws_instance", Cloud: estate.AWS, Account: "111111111111", Region: "eu-west-1", Name: fmt.Sprintf("web-%d", n),
		Tags:   map[string]string{"Environment": "production", "Team": "payments", "CostCenter": fmt.Sprint(n % 97)},
		Config: json.RawMessage(fmt.Sprintf(`{"image":"ami-%017x","instance_type":"m7g.large","metadata":{"http_tokens":"required","hop_limit":1},"network_interfaces":[{"id":"eni-%017x","private_ip":"10.%d.%d.%d","public_ip":"","security_groups":["sg-%017x","sg-%017x"]}],"iam_instance_profile":"arn:aws:iam::111111111111:instance-profile/web","block_devices":[{"name":"/dev/xvda","volume":"vol-%017x","encrypted":true,"delete_on_termination":true}],"monitoring":false,"launch_time":"2026-03-01T12:00:00Z","state":"running"}`, n*31, n*7, n%250, n%249, n%248, n%11, n%13, n*3)),
	}
	data, err := json.Marshal(resource)
	if err != nil {
		b.Fatal(err)
	}
	return id, data
}

// BenchmarkWrite writes resources; one operation is a scope of 2,000.
func BenchmarkWrite(b *testing.B) {
	const perScope = 2000
	ids, lines := make([]string, perScope), make([][]byte, perScope)
	size := 0
	for i := range lines {
		ids[i], lines[i] = sample(b, i*7919%perScope)
		size += len(lines[i])
	}
	w, err := run.Create(filepath.Join(b.TempDir(), "run"), meta())
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		s := begin(b, w, scopeOf(n%100))
		for i := range perScope {
			if err := s.Add(ids[i], lines[i]); err != nil {
				b.Fatal(err)
			}
		}
		commit(b, s, ok(scopeOf(n%100), perScope))
		n++
	}
	b.ReportMetric(float64(n*perScope)/b.Elapsed().Seconds(), "resources/s")
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkRead reads 100,000 resources in one scope; one operation is one resource.
func BenchmarkRead(b *testing.B) {
	const count = 100_000
	dir := filepath.Join(b.TempDir(), "run")
	w, err := run.Create(dir, meta())
	if err != nil {
		b.Fatal(err)
	}
	s := begin(b, w, scopeOf(1))
	size := 0
	for i := range count {
		id, line := sample(b, i)
		size += len(line)
		if err := s.Add(id, line); err != nil {
			b.Fatal(err)
		}
	}
	commit(b, s, ok(scopeOf(1), count))
	finish(b, w)
	r := open(b, dir)
	b.SetBytes(int64(size / count))
	b.ReportAllocs()
	b.ResetTimer()
	for done := 0; done < b.N; {
		err := r.Each(scopeOf(1), func([]byte) error {
			done++
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
