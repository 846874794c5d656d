package issue_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/issue"
	"github.com/stance-sec/stance/internal/estate"
)

func TestListsAreBounded(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	k := issue.NewCollector(c.table, c.builder.Model().View(), check, c, issue.Options{MaxListed: 5})
	size := 0
	for round := range 2 {
		for i := range 30_000 {
			r := ref("aws_s3_bucket", fmt.Sprint(round, "-", i), fmt.Sprint(i%40))
			c.facts[r.ID] = issue.Facts{Owner: fmt.Sprint("owner ", i)}
			k.Add(&estate.Finding{Key: fmt.Sprint(round, i), Check: "bucket-logging", Severity: estate.Low, Status: estate.Fail, Resource: r})
		}
	}
	r := k.Result()
	for _, campaign := range r.Campaigns {
		size += campaign.Findings
		if len(campaign.FindingKeys) > 5 || len(campaign.Accounts) > 5 || len(campaign.ControlPoints) > 5 {
			t.Fatalf("a list of %d", len(campaign.FindingKeys))
		}
	}
	if len(r.Campaigns) > 5001 || size != 60_000 || r.InCampaigns != size {
		t.Errorf("%d campaigns with %d findings", len(r.Campaigns), size)
	}
}

func TestOrderOfResourcesDoesNotMatter(t *testing.T) {
	t.Parallel()
	one := planted(t)
	one.crowd()
	two := planted(t)
	two.crowd()
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(two.findings), func(i, j int) { two.findings[i], two.findings[j] = two.findings[j], two.findings[i] })
	a, b := one.collector(issue.Options{}).Result(), two.collector(issue.Options{}).Result()
	strip := func(r *estate.Priorities) {
		for i := range r.Issues {
			r.Issues[i].Findings = nil
		}
		for i := range r.Fixes {
			r.Fixes[i].FindingKeys = nil
		}
		for i := range r.Campaigns {
			r.Campaigns[i].FindingKeys, r.Campaigns[i].ControlPoints = nil, nil
		}
	}
	strip(&a)
	strip(&b)
	if !reflect.DeepEqual(a, b) {
		t.Errorf("in another order\n%+v\ninstead of\n%+v", b, a)
	}
}

func TestEmptyEstateIsAnEmptyList(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(newCompany(t).collector(issue.Options{}).Result())
	if err != nil || strings.Contains(string(data), "null") {
		t.Errorf("%s, %v: want empty lists", data, err)
	}
}

func TestNamesStayOnOneLine(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"arn:aws:s3:::bucket":                     "bucket",
		"arn:aws:iam::111:role/path/app":          "app",
		"/subscriptions/1/resourceGroups/g/vm-1/": "vm-1",
		"x/a\nb\x1b[31m":                          "a\ufffdb\ufffd[31m",
		"":                                        "",
		"::/":                                     "",
		"x/" + strings.Repeat("a", 500):           strings.Repeat("a", 60) + "…",
	}
	for id, want := range cases {
		if got := issue.Name(id); got != want {
			t.Errorf("%q is called %q, want %q", id, got, want)
		}
	}
}

// A hole that is exploited today is at least medium; the way that begins with it is no
// better, however little lies behind it.
func TestPartOfAWayLiftsTheWhole(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	host, bucket := ref("aws_instance", "host", "111"), ref("aws_s3_bucket", "old", "111")
	c.step(t, attack.Entry(attack.Internet), attack.At(host.ID, "reached"), "internet-exposed", "port-closed", host)
	c.step(t, attack.At(host.ID, "reached"), host.ID, "exploit-kev-ransomware", "", host)
	c.step(t, host.ID, bucket.ID, "reads-data", "", host)
	small := customers
	small.Data, small.Environment = "internal", "sandbox"
	c.builder.Target(attack.Target{Node: bucket.ID, Class: "internal-data", Impact: small})
	small.Data, small.Privilege = "none", "compute"
	c.builder.Target(attack.Target{Node: host.ID, Class: "compute", Impact: small})
	r := c.collector(issue.Options{}).Result()
	if len(r.Issues) != 1 || len(r.Issues[0].Path) != 3 || r.Issues[0].Score.Band != estate.High || r.Issues[0].Score.Adjusted == "" {
		t.Fatalf("issues %+v, want one that is high because of its first part", r.Issues)
	}
}
