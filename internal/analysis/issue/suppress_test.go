package issue_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/issue"
	"github.com/stance-sec/stance/internal/estate"
)

func TestFindingsAreSetAsideForAReason(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		check    string
		facts    issue.Facts
		accepted bool
		twice    bool
		onPath   bool
		want     estate.SuppressedReason
	}{
		"accepted":                       {check: "port-closed", accepted: true, want: estate.SuppressedAccepted},
		"accepted-on-a-way":              {check: "port-closed", accepted: true, onPath: true, want: estate.SuppressedAccepted},
		"twice":                          {check: "port-closed", twice: true, want: estate.SuppressedDuplicate},
		"of-the-provider":                {check: "port-closed", facts: issue.Facts{ProviderManaged: true}, want: estate.SuppressedProvider},
		"gone-soon":                      {check: "bucket-logging", facts: issue.Facts{Ephemeral: true}, want: estate.SuppressedEphemeral},
		"gone-soon-but-on-a-way":         {check: "port-closed", facts: issue.Facts{Ephemeral: true}, onPath: true},
		"not-reachable":                  {check: "port-closed", facts: issue.Facts{Reachable: estate.No}, want: estate.SuppressedNotReachable},
		"reachable":                      {check: "port-closed", facts: issue.Facts{Reachable: estate.Yes}},
		"nobody-knows-whether-reachable": {check: "port-closed", facts: issue.Facts{Reachable: estate.Maybe}},
		"not-reachable-but-not-about-it": {check: "bucket-logging", facts: issue.Facts{Reachable: estate.No}},
		"sandbox":                        {check: "bucket-logging", facts: issue.Facts{Environment: "Sandbox"}, want: estate.SuppressedNonProduction},
		"sandbox-but-high":               {check: "bucket-not-public", facts: issue.Facts{Environment: "sandbox"}},
		"sandbox-but-on-a-way":           {check: "port-closed", facts: issue.Facts{Environment: "sandbox"}, onPath: true},
		"production":                     {check: "bucket-logging", facts: issue.Facts{Environment: "production"}},
		"environment-that-nobody-told":   {check: "bucket-logging"},
	}
	for name, tc := range cases {
		c := newCompany(t)
		r := ref(checks[tc.check].Type, "it", "111")
		c.facts[r.ID] = tc.facts
		c.fail(tc.check, r, "")
		if tc.twice {
			c.fail(tc.check, r, "")
		}
		if tc.accepted {
			c.findings[0].Suppressed = &estate.Suppression{Reason: "known", Until: "2027-01-01"}
		}
		if tc.onPath {
			c.step(t, attack.Entry(attack.Internet), r.ID, "anonymous-access", tc.check, r)
			c.builder.Target(attack.Target{Node: r.ID, Class: "restricted-data", Impact: customers})
		}
		got := c.collector(issue.Options{}).Result()
		switch {
		case tc.want == "" && got.SetAside != 0:
			t.Errorf("%s: set aside as %s", name, got.Suppressed[0].Reason)
		case tc.want != "" && (len(got.Suppressed) != 1 || got.Suppressed[0].Reason != tc.want || got.Suppressed[0].Count != 1 || got.SetAside != 1):
			t.Errorf("%s: %+v, want one as %s", name, got.Suppressed, tc.want)
		}
		if tc.onPath && !tc.accepted && got.Issues[0].FindingCount != 1 {
			t.Errorf("%s: the issue has %d findings", name, got.Issues[0].FindingCount)
		}
	}
}

func TestOnlyFailuresCount(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	for _, s := range []estate.Status{estate.Pass, estate.UnknownStatus, estate.NotApplicable} {
		c.fail("bucket-logging", ref("aws_s3_bucket", string(s), "111"), "")
		c.findings[len(c.findings)-1].Status = s
	}
	if r := c.collector(issue.Options{}).Result(); r.Findings != 0 || len(r.Campaigns) != 0 {
		t.Errorf("%d findings counted", r.Findings)
	}
}
